"""Governed settings: the list, a new draft of a kind, and each document as it stands."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin import governed_flow
from audit.admin.base import staff
from audit.admin.error_words import error_words
from audit.admin.governed_forms import GovernedForm
from audit.admin.governed_page import CHANGE, REFERENCED, TONES, document_page, may_write
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.governed_kinds import Kind, is_kind, kind_of, kinds_all
from audit.governed_words import governed_words, kind_title, names_words
from audit.models import GovernedDocument
from audit.services.governed import governed_draft, governed_edit, governed_lives
from riskengine.errors import RiskEngineError

ON_A_PAGE = 50


@admin.register(GovernedDocument)
class GovernedDocumentAdmin(PageAdmin):
    """Small policies that need four eyes."""

    def get_urls(self) -> list[URLPattern]:
        def address(verb: str, view: Any) -> URLPattern:
            def wrapped(request: HttpRequest, pk: int) -> HttpResponse:
                require(self.has_view_permission(request))
                governed = get_object_or_404(GovernedDocument.objects.select_related(*REFERENCED), pk=pk)
                response: HttpResponse = view(self, request, governed)
                return response

            name = f"audit_governeddocument_{verb}"
            return path(f"<int:pk>/{verb}/", self.admin_site.admin_view(wrapped), name=name)

        flow = governed_flow
        return [
            address("edit", edit),
            address("submit", flow.submit),
            address("withdraw", flow.withdraw),
            address("decide", flow.decide),
            address("end", flow.end),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        chosen = {name: request.GET.get(name, "") for name in ("kind", "state")}
        found = GovernedDocument.objects.select_related(*REFERENCED).order_by("-pk")
        found = found.filter(kind=chosen["kind"]) if chosen["kind"] else found
        found = found.filter(state=chosen["state"]) if chosen["state"] in GovernedDocument.State.values else found
        page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
        kinds_here = {row.kind for row in page}
        live, names = _live_ids(kinds_here, timezone.now().date()), {code: names_words(code) for code in kinds_here}
        return self.page(
            request,
            "riskengine/governed/list.html",
            title=_("Governed settings"),
            rows=[_row(row, live, names[row.kind]) for row in page],
            page=page,
            chosen=chosen,
            kinds=sorted(((kind.code, str(kind.title)) for kind in kinds_all()), key=lambda pair: pair[1]),
            states=GovernedDocument.State.choices,
            can_add=self.has_add_permission(request) and bool(kinds_all()),
        )

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Choose a kind, then write its document, from nothing or from one that is there."""
        require(self.has_add_permission(request))
        code = request.GET.get("kind", "")
        if not is_kind(code):
            kinds = [{"kind": kind, "lives": _lives(kind)} for kind in kinds_all() if may_write(request, kind.code)]
            return self.page(
                request,
                "riskengine/governed/kinds.html",
                title=_("New setting"),
                crumbs=[crumb()],
                kinds=sorted(kinds, key=lambda row: str(row["kind"].title)),
            )
        if not may_write(request, code):
            raise PermissionDenied
        start = _start(request, code)
        name = request.GET.get("name", "")
        form = GovernedForm(request.POST or None, kind=kind_of(code), start=start, name=name)
        if request.method == "POST" and form.is_valid():
            made = _drafted(request, kind_of(code), form)
            if made is not None:
                return redirect(page_url("audit_governeddocument_change", made.pk))
        return _form_page(self, request, kind_of(code), form, crumbs=[crumb()], start=start)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """The document as it stands, and the next step for who may take it."""
        rows = GovernedDocument.objects.select_related(*REFERENCED)
        governed = get_object_or_404(rows, pk=number)
        return document_page(self, request, governed)


def edit(page: GovernedDocumentAdmin, request: HttpRequest, governed: GovernedDocument) -> HttpResponse:
    """Change a draft; what somebody else saved meanwhile is not written over."""
    if not (request.user.has_perm(CHANGE) and may_write(request, governed.kind)):
        raise PermissionDenied
    back = page_url("audit_governeddocument_change", governed.pk)
    if governed.state != GovernedDocument.State.DRAFT or not is_kind(governed.kind):
        messages.error(request, _("Only a draft can be changed. Make a new draft from this version."))
        return redirect(back)
    kind = kind_of(governed.kind)
    form = GovernedForm(request.POST or None, kind=kind, start=governed, is_edit=True)
    if request.method == "POST" and form.is_valid() and _edited(request, governed, form):
        return redirect(back)
    return _form_page(self=page, request=request, kind=kind, form=form, crumbs=[crumb()], start=None, governed=governed)


def crumb() -> Crumb:
    """The way back."""
    return Crumb(_("Governed settings"), page_url("audit_governeddocument_changelist"))


def _form_page(
    self: GovernedDocumentAdmin,
    request: HttpRequest,
    kind: Kind,
    form: GovernedForm,
    *,
    crumbs: list[Crumb],
    start: GovernedDocument | None,
    governed: GovernedDocument | None = None,
) -> HttpResponse:
    if governed is not None:
        crumbs = [*crumbs, Crumb(governed_words(governed), page_url("audit_governeddocument_change", governed.pk))]
    return self.page(
        request,
        "riskengine/governed/form.html",
        title=_("Change the draft") if governed else str(kind.title),
        crumbs=crumbs,
        kind=kind,
        form=form,
        governed=governed,
        start=governed_words(start) if start else "",
        lives=[] if start or governed else _lives(kind),
        back=page_url("audit_governeddocument_change", governed.pk) if governed else crumb().url,
    )


def _start(request: HttpRequest, code: str) -> GovernedDocument | None:
    number = request.GET.get("from", "")
    return GovernedDocument.objects.filter(kind=code, pk=number).first() if number.isdecimal() else None


def _drafted(request: HttpRequest, kind: Kind, form: GovernedForm) -> GovernedDocument | None:
    try:
        made = governed_draft(
            kind=kind.code,
            name=form.cleaned_data["name"],
            document=form.document(),
            author=staff(request),
            at=timezone.now(),
            valid_from=form.cleaned_data["valid_from"],
            valid_until=form.cleaned_data["valid_until"],
        )
    except RiskEngineError as error:
        _refused(form, error)
        return None
    messages.success(request, _("Saved as a draft. Nothing changes until somebody else approves it."))
    return made


def _edited(request: HttpRequest, governed: GovernedDocument, form: GovernedForm) -> bool:
    try:
        governed_edit(
            governed=governed,
            document=form.document(),
            expected_hash=form.cleaned_data["expected_hash"],
            editor=staff(request),
            at=timezone.now(),
            valid_from=form.cleaned_data["valid_from"],
            valid_until=form.cleaned_data["valid_until"],
        )
    except RiskEngineError as error:
        _refused(form, error)
        return False
    messages.success(request, _("Saved in the draft. Nothing changes until somebody else approves it."))
    return True


def _refused(form: GovernedForm, error: RiskEngineError) -> None:
    """What was typed stays on the page, under the words of the refusal."""
    problems = error.facts.get("problems")
    form.add_error(None, [error_words(error), *map(str, problems if isinstance(problems, list) else [])])


def _live_ids(kinds: Iterable[str], on: date) -> set[int]:
    return {live.id for kind in kinds if is_kind(kind) for live in governed_lives(kind, on).values()}


def _lives(kind: Kind) -> list[dict[str, Any]]:
    lives, names = governed_lives(kind.code, timezone.now().date()), names_words(kind.code)
    return [{"live": live, "name": names.get(name, name)} for name, live in sorted(lives.items())]


def _row(row: GovernedDocument, live: set[int], names: dict[str, str]) -> dict[str, Any]:
    return {
        "governed": row,
        "kind": kind_title(row.kind),
        "name": names.get(row.name, row.name),
        "is_live": row.pk in live,
        "tone": TONES[row.state],
    }
