"""Findings on the use of loans: what was declared, where the money went, and what a person says of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import authenticate
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.base import labelled, refusal_words, staff
from audit.admin.decision_form import DecisionForm
from audit.admin.error_words import error_words
from audit.admin.page import Crumb, PageAdmin, page_url, require
from audit.admin.words_filter import words_filter
from audit.services.approvals import CHECK_PERMISSION
from lending.admin.contract_search import loans_searched
from lending.models import AccountTransaction
from lending.services.book.revealing import transaction_reveal
from lending.services.customers import REVEAL_PERMISSION, RevealPurpose
from monitoring.admin.diversion.view import finding_view
from monitoring.admin.diversion.words import purpose_words
from monitoring.loan_use_policy import loan_use_policy_by_hash
from monitoring.models import DiversionFinding
from monitoring.services.diversion.decisions import (
    DECIDE_PERMISSION,
    DiversionDecisionNotPermitted,
    diversion_decide,
    diversion_lift,
    diversion_propose,
    diversion_withdraw,
    proposal_hash,
    proposal_note,
    proposal_waiting,
)
from riskengine.errors import RiskEngineError

State = DiversionFinding.State
COLOURS: dict[str, str] = {
    State.SUSPECTED: "warning",
    State.CONFIRMED: "danger",
    State.CONSISTENT: "success",
    State.UNTRACEABLE: "info",
}
FILTER_ALL = "all"


class LastFilter(admin.SimpleListFilter):
    """The finding that holds for each loan, unless asked for the history."""

    title = gettext_lazy("which")
    parameter_name = "which"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(FILTER_ALL, _("All, with history"))]

    def choices(self, changelist: Any) -> Any:
        found = list(super().choices(changelist))
        found[0]["display"] = _("The last of each loan")
        return iter(found)

    def queryset(self, request: HttpRequest, queryset: QuerySet[DiversionFinding]) -> QuerySet[DiversionFinding]:
        if self.value() == FILTER_ALL:
            return queryset
        return queryset.filter(~Exists(DiversionFinding.objects.filter(follows=OuterRef("pk"))))


def _declared_words(purpose: str) -> str:
    """A purpose as the policy behind its newest finding calls it."""
    newest = DiversionFinding.objects.filter(purpose=purpose).order_by("-pk").first()
    return purpose_words(purpose, loan_use_policy_by_hash(newest.policy_hash) if newest else None)


@admin.register(DiversionFinding)
class DiversionFindingAdmin(PageAdmin):
    """Where the money of loans went, the suspicious first."""

    list_display = ["loan_number", "state_shown", "purpose_shown", "diverted", "untraceable", "customer", "found_on"]
    list_filter = [
        LastFilter,
        "state",
        "loan__product",
        ("purpose", words_filter(_declared_words)),
        "method",
        "known_at",
    ]
    list_select_related = ["loan__product", "loan__customer"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["loan__external_id", "loan__customer"]
    search_help_text = gettext_lazy("Start of contract no., or customer no.")
    ordering = ["-diverted_share", "-known_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[DiversionFinding]:
        return super().get_queryset(request).defer("path")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DiversionFinding], search_term: str
    ) -> tuple[QuerySet[DiversionFinding], bool]:
        return queryset.filter(loan__in=loans_searched(search_term)) if search_term.strip() else queryset, False

    @admin.display(description=gettext_lazy("loan"), ordering="loan__external_id")
    def loan_number(self, finding: DiversionFinding) -> SafeString:
        return format_html('<span class="whitespace-nowrap">{}</span>', finding.loan.external_id)

    @labelled(gettext_lazy("state"), COLOURS, ordering="state")
    def state_shown(self, finding: DiversionFinding) -> tuple[str, str]:
        return finding.state, finding.get_state_display()

    @admin.display(description=gettext_lazy("declared purpose"), ordering="purpose")
    def purpose_shown(self, finding: DiversionFinding) -> str:
        return purpose_words(finding.purpose, loan_use_policy_by_hash(finding.policy_hash))

    @admin.display(description=gettext_lazy("diverted share"), ordering="diverted_share")
    def diverted(self, finding: DiversionFinding) -> str:
        return f"{finding.diverted_share:.1%}"

    @admin.display(description=gettext_lazy("untraceable share"), ordering="untraceable_share")
    def untraceable(self, finding: DiversionFinding) -> str:
        return f"{finding.untraceable_share:.1%}"

    @admin.display(description=gettext_lazy("customer"))
    def customer(self, finding: DiversionFinding) -> str:
        return str(finding.loan.customer)

    @admin.display(description=gettext_lazy("found"), ordering="known_at")
    def found_on(self, finding: DiversionFinding) -> str:
        return f"{timezone.localtime(finding.known_at):%Y-%m-%d}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.reveal_view)
        return [path("<int:finding_id>/reveal/", view, name="monitoring_diversionfinding_reveal"), *super().get_urls()]

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        finding = self._finding(request, number)
        if request.method == "POST":
            return self._decide(request, finding)
        return self._page(request, finding)

    def reveal_view(self, request: HttpRequest, finding_id: int) -> HttpResponse:
        """The other party and the text of one line in clear, for a purpose, on record (POST); shown once."""
        finding = self._finding(request, finding_id)
        if request.method != "POST" or not request.user.has_perm(REVEAL_PERMISSION):
            raise PermissionDenied
        return self._page(request, finding, revealed=self._reveal(request, finding))

    def _finding(self, request: HttpRequest, finding_id: int) -> DiversionFinding:
        require(self.has_view_permission(request))
        findings = DiversionFinding.objects.select_related("loan__product", "loan__customer", "decided_by")
        findings = findings.select_related("proposal__approval__maker")
        return get_object_or_404(findings, pk=finding_id)

    def _page(
        self,
        request: HttpRequest,
        finding: DiversionFinding,
        revealed: dict[int, dict[str, str]] | None = None,
        form: DecisionForm | None = None,
    ) -> HttpResponse:
        view = finding_view(finding, revealed or {})
        waiting = proposal_waiting(finding)
        may_decide = view["is_last"] and waiting is None and request.user.has_perm(DECIDE_PERMISSION)
        is_own = waiting is not None and waiting.approval.maker_id == request.user.pk
        may_check = waiting is not None and not is_own and request.user.has_perm(CHECK_PERMISSION)
        if may_check and form is None:
            form = DecisionForm(request, initial={"content_hash": proposal_hash(waiting) if waiting else ""})
        return self.page(
            request,
            "monitoring/diversion/finding.html",
            title=_("Use of loan %(loan)s") % {"loan": finding.loan.external_id},
            crumbs=[Crumb(_("Use of loans"), page_url("monitoring_diversionfinding_changelist"))],
            finding=finding,
            can_confirm=may_decide and finding.state in (State.SUSPECTED, State.UNTRACEABLE),
            can_lift=may_decide and finding.state in (State.SUSPECTED, State.CONFIRMED),
            may_reveal=request.user.has_perm(REVEAL_PERMISSION) and finding.loan.customer.erased_at is None,
            waiting=waiting,
            waiting_note=proposal_note(waiting) if waiting else "",
            is_own=is_own,
            form=form if may_check else None,
            purposes=RevealPurpose.choices,
            page_timezone=finding.loan.product.timezone,
            **view,
        )

    def _decide(self, request: HttpRequest, finding: DiversionFinding) -> HttpResponse:
        decision, here = request.POST.get("decision", ""), page_url("monitoring_diversionfinding_change", finding.pk)
        if decision in ("approve", "reject"):
            return self._second(request, finding)
        require(request.user.has_perm(DECIDE_PERMISSION))
        person, note, at = staff(request), request.POST.get("note", ""), timezone.now()
        works: dict[str, tuple[Callable[[], object], str]] = {
            "confirm": (
                lambda: diversion_propose(finding=finding, outcome=State.CONFIRMED, maker=person, note=note, at=at),
                _("Your proposal waits for a second person."),
            ),
            "unconfirm": (
                lambda: diversion_propose(finding=finding, outcome=State.CONSISTENT, maker=person, note=note, at=at),
                _("Your proposal waits for a second person."),
            ),
            "lift": (
                lambda: diversion_lift(finding=finding, decider=person, note=note, at=at),
                _("Your decision is recorded."),
            ),
            "withdraw": (
                lambda: diversion_withdraw(finding=finding, maker=person, at=at),
                _("Your proposal is taken back."),
            ),
        }
        if decision not in works:
            messages.error(request, _("Confirm or lift."))
            return HttpResponseRedirect(here)
        work, done = works[decision]
        self._try(request, work, done)
        return HttpResponseRedirect(self._last_page(finding))

    def _second(self, request: HttpRequest, finding: DiversionFinding) -> HttpResponse:
        """The word of the second person on what is proposed."""
        require(request.user.has_perm(CHECK_PERMISSION))
        form = DecisionForm(request, request.POST)
        if not form.is_valid():
            return self._page(request, finding, form=form)
        done = _("Approved.") if form.is_approved else _("Rejected.")
        self._try(
            request,
            lambda: diversion_decide(finding=finding, is_approved=form.is_approved, **form.word()),
            done,
        )
        return HttpResponseRedirect(self._last_page(finding))

    def _try(self, request: HttpRequest, work: Callable[[], object], done: str) -> None:
        try:
            work()
        except DiversionDecisionNotPermitted as error:
            raise PermissionDenied from error
        except RiskEngineError as error:
            messages.error(request, refusal_words(error))
        else:
            messages.success(request, done)

    def _last_page(self, finding: DiversionFinding) -> str:
        """The finding that a decision made of this one, else its own page."""
        result = DiversionFinding.objects.filter(follows=finding).first() or finding
        return page_url("monitoring_diversionfinding_change", result.pk)

    def _reveal(self, request: HttpRequest, finding: DiversionFinding) -> dict[int, dict[str, str]]:
        password = request.POST.get("password", "")
        if authenticate(request, username=request.user.get_username(), password=password) != request.user:
            messages.error(request, _("This is not your password."))
            return {}
        wanted = request.POST.get("line", "")
        shown = {flow[0] for flow in finding.path["flows"]}
        number = int(wanted) if wanted.isdecimal() and int(wanted) in shown else 0
        line = get_object_or_404(AccountTransaction.objects.select_related("account"), pk=number)
        try:
            texts = transaction_reveal(
                line=line, viewer=staff(request), purpose=request.POST.get("purpose", ""), at=timezone.now()
            )
        except RiskEngineError as error:
            messages.error(request, error_words(error))
            return {}
        messages.info(request, _("Shown once. The audit log records who read it and why."))
        return {line.pk: texts}
