"""A file of entries: uploaded, previewed with whom it would hit, then proposed by the one who uploaded it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.admin.deciding import said
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url
from audit.csv_file import csv_response
from lending.models import ListImport
from lending.services.list_imports import (
    COLUMNS,
    MAX_BYTES,
    FileUnreadable,
    import_contents,
    list_import_discard,
    list_import_propose,
    list_import_read,
)
from riskengine.errors import RiskEngineError
from rules.admin.lists.forms import FileForm
from rules.admin.lists.words import ENTRY, FIELDS, FILE
from rules.services.list_hits import list_hits

SHOWN_ROWS = 200


def upload(page: PageAdmin, request: HttpRequest) -> HttpResponse:
    """Choose a file; what it holds is hashed while it is read, and the file is not kept."""
    _require(request)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            data = form.cleaned_data["file"].read(MAX_BYTES + 1)
            batch = list_import_read(data=data, uploader=request.user, at=timezone.now())  # type: ignore[arg-type]
        except FileUnreadable as error:
            form.add_error("file", str(FILE[str(error.facts["reason"])]))
        else:
            return redirect(page_url("lending_listentry_preview", batch.pk))
    return page.page(
        request,
        "riskengine/lists/import.html",
        title=_("Import a file"),
        crumbs=[_crumb()],
        form=form,
        columns=COLUMNS,
    )


def preview(page: PageAdmin, request: HttpRequest, batch_id: int) -> HttpResponse:
    """What would be proposed, what not and why, and whom it would hit. Nothing is written by looking."""
    batch = _own(request, batch_id)
    contents = import_contents(batch)
    hits = list_hits([(content.dimension, content.blind_index) for _row, content in contents])
    return page.page(
        request,
        "riskengine/lists/preview.html",
        title=_("Preview of an import"),
        crumbs=[_crumb()],
        batch=batch,
        count=len(contents),
        rejected=len({found["row"] for found in batch.rejects}),
        rows=[
            {"row": row, "content": content, "customers": customers}
            for (row, content), customers in zip(contents[:SHOWN_ROWS], hits.each, strict=False)
        ],
        rejects=[_reject_words(found) for found in batch.rejects[:SHOWN_ROWS]],
        hits=hits,
    )


def confirm(_page: PageAdmin, request: HttpRequest, batch_id: int) -> HttpResponse:
    """Propose every accepted row (POST)."""
    batch = _own(request, batch_id, "POST")
    try:
        made = list_import_propose(batch=batch, maker=request.user, at=timezone.now())  # type: ignore[arg-type]
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        return redirect(page_url("lending_listentry_preview", batch.pk))
    words = ngettext(
        "Proposed: %(count)s entry, with a request of its own. It counts once somebody else approves.",
        "Proposed: %(count)s entries, each with a request of its own. They count once somebody else approves.",
        len(made),
    )
    messages.success(request, words % {"count": len(made)})
    return redirect(f"{page_url('lending_listentry_changelist')}?state=waiting")


def discard(_page: PageAdmin, request: HttpRequest, batch_id: int) -> HttpResponse:
    """Forget the preview (POST)."""
    batch = _own(request, batch_id, "POST")
    said(request, _("Forgotten. Nothing was proposed."), lambda: list_import_discard(batch=batch))
    return redirect(page_url("lending_listentry_changelist"))


def rejects(_page: PageAdmin, request: HttpRequest, batch_id: int) -> HttpResponse:
    """The rejected rows as CSV: number, column, code and words; what stood in them was never kept."""
    batch = _own(request, batch_id)
    lines = [[found["row"], found["field"], found["code"], str(ENTRY[found["code"]])] for found in batch.rejects]
    heading = [_("row"), _("column"), _("code"), _("what is wrong")]
    return csv_response(f"rejects-{batch.pk}.csv", [heading, *lines])


def _reject_words(found: dict[str, str]) -> dict[str, str]:
    return {**found, "field": str(FIELDS[found["field"]]), "words": str(ENTRY[found["code"]])}


def _own(request: HttpRequest, batch_id: int, method: str = "") -> ListImport:
    _require(request)
    if method and request.method != method:
        raise PermissionDenied
    return get_object_or_404(ListImport, pk=batch_id, uploaded_by=request.user)


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm("lending.add_listentry"):
        raise PermissionDenied


def _crumb() -> Crumb:
    return Crumb(_("Lists"), page_url("lending_listentry_changelist"))
