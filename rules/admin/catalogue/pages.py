"""The variable catalogue as it is edited: our own variables and reason wordings in a draft, then four eyes."""

from typing import Any

import msgspec
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.admin.error_words import error_words
from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.models import Approval
from riskengine.errors import RiskEngineError
from rules.admin.catalogue import flow_views as catalogue_flow_views
from rules.admin.catalogue.forms import ReasonForm, form_of, initial_of
from rules.admin.versions.flow_views import SubmitForm
from rules.localised import language
from rules.models import Decision
from rules.services.trials.own_variables import own_values_at
from scoring.catalogue import Catalogue, Variable, catalogue_problems
from scoring.models import CatalogueDraft, CatalogueVersion
from scoring.own_variables import Lookups
from scoring.own_words import catalogue_changes, own_sentence
from scoring.services.catalogues.drafts import catalogue_draft_edit, draft_catalogue
from scoring.services.catalogues.life import OBJECT_TYPE, catalogue_of

TRIED = 30
"""Past decisions offered to try a variable on."""


@admin.register(CatalogueDraft)
class CatalogueDraftAdmin(RecordPageAdmin):
    """Drafts of the catalogue."""

    def get_urls(self) -> list[URLPattern]:
        def address(route: str, view: Any, name: str) -> URLPattern:
            def wrapped(request: HttpRequest, **arguments: Any) -> HttpResponse:
                require(self.has_view_permission(request))
                response: HttpResponse = view(self, request, **arguments)
                return response

            return path(route, self.admin_site.admin_view(wrapped), name=f"scoring_cataloguedraft_{name}")

        flow = catalogue_flow_views
        return [
            address("open/", flow.open_draft, "open"),
            address("<int:draft_id>/variable/<str:kind>/", variable_edit, "variable_new"),
            address("<int:draft_id>/variable/<str:kind>/<int:place>/", variable_edit, "variable"),
            address("<int:draft_id>/remove/<int:place>/", variable_remove, "remove"),
            address("<int:draft_id>/reason/<str:code>/", reason_edit, "reason"),
            address("<int:draft_id>/submit/", flow.submit, "submit"),
            address("<int:draft_id>/discard/", flow.discard, "discard"),
            address("version/<int:catalogue_id>/approve/", flow.approve, "approve"),
            address("version/<int:catalogue_id>/withdraw/", flow.withdraw, "withdraw"),
            *super().get_urls(),
        ]

    def list_page(self, request: HttpRequest) -> HttpResponse:
        waiting = Approval.objects.filter(object_type=OBJECT_TYPE, state=Approval.State.PENDING).select_related("maker")
        live = CatalogueVersion.objects.filter(is_live=True).first()
        return self.page(
            request,
            "riskengine/catalogue/drafts.html",
            title=_("Variable catalogue"),
            live=live,
            own=own_rows(catalogue_of(live)) if live else [],
            drafts=CatalogueDraft.objects.select_related("author", "based_on", "version").order_by("-pk")[:50],
            waiting=waiting,
            may_edit=may_edit(request),
        )

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        drafts = CatalogueDraft.objects.select_related("based_on", "author")
        draft = get_object_or_404(drafts, pk=number)
        catalogue = draft_catalogue(draft)
        return self.page(
            request,
            "riskengine/catalogue/draft.html",
            title=_("Draft of the catalogue"),
            crumbs=[crumb()],
            draft=draft,
            own=own_rows(catalogue),
            reasons=catalogue.reasons,
            changes=catalogue_changes(catalogue_of(draft.based_on), catalogue),
            problems=catalogue_problems(catalogue),
            form=SubmitForm(),
            may={"edit": may_edit(request) and draft.state == CatalogueDraft.State.OPEN},
        )


def variable_edit(
    page: CatalogueDraftAdmin, request: HttpRequest, draft_id: int, kind: str, place: int | None = None
) -> HttpResponse:
    """Add or change an own variable; the button Try shows its value for a past application and saves nothing."""
    draft, catalogue = _editable(request, draft_id)
    if kind not in ("velocity", "list") or (place is not None and place >= len(catalogue.variables)):
        raise Http404
    before = None if place is None else catalogue.variables[place]
    if before is not None and before.source != kind:
        raise Http404
    form = form_of(kind)(request.POST or None, catalogue=catalogue, initial=initial_of(before) if before else None)
    tried = None
    if request.method == "POST" and form.is_valid():
        variable = form.variable(before)
        if request.POST.get("action") == "try":
            tried = _tried(variable, request.POST.get("decision", ""))
        else:
            variables = list(catalogue.variables)
            variables[len(variables) if place is None else place : len(variables) if place is None else place + 1] = [
                variable
            ]
            if _saved(request, draft, msgspec.structs.replace(catalogue, variables=variables)):
                return redirect(page_url("scoring_cataloguedraft_change", draft.pk))
    sentence = form.variable(before) if form.is_bound and form.is_valid() else before
    return page.page(
        request,
        "riskengine/catalogue/variable.html",
        title=_("Variable"),
        crumbs=[crumb(), Crumb(_("Draft of the catalogue"), page_url("scoring_cataloguedraft_change", draft.pk))],
        draft=draft,
        form=form,
        kind=kind,
        sentence=own_sentence(sentence, language()) if sentence else "",
        tried=tried,
        decisions=Decision.objects.select_related("application").defer("document").order_by("-decided_at")[:TRIED],
        picked=request.POST.get("decision", ""),
    )


def variable_remove(_page: CatalogueDraftAdmin, request: HttpRequest, draft_id: int, place: int) -> HttpResponse:
    """Take an own variable out of the draft (POST)."""
    draft, catalogue = _editable(request, draft_id)
    if request.method != "POST":
        raise PermissionDenied
    if place >= len(catalogue.variables) or catalogue.variables[place].source not in ("velocity", "list"):
        raise Http404
    kept = [variable for number, variable in enumerate(catalogue.variables) if number != place]
    _saved(request, draft, msgspec.structs.replace(catalogue, variables=kept))
    return redirect(page_url("scoring_cataloguedraft_change", draft.pk))


def reason_edit(page: CatalogueDraftAdmin, request: HttpRequest, draft_id: int, code: str) -> HttpResponse:
    """Change a reason's wording."""
    draft, catalogue = _editable(request, draft_id)
    before = catalogue.reasons_by_code().get(code)
    if before is None:
        raise Http404
    form = ReasonForm(request.POST or None, initial=msgspec.structs.asdict(before))
    if request.method == "POST" and form.is_valid():
        reasons = [form.reason(code) if reason.code == code else reason for reason in catalogue.reasons]
        if _saved(request, draft, msgspec.structs.replace(catalogue, reasons=reasons)):
            return redirect(page_url("scoring_cataloguedraft_change", draft.pk))
    return page.page(
        request,
        "riskengine/catalogue/reason.html",
        title=code,
        crumbs=[crumb(), Crumb(_("Draft of the catalogue"), page_url("scoring_cataloguedraft_change", draft.pk))],
        draft=draft,
        form=form,
    )


def crumb() -> Crumb:
    """The way back."""
    return Crumb(_("Variable catalogue"), page_url("scoring_cataloguedraft_changelist"))


def may_edit(request: HttpRequest) -> bool:
    """Whether this person writes catalogues."""
    return request.user.has_perm("scoring.change_catalogueversion")


def own_rows(catalogue: Catalogue) -> list[dict[str, Any]]:
    """List and velocity variables with their place in the catalogue and their sentence."""
    return [
        {"place": place, "variable": variable, "sentence": own_sentence(variable, language())}
        for place, variable in enumerate(catalogue.variables)
        if variable.source in ("velocity", "list")
    ]


def _editable(request: HttpRequest, draft_id: int) -> tuple[CatalogueDraft, Catalogue]:
    if not may_edit(request):
        raise PermissionDenied
    draft = get_object_or_404(CatalogueDraft.objects.select_related("based_on"), pk=draft_id)
    return draft, draft_catalogue(draft)


def _saved(request: HttpRequest, draft: CatalogueDraft, catalogue: Catalogue) -> bool:
    try:
        _draft, problems = catalogue_draft_edit(
            draft=draft,
            catalogue=catalogue,
            editor=request.user,  # type: ignore[arg-type]
            at=timezone.now(),
            expected_hash=request.POST.get("expected_hash", ""),
        )
    except RiskEngineError as error:
        messages.error(request, error_words(error))
        return False
    for problem in problems:
        messages.warning(request, problem)
    messages.success(request, _("Saved in the draft. Nothing changes until somebody else approves it."))
    return True


def _tried(variable: Variable, number: str) -> dict[str, Any] | None:
    decision = (
        Decision.objects.select_related("application").defer("document").filter(pk=number).first() if number else None
    )
    if decision is None:
        return None
    value = own_values_at(Lookups.of([variable]), decision)[variable.name]
    return {"decision": decision, "value": value, "is_unknown": value is None}
