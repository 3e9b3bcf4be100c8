"""The history of delinquency: all looks, one loan's page, roll rates and vintages."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.admin.page import Crumb, RecordPageAdmin, page_url, require
from audit.admin.words_filter import words_filter
from audit.csv_file import csv_response
from lending.models import Loan
from lending.money import money_text
from monitoring.admin.delinquency.filters import chosen
from monitoring.admin.delinquency.loan_page import loan_parts
from monitoring.admin.delinquency.matrix_page import matrix_parts
from monitoring.admin.delinquency.vintage_page import vintage_parts
from monitoring.admin.delinquency.words import category_name, causes_words
from monitoring.models import DelinquencyState
from monitoring.services.delinquency.figures import moved

SHOWN = 500
LOOKUPS = frozenset({"loan__opened_on__gte", "loan__opened_on__lt", "dpd__gte", "mob__lte", "loan__product__code"})


@admin.register(DelinquencyState)
class DelinquencyStateAdmin(RecordPageAdmin):
    """Every look at every loan, the latest first."""

    list_display = ["loan", "business_date", "dpd", "bucket", "category_words", "why", "arrears", "derived"]
    list_filter = ["bucket", ("category", words_filter(category_name)), "is_derived"]
    list_select_related = ["loan__product"]
    search_fields = ["^loan__external_id"]
    search_help_text = gettext_lazy("Beginning of a contract number")
    ordering = ["-id"]
    show_full_result_count = False
    list_before_template = "monitoring/delinquency/links.html"  # type: ignore[assignment]  # the theme says None

    def get_urls(self) -> list[URLPattern]:
        views: dict[str, tuple[Callable[..., HttpResponse], str]] = {
            "loan/<int:loan_id>/": (self.loan_view, "loan"),
            "roll-rates/": (self.matrix_view, "roll_rates"),
            "roll-rates/loans/": (self.moved_view, "moved"),
            "vintages/": (self.vintage_view, "vintages"),
        }
        wrap = self.admin_site.admin_view
        own = [
            path(route, wrap(view), name=f"monitoring_delinquencystate_{name}") for route, (view, name) in views.items()
        ]
        return [*own, *super().get_urls()]

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        return lookup in LOOKUPS or super().lookup_allowed(lookup, value, request)

    @admin.display(description=gettext_lazy("why"))
    def why(self, state: DelinquencyState) -> str:
        return causes_words(state.causes)

    @admin.display(description=gettext_lazy("category"), ordering="severity")
    def category_words(self, state: DelinquencyState) -> str:
        return category_name(state.category)

    @admin.display(description=gettext_lazy("from monthly status"), ordering="is_derived")
    def derived(self, state: DelinquencyState) -> str:
        return "✓" if state.is_derived else "–"

    @admin.display(description=gettext_lazy("in arrears"), ordering="arrears_minor")
    def arrears(self, state: DelinquencyState) -> str:
        if state.is_derived:  # a monthly status says no amount
            return "–"
        return money_text(state.arrears_minor, state.loan.product.currency)

    def row_page(self, request: HttpRequest, number: int) -> HttpResponse:
        """A look is shown with its loan."""
        state = get_object_or_404(DelinquencyState, pk=number)
        return redirect(page_url("monitoring_delinquencystate_loan", state.loan_id))

    def loan_view(self, request: HttpRequest, loan_id: int) -> HttpResponse:
        """Days past due, bucket and category of one loan over time, its schedule, pauses and upgrades."""
        require(self.has_view_permission(request))
        loan = get_object_or_404(Loan.objects.select_related("product", "customer"), pk=loan_id)
        return self.page(
            request,
            "monitoring/delinquency/loan.html",
            title=_("Delinquency of %(loan)s") % {"loan": loan.external_id},
            crumbs=[_crumb()],
            page_timezone=loan.product.timezone,
            **loan_parts(loan, request.user),
        )

    def matrix_view(self, request: HttpRequest) -> HttpResponse:
        """How loans moved between buckets from one review to a later one."""
        require(self.has_view_permission(request))
        parts = matrix_parts(chosen(request), request.GET)
        if request.GET.get("format") == "csv":
            return csv_response("roll-rates.csv", parts["csv"])
        return self.page(
            request, "monitoring/delinquency/roll_rates.html", title=_("Roll rates"), crumbs=[_crumb()], **parts
        )

    def moved_view(self, request: HttpRequest) -> HttpResponse:
        """The loans behind one number of the matrix."""
        require(self.has_view_permission(request))
        parts = matrix_parts(chosen(request), request.GET)
        source, target = request.GET.get("source", ""), request.GET.get("target", "")
        ids = (
            moved(parts["which"], parts["before"], parts["after"], source=source, target=target, most=SHOWN)
            if parts["matrix"]
            else []
        )
        loans = Loan.objects.filter(pk__in=ids).select_related("product").order_by("external_id")
        return self.page(
            request,
            "monitoring/delinquency/moved.html",
            title=_("Loans from %(source)s to %(target)s")
            % {"source": source or _("not there"), "target": target or _("no longer there")},
            crumbs=[_crumb(), Crumb(_("Roll rates"), page_url("monitoring_delinquencystate_roll_rates"))],
            loans=loans,
            most=SHOWN if len(ids) == SHOWN else None,
        )

    def vintage_view(self, request: HttpRequest) -> HttpResponse:
        """Shares that ever were late, by months on book and month of opening."""
        require(self.has_view_permission(request))
        parts = vintage_parts(chosen(request), request.GET)
        if request.GET.get("format") == "csv":
            return csv_response("vintages.csv", parts["csv"])
        return self.page(
            request, "monitoring/delinquency/vintages.html", title=_("Vintages"), crumbs=[_crumb()], **parts
        )


def _crumb() -> Crumb:
    return Crumb(_("Delinquency"), page_url("monitoring_delinquencystate_changelist"))
