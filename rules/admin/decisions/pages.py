"""Decisions in the admin: the list, and a page that a compliance officer reads without help."""

from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from audit.admin.error_words import error_words
from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.admin.widgets import select_widget
from audit.moments import moment_html
from lending.models import Identifier
from lending.services.customers import REVEAL_PERMISSION, RevealPurpose, identifier_reveal
from riskengine.errors import RiskEngineError
from rules.admin.decisions import case_views
from rules.admin.decisions.replay_words import diff_words, versions_of
from rules.admin.decisions.view import DecisionView
from rules.admin.letter_page import letter_page
from rules.admin.resolution_words import resolution_view
from rules.localised import language, localised
from rules.models import Decision, Referral
from rules.services.bundles.versions import version_by_id
from rules.services.decisions.replay import decision_replay
from rules.services.decisions.replay_against import decision_against
from rules.services.letters.decision import letter_of
from rules.words import value_words
from scoring.models import ModelPackage
from scoring.services.catalogues.life import catalogue_live

REPLAY_WORDS = {
    "same": gettext_lazy("Decided again just now with the same content: the record came out the same, byte for byte."),
    "erased": gettext_lazy(
        "The customer's data is erased, so it cannot be decided again. The record's hash still holds."
    ),
    "failed": gettext_lazy("Decided again, it came out differently. Tell an administrator."),
    "unreplayable": gettext_lazy("It cannot be decided again: the sealed part does not open."),
}


class GradeFilter(admin.SimpleListFilter):
    """By grade, of those given lately: a scan of every decision for its grades would be slow."""

    title = gettext_lazy("grade")
    parameter_name = "grade"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        latest = Decision.objects.order_by("-decided_at").values_list("grade", flat=True)[:2000]
        return [(grade, grade) for grade in sorted({grade for grade in latest if grade})]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Decision]) -> QuerySet[Decision]:
        return queryset.filter(grade=self.value()) if self.value() else queryset


class RevealForm(forms.Form):
    """Which field is read, why, and by whom really."""

    identifier = forms.ModelChoiceField(Identifier.objects.none(), widget=forms.HiddenInput)
    purpose = forms.ChoiceField(
        label=gettext_lazy("Purpose"),
        choices=RevealPurpose.choices,
        widget=select_widget(),
    )
    password = forms.CharField(
        label=gettext_lazy("Your password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"class": "rk-input", "autocomplete": "current-password"}),
    )


@admin.register(Decision)
class DecisionAdmin(RecordPageAdmin):
    """The record of what was decided; nothing here changes it."""

    list_display = ["when", "application_number", "product", "outcome_shown", "grade", "pd_shown"]
    list_filter = ["product", "outcome", GradeFilter, "decided_at"]
    search_fields = ["=application__external_id", "=id"]
    search_help_text = gettext_lazy("Application number or decision number")
    list_select_related = ["application", "product"]
    date_hierarchy = "decided_at"
    ordering = ["-decided_at"]
    list_per_page = 50
    show_full_result_count = False
    list_display_links = ["when", "application_number"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        decisions: QuerySet[Decision] = super().get_queryset(request)
        return decisions.defer("document")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Decision], search_term: str
    ) -> tuple[QuerySet[Decision], bool]:
        """A decision is looked for by its whole number or an application by its own."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(pk=UUID(term)), False
        except ValueError:
            return queryset.filter(application__external_id=term), False

    @admin.display(description=gettext_lazy("decided"), ordering="decided_at")
    def when(self, decision: Decision) -> SafeString:
        return moment_html(decision.decided_at)

    @admin.display(description=gettext_lazy("application"))
    def application_number(self, decision: Decision) -> str:
        return decision.application.external_id

    @display(
        description=gettext_lazy("outcome"),  # type: ignore[arg-type]  # unfold annotates str and takes lazy text
        ordering="outcome",
        label={"APPROVE": "success", "REFER": "warning", "DECLINE": "danger"},
    )
    def outcome_shown(self, decision: Decision) -> tuple[str, str]:
        return decision.outcome, decision.get_outcome_display()

    @admin.display(description=gettext_lazy("PD"), ordering="pd")
    def pd_shown(self, decision: Decision) -> str:
        return "–" if decision.pd is None else value_words(round(decision.pd, 4), "share")

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """The first reason in the reader's words: the catalogue is read once for the page."""
        try:
            wordings = catalogue_live().reasons_by_code()
        except RiskEngineError:
            wordings = {}

        @admin.display(description=gettext_lazy("first reason"))
        def first_reason(decision: Decision) -> str:
            if not decision.reason_codes:
                return "–"
            code, *more = decision.reason_codes
            words = localised(wordings[code]) if code in wordings else code
            return f"{Truncator(words).chars(70)}{f' +{len(more)}' if more else ''}"

        return [*self.list_display, first_reason]

    def get_urls(self) -> list[URLPattern]:
        site = self.admin_site
        return [
            path("<uuid:decision_id>/document/", site.admin_view(self.document_view), name="rules_decision_document"),
            path("<uuid:decision_id>/reveal/", site.admin_view(self.reveal_view), name="rules_decision_reveal"),
            path("<uuid:decision_id>/letter/", site.admin_view(self.letter_view), name="rules_decision_letter"),
            path("<uuid:decision_id>/keep/", site.admin_view(self.keep_view), name="rules_decision_keep"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            decision = self._decision(request, UUID(object_id.replace("_2D", "-")))
        except ValueError:
            raise Http404 from None
        replay = decision_replay(decision) if "replay" in request.GET else None
        return self._page(request, decision, replay=replay, against=self._against(request, decision))

    def _against(self, request: HttpRequest, decision: Decision) -> dict[str, Any] | None:
        """The decision under the version that `?against=` names, in words."""
        reference = request.GET.get("against", "")
        if not reference:
            return None
        try:
            diff = decision_against(decision, version_by_id(decision.product.code, reference))
        except RiskEngineError as error:
            messages.error(request, error_words(error))
            return None
        return diff_words(diff, decision.product.currency)

    def document_view(self, request: HttpRequest, decision_id: UUID) -> HttpResponse:
        """The stored document, byte for byte, as a download."""
        decision = self._decision(request, decision_id)
        headers = {"Content-Disposition": f'attachment; filename="decision-{decision.pk}.json"'}
        return HttpResponse(bytes(decision.document), content_type="application/json", headers=headers)

    def letter_view(self, request: HttpRequest, decision_id: UUID) -> HttpResponse:
        """What the applicant is written, to be printed."""
        decision = self._decision(request, decision_id)
        back = page_url("rules_decision_change", decision.pk)
        return letter_page(request, partial(letter_of, decision), back=back, back_title=_("Back to the decision"))

    def keep_view(self, request: HttpRequest, decision_id: UUID) -> HttpResponse:
        """Keep it as a case of a draft (POST)."""
        return case_views.keep(request, self._decision(request, decision_id))

    def reveal_view(self, request: HttpRequest, decision_id: UUID) -> HttpResponse:
        """One identifier in clear text, for a purpose, on record (POST); shown once and kept nowhere."""
        decision = self._decision(request, decision_id)
        if request.method != "POST" or not request.user.has_perm(REVEAL_PERMISSION):
            raise PermissionDenied
        form = RevealForm(request.POST)
        form.fields["identifier"].queryset = decision.application.customer.identifiers.all()  # type: ignore[attr-defined]
        revealed: dict[int, str] = {}
        if form.is_valid():
            revealed = self._reveal(request, form)
        else:
            messages.error(request, _("Choose a purpose and give your password."))
        return self._page(request, decision, revealed=revealed)

    def _reveal(self, request: HttpRequest, form: RevealForm) -> dict[int, str]:
        username, password = request.user.get_username(), form.cleaned_data["password"]
        if authenticate(request, username=username, password=password) != request.user:
            messages.error(request, _("This is not your password."))
            return {}
        identifier: Identifier = form.cleaned_data["identifier"]
        try:
            value = identifier_reveal(
                identifier=identifier,
                viewer=request.user,  # type: ignore[arg-type]
                purpose=form.cleaned_data["purpose"],
                at=datetime.now(UTC),
            )
        except RiskEngineError as error:
            messages.error(request, error_words(error))
            return {}
        messages.info(request, _("Shown once. The audit log records who read it and why."))
        return {identifier.pk: value}

    def _decision(self, request: HttpRequest, decision_id: UUID) -> Decision:
        require(self.has_view_permission(request))
        decisions = Decision.objects.select_related("application__customer", "application__client", "product")
        return get_object_or_404(decisions, pk=decision_id)

    def _page(
        self,
        request: HttpRequest,
        decision: Decision,
        replay: tuple[str, str] | None = None,
        revealed: dict[int, str] | None = None,
        against: dict[str, Any] | None = None,
    ) -> HttpResponse:
        customer, view = decision.application.customer, DecisionView(decision)
        identifiers = [
            {"identifier": identifier, "value": (revealed or {}).get(identifier.pk)}
            for identifier in customer.identifiers.order_by("kind")
        ]
        referral = Referral.objects.select_related("claimed_by", "resolution").filter(decision=decision).first()
        others = Decision.objects.filter(application=decision.application).exclude(pk=decision.pk)
        return self.page(
            request,
            "riskengine/decision/page.html",
            title=decision.application.external_id,
            crumbs=[Crumb(_("Decisions"), page_url("rules_decision_changelist"))],
            view=view,
            model=ModelPackage.objects.filter(content_hash=view.document.bundle.model_hash).only("name").first(),
            decision=decision,
            customer=customer,
            identifiers=identifiers,
            purposes=RevealPurpose.choices,
            drafts=case_views.drafts_for(decision, request.user),  # type: ignore[arg-type]
            may_reveal=request.user.has_perm(REVEAL_PERMISSION),
            others=others.defer("document").order_by("-decided_at"),
            replay=replay,
            against=against,
            versions=versions_of(decision),
            referral=referral,
            resolution=resolution_view(referral.resolution, language()) if referral and referral.resolution else None,
            replay_words=REPLAY_WORDS[replay[0]] if replay else "",
            page_timezone=decision.product.timezone,
        )
