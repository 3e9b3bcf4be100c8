"""Imports in the admin: asked for, watched, cancelled, and what they left out."""

from functools import partial
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.base import staff
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.uploads import upload_view
from lending.admin.book_imports.duplicates import DECIDE, duplicate_step
from lending.admin.book_imports.forms import ImportForm
from lending.admin.book_imports.words import ERRORS, TONES, field_words, is_chinese, kind_words
from lending.models import BookImport, SuspectedDuplicate
from lending.services.book_imports.pulls import pull_states, troubled
from lending.services.book_imports.rejects import problem_words, rejects_csv
from lending.services.book_imports.staging import OPEN, import_ask, import_cancel
from lending.services.book_imports.tables import MAX_BYTES
from lending.services.book_imports.verdicts import Withdrawal
from riskengine.errors import RiskEngineError

ADD: Final = "lending.add_bookimport"
ON_A_PAGE: Final = 50
REJECTS_SHOWN: Final = 100
REFRESH_SECONDS: Final = 3


@admin.register(BookImport)
class BookImportAdmin(PageAdmin):
    """Imports, newest first."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # the page that asks is `ask`

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        ask = upload_view(self.admin_site, partial(ask_page, self), permission=ADD, most=MAX_BYTES)
        view = self.admin_site.admin_view
        return [
            path("ask/", ask, name="lending_bookimport_ask"),
            path("<int:pk>/cancel/", view(cancel), name="lending_bookimport_cancel"),
            path("<int:pk>/duplicates/", view(duplicate_step), name="lending_bookimport_duplicates"),
            path("<int:pk>/rejects/", view(partial(rejects, self)), name="lending_bookimport_rejects"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        rows = _rows().annotate(open_pairs=Count("suspected", filter=Q(suspected__verdict=""))).order_by("-pk")
        page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
        return self.page(
            request,
            "riskengine/book/imports.html",
            title=_("Imports of the book"),
            rows=[{"row": row, "tone": TONES[row.state], "kind": kind_words(row.mapping.kind)} for row in page],
            page=page,
            can_ask=request.user.has_perm(ADD),
            troubled=troubled(pull_states(timezone.now())),
            open_pairs=SuspectedDuplicate.objects.filter(verdict="").count(),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """How far an import is, and what it left out; the page looks again by itself until it has ended."""
        row = get_object_or_404(_rows(), pk=number)
        kind, is_open = row.mapping.kind, row.state in OPEN
        pairs = row.suspected.select_related("customer", "other", "decided_by")
        landed = row.new + row.known + row.corrected + row.conflicting + row.rejected + row.duplicates
        return self.page(
            request,
            "riskengine/book/import.html",
            title=_("Import %(number)d") % {"number": row.pk},
            crumbs=[Crumb(_("Imports of the book"), page_url("lending_bookimport_changelist"))],
            row=row,
            kind=kind_words(kind),
            tone=TONES[row.state],
            again=f"{page_url('lending_bookimport_ask')}?mapping={row.mapping_id}&source={row.source_id or ''}"
            if not is_open and request.user.has_perm(ADD)
            else "",
            refresh=REFRESH_SECONDS if is_open else 0,
            may_cancel=is_open and request.user.has_perm(ADD),
            percent=100 * landed // row.rows if row.rows else 0,
            landed=landed,
            error=ERRORS.get(row.error_code, row.error_code),
            rejects=[
                {
                    "row": one,
                    "field": field_words(kind, one.field),
                    "words": problem_words(one.code, is_chinese=is_chinese()),
                }
                for one in row.rejects.order_by("row", "pk")[:REJECTS_SHOWN]
            ],
            withdrawals=Withdrawal.choices,
            suspected=pairs.order_by("verdict", "-score", "pk")[:REJECTS_SHOWN],
            open_pairs=pairs.filter(verdict="").count(),
            may_decide=request.user.has_perm(DECIDE),
        )


def _rows() -> Any:
    return BookImport.objects.select_related("mapping", "source", "asked_by").defer("upload")


def ask_page(page: BookImportAdmin, request: HttpRequest) -> HttpResponse:
    """Say what to import; a worker begins within seconds."""
    require(request.user.has_perm(ADD))
    begun = {name: request.GET.get(name, "") for name in ("mapping", "source")}
    form = ImportForm(request.POST or None, request.FILES or None, initial=begun)
    if request.method == "POST" and form.is_valid():
        given, file = form.cleaned_data, form.cleaned_data.get("file")
        try:
            row = import_ask(
                mapping=given["mapping"],
                source=given.get("source"),
                file_name=file.name if file else "",
                data=file.read() if file else b"",
                by=staff(request),
                at=timezone.now(),
            )
            return redirect(page_url("lending_bookimport_change", row.pk))
        except RiskEngineError as error:
            messages.error(request, error.message)
    return page.page(
        request,
        "riskengine/book/import_ask.html",
        title=_("Import"),
        crumbs=[Crumb(_("Imports of the book"), page_url("lending_bookimport_changelist"))],
        form=form,
    )


def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel, as the button says."""
    require(request.user.has_perm(ADD))
    row = get_object_or_404(_rows(), pk=pk)
    if request.method == "POST":
        try:
            import_cancel(book_import=row, by=staff(request), at=timezone.now())
            messages.success(request, _("Cancelled. What landed before stays."))
        except RiskEngineError as error:
            messages.error(request, error.message)
    return redirect(page_url("lending_bookimport_change", pk))


def rejects(page: BookImportAdmin, request: HttpRequest, pk: int) -> HttpResponse | StreamingHttpResponse:
    """What was left out, as CSV."""
    row = get_object_or_404(_rows(), pk=pk)
    if not page.has_view_permission(request, row):
        raise PermissionDenied
    answer = StreamingHttpResponse(rejects_csv(row, is_chinese=is_chinese()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="import-{pk}-rejects.csv"'
    return answer
