"""The queue of early warnings, and the page of one: why it stands, and closing it with a note."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, Q, QuerySet, SmallIntegerField, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display

from audit.admin.page import Crumb, PageAdmin, page_url
from lending.admin.contract_search import loans_searched
from lending.admin.customers import LEVEL_COLOURS
from lending.models import Product
from monitoring.levels import LEVELS
from monitoring.models import DriftReport, EarlyWarning, ReviewResult, WarningCase
from monitoring.services.cases.writing import topics_of
from monitoring.services.explanations import Explanation, explanation_of
from riskengine.errors import RiskEngineError
from rules.localised import language, localised

HISTORY_SHOWN = 24
RELATED = ("loan__product", "customer", "last_run__product", "product", "last_report__product")
RANK = Case(*(When(level=level, then=rank) for rank, level in enumerate(LEVELS)), output_field=SmallIntegerField())
"""The level's place on the ladder: its name does not sort by severity."""


class StateFilter(admin.SimpleListFilter):
    """Open warnings unless asked for others."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [("CLOSED", _("Closed")), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        found = list(super().choices(changelist))
        found[0]["display"] = _("Open")
        return iter(found)

    def queryset(self, request: HttpRequest, queryset: QuerySet[EarlyWarning]) -> QuerySet[EarlyWarning]:
        if self.value() == "all":
            return queryset
        return queryset.filter(state=self.value() or EarlyWarning.State.OPEN)


class ProductFilter(admin.SimpleListFilter):
    """The product of the loan, or the one that drifts."""

    title = gettext_lazy("product")
    parameter_name = "product"

    def lookups(self, request: HttpRequest, model_admin: admin.ModelAdmin) -> list[tuple[str, str]]:
        return [(product.code, localised(product, "name")) for product in Product.objects.order_by("code")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[EarlyWarning]) -> QuerySet[EarlyWarning]:
        if not self.value():
            return queryset
        # A review raises warnings of its own product only, and there are far fewer reviews than loans.
        return queryset.filter(Q(first_run__product__code=self.value()) | Q(product__code=self.value()))


@admin.register(EarlyWarning)
class EarlyWarningAdmin(PageAdmin):
    """Trouble seen ahead, for a reviewer to look at."""

    list_display = [
        "stands_on",
        "level_shown",
        "reason",
        "pd_shown",
        "hit_count",
        "customer",
        "raised_on",
        "seen_in",
    ]
    list_filter = [StateFilter, "level", ProductFilter, "raised_at"]
    list_select_related = ()  # read for the rows of a page only: joined, all open warnings would be sorted with them
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["loan__external_id", "customer"]
    search_help_text = gettext_lazy("Start of contract no., or customer no.")
    ordering = [RANK.desc(), F("pd").desc(nulls_last=True)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[EarlyWarning]:
        return super().get_queryset(request).prefetch_related(*RELATED)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[EarlyWarning], search_term: str
    ) -> tuple[QuerySet[EarlyWarning], bool]:
        return queryset.filter(loan__in=loans_searched(search_term)) if search_term.strip() else queryset, False

    @admin.display(description=gettext_lazy("loan or product"), ordering="loan__external_id")
    def stands_on(self, warning: EarlyWarning) -> str:
        if warning.loan is not None:
            return warning.loan.external_id
        return _("Drift: %(product)s") % {"product": localised(warning.product, "name")}

    @display(description=gettext_lazy("level"), ordering=RANK, label=LEVEL_COLOURS)  # type: ignore[arg-type]  # unfold annotates str and takes lazy text
    def level_shown(self, warning: EarlyWarning) -> tuple[str, str]:
        return warning.level, warning.get_level_display()

    @admin.display(description=gettext_lazy("principal reason"))
    def reason(self, warning: EarlyWarning) -> SafeString | str:
        if not warning.reasons:
            return "–"
        more = len(warning.reasons) - 1
        return format_html("{}{}", localised(warning.reasons[0]), f" (+{more})" if more else "")

    @admin.display(description=gettext_lazy("PD"), ordering="pd")
    def pd_shown(self, warning: EarlyWarning) -> str:
        return "–" if warning.pd is None else f"{warning.pd:.1%}"

    @admin.display(description=gettext_lazy("raised"), ordering="raised_at")
    def raised_on(self, warning: EarlyWarning) -> SafeString:
        return _unbroken(f"{timezone.localtime(warning.raised_at):%Y-%m-%d}")

    @admin.display(description=gettext_lazy("last seen in"), ordering="last_run__as_of")
    def seen_in(self, warning: EarlyWarning) -> str:
        return str(warning.last_run or warning.last_report)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        warnings = EarlyWarning.objects.select_related(*RELATED)
        warning = get_object_or_404(warnings, pk=number)
        if warning.loan is None:
            return self._drift_page(request, warning)
        case = WarningCase.objects.filter(warning=warning).first()
        if request.method == "POST":
            return self._to_case(request, case)
        explanation, failure = _explained(warning)
        return self.page(
            request,
            "monitoring/warning.html",
            title=_("Early warning on %(loan)s") % {"loan": warning.loan.external_id},
            crumbs=[Crumb(_("Early warnings"), page_url("monitoring_earlywarning_changelist"))],
            warning=warning,
            explanation=explanation,
            failure=failure,
            history=_history(warning),
            case=case,
            page_timezone=warning.loan.product.timezone,
            pd_percent=self.pd_shown(warning),
        )

    def _to_case(self, request: HttpRequest, case: WarningCase | None) -> HttpResponse:
        """A warning on a loan is closed on its case, with an outcome."""
        if case is None or case.topic not in topics_of(request.user):
            raise PermissionDenied
        return HttpResponseRedirect(page_url("monitoring_warningcase_change", case.pk))

    def _drift_page(self, request: HttpRequest, warning: EarlyWarning) -> HttpResponse:
        reports = DriftReport.objects.filter(product=warning.product).order_by("-until", "-pk")[:HISTORY_SHOWN]
        return self.page(
            request,
            "monitoring/drift_warning.html",
            title=_("Drift of %(product)s") % {"product": localised(warning.product, "name")},
            crumbs=[Crumb(_("Early warnings"), page_url("monitoring_earlywarning_changelist"))],
            warning=warning,
            history=reports,
            page_timezone=warning.product.timezone if warning.product else "UTC",
        )


def _unbroken(text: str) -> SafeString:
    return format_html('<span class="whitespace-nowrap">{}</span>', text)


def _explained(warning: EarlyWarning) -> tuple[Explanation | None, str]:
    try:
        return explanation_of(warning, language()), ""
    except RiskEngineError as error:
        return None, error.code


def _history(warning: EarlyWarning) -> list[ReviewResult]:
    results = ReviewResult.objects.filter(loan=warning.loan_id).defer("portrait").select_related("run__product")
    return list(results.order_by("-run__as_of", "-run_id")[:HISTORY_SHOWN])
