"""The checker's page of list entries: who asked, what each names and whom it hits; one or several at once."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url
from audit.models import Approval
from lending.models import ListEntry
from lending.services.lists import OBJECT_TYPE, list_entries_approve, list_entry_reject
from riskengine.errors import RiskEngineError
from rules.services.list_hits import list_hits

MOST = 200
Shown = list[tuple[int, str]]


def approve(page: PageAdmin, request: HttpRequest) -> HttpResponse:
    """Approve or reject the ticked entries, each by its own approval and the hash that was shown."""
    if not request.user.has_perm("audit.check_approval"):
        raise PermissionDenied
    rows = _rows(request)
    form = DecisionForm(request, request.POST or None)
    form.fields["content_hash"].required = False
    if request.method == "POST" and rows and _decided(request, form):
        return redirect(f"{page_url('lending_listentry_changelist')}?state=waiting")
    hits = list_hits([(row["entry"].dimension, bytes(row["entry"].blind_index)) for row in rows]) if rows else None
    for row, customers in zip(rows, hits.each if hits else [], strict=False):
        row["customers"] = customers
    return page.page(
        request,
        "riskengine/lists/approve.html",
        title=_("Approve or reject"),
        crumbs=[Crumb(_("Lists"), page_url("lending_listentry_changelist"))],
        rows=rows,
        hits=hits,
        form=form,
        is_own=any(row["approval"].maker_id == request.user.pk for row in rows),
    )


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    ids = [int(text) for text in request.GET.getlist("entry") if text.isdecimal()][:MOST]
    asked = {
        approval.object_id: approval
        for approval in Approval.objects.filter(
            object_type=OBJECT_TYPE, state=Approval.State.PENDING, object_id__in=[str(pk) for pk in ids]
        ).select_related("maker")
    }
    entries = ListEntry.objects.filter(pk__in=[int(pk) for pk in asked]).order_by("pk")
    return [
        {
            "entry": entry,
            "approval": asked[str(entry.pk)],
            "is_end": entry.state == ListEntry.State.EFFECTIVE,
            "shown": f"{entry.pk}:{asked[str(entry.pk)].content_hash}",
        }
        for entry in entries
    ]


def _decided(request: HttpRequest, form: DecisionForm) -> bool:
    if not form.is_valid():
        return False
    shown: Shown = []
    for text in request.POST.getlist("shown")[:MOST]:
        number, _colon, content_hash = text.partition(":")
        if number.isdecimal():
            shown.append((int(number), content_hash))
    word: dict[str, Any] = {"checker": request.user, "at": timezone.now(), "comment": form.cleaned_data["comment"]}
    try:
        if form.is_approved:
            list_entries_approve(entries=shown, **word)
        else:
            with transaction.atomic():
                for pk, content_hash in sorted(shown):
                    list_entry_reject(entry=ListEntry(pk=pk), content_hash=content_hash, **word)
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        return False
    words = _("Approved: %(count)s. They count from now on.") if form.is_approved else _("Rejected: %(count)s.")
    messages.success(request, words % {"count": len(shown)})
    return True
