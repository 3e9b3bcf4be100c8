"""Customers and their standing in the admin: numbers and kinds, never a name."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from lending.admin.contract_search import customers_searched
from lending.admin.money_moved import money_moved
from lending.admin.read_only import ReadOnlyAdmin, ReadOnlyInline
from lending.models import Application, ConsentScope, Customer, CustomerLink, CustomerStanding, Identifier, Loan
from lending.services.consents import consents_live

CATEGORIES = {
    "NORMAL": _("Normal"),
    "SPECIAL_MENTION": _("Special mention"),
    "SUBSTANDARD": _("Substandard"),
    "DOUBTFUL": _("Doubtful"),
    "LOSS": _("Loss"),
}
LEVEL_COLOURS = {"NONE": "", "BLUE": "info", "YELLOW": "warning", "ORANGE": "warning", "RED": "danger"}


class IdentifierInline(ReadOnlyInline):
    """Which identifying values are held; the values stay sealed."""

    model = Identifier
    fields = ["kind", "masked", "created_at"]
    readonly_fields = ["masked"]
    verbose_name_plural = _("Identifiers held (sealed)")
    empty_words = _("Identity number, phone, bank card and the like arrive with an application or an import; sealed.")

    @admin.display(description=_("value"))
    def masked(self, identifier: Identifier) -> str:
        return "••••••"


class CustomerApplicationInline(ReadOnlyInline):
    """What they asked for, newest first."""

    model = Application
    fields = ["external_id", "product", "client", "created_at"]
    ordering = ["-created_at"]
    empty_words = _("What the customer asks for through a lending system. Loans that were imported have none.")
    show_change_link = True


class CustomerLoanInline(ReadOnlyInline):
    """Their loans."""

    model = Loan
    fields = ["external_id", "product", "opened_on", "closed_on"]
    empty_words = _("A loan stands here once a lending system reports its payout, or an import brings it.")
    show_change_link = True


class StandingInline(ReadOnlyInline):
    """What the reviews found, newest first."""

    model = CustomerStanding
    fields = ["product", "as_of", "warning_level", "open_warnings", "dpd", "category", "coefficient"]
    readonly_fields = ["category", "coefficient"]
    ordering = ["-as_of", "-known_at"]
    empty_words = _("What each review finds: warnings, days past due, category. A paid-out loan is reviewed.")

    @admin.display(description=_("category"))
    def category(self, standing: CustomerStanding) -> str:
        return category_words(standing.loan_category)

    @admin.display(description=_("risk coefficient"))
    def coefficient(self, standing: CustomerStanding) -> str:
        return coefficient_words(standing)


class LinkInline(ReadOnlyInline):
    """Who stands beside them."""

    model = CustomerLink
    fk_name = "customer"
    fields = ["kind", "other", "is_liable", "since", "until", "known_at"]
    ordering = ["-since"]
    empty_words = _("Guarantors, co-borrowers, family, as lending systems report or imports bring them.")


@admin.register(Customer)
class CustomerAdmin(ReadOnlyAdmin):
    """A person by number."""

    list_display = ["number", "loan_count", "identifier_count", "created_at", "erased_at"]
    list_filter = [("erased_at", admin.EmptyFieldListFilter), "identifiers__kind"]
    search_fields = ["=id", "loans__external_id", "applications__external_id"]
    search_help_text = _("Customer number, or the beginning of a contract or application number")
    fields = [
        "number",
        "portrait",
        "health_code",
        "consents_live",
        "application_count",
        "loan_count",
        "created_at",
        "erased_at",
    ]
    readonly_fields = ["number", "portrait", "health_code", "consents_live", "application_count", "loan_count"]
    inlines = [IdentifierInline, CustomerApplicationInline, CustomerLoanInline, StandingInline, LinkInline]
    change_form_after_template: str | None = "lending/admin/money_moved.html"  # type: ignore[assignment]
    ordering = ["-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Customer]:
        customers: QuerySet[Customer] = super().get_queryset(request)
        return customers.annotate(loans_held=_count(Loan.objects.all()), values_held=_count(Identifier.objects.all()))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        customer = self.get_object(request, object_id)
        is_shown = customer is not None and self.has_view_permission(request, customer)
        is_chinese = (get_language() or "").startswith("zh")
        money = money_moved(customer, request, is_chinese=is_chinese) if customer and is_shown else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "money": money})

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Customer], search_term: str
    ) -> tuple[QuerySet[Customer], bool]:
        return queryset.filter(pk__in=customers_searched(search_term)) if search_term.strip() else queryset, False

    @admin.display(description=_("customer"), ordering="id")
    def number(self, customer: Customer) -> str:
        return str(customer)

    @admin.display(description=_("portrait"))
    def portrait(self, customer: Customer) -> SafeString:
        """Made above this app, known here by its address only."""
        url = reverse("admin:scoring_portraitsnapshot_customer", args=[customer.pk])
        return format_html('<a class="rk-link" href="{}">{}</a>', url, _("Variables, quality and risk coefficient"))

    @admin.display(description=_("health code"))
    def health_code(self, customer: Customer) -> SafeString:
        """Made above this app, known here by its address only."""
        url = reverse("admin:monitoring_healthcode_customer", args=[customer.pk])
        return format_html('<a class="rk-link" href="{}">{}</a>', url, _("Colour, history, shares and disputes"))

    @admin.display(description=_("consents in force"))
    def consents_live(self, customer: Customer) -> SafeString:
        """Which sources may be read, each for its purpose; the list behind shows those withdrawn too."""
        scopes = sorted(str(ConsentScope(scope).label) for scope in consents_live(customer, timezone.now()))
        words = " · ".join(scopes) or _("none yet")
        url = reverse("admin:lending_consent_changelist")
        return format_html('<a class="rk-link" href="{}?q={}">{}</a>', url, customer.pk, words)

    @admin.display(description=_("loans"), ordering="loans_held")
    def loan_count(self, customer: Customer) -> str:
        return f"{getattr(customer, 'loans_held', 0) or _('none yet')}"

    @admin.display(description=_("applications"))
    def application_count(self, customer: Customer) -> str:
        return f"{customer.applications.count() or _('none yet')}"

    @admin.display(description=_("identifiers"), ordering="values_held")
    def identifier_count(self, customer: Customer) -> int:
        return getattr(customer, "values_held", 0)


def _count(rows: QuerySet) -> Coalesce:
    """How many of `rows` a customer has: counted for the rows of the page only, not by joining whole tables."""
    own = rows.filter(customer=OuterRef("pk")).order_by().values("customer")
    return Coalesce(Subquery(own.annotate(number=Count("pk")).values("number")), 0)


def coefficient_words(standing: CustomerStanding) -> str:
    """In hundredths, as it is written."""
    return "–" if standing.grx is None else f"{standing.grx:.2f}"


def category_words(code: str) -> str:
    """The five categories by their names; a lender's own by its code."""
    return str(CATEGORIES.get(code, code)) or "–"


@admin.register(CustomerStanding)
class CustomerStandingAdmin(ReadOnlyAdmin):
    """What post-loan knows, as pre-loan reads it."""

    list_display = [
        "customer",
        "product_name",
        "as_of",
        "level",
        "open_warnings",
        "days_past_due",
        "category",
        "coefficient",
    ]
    list_filter = ["product", "warning_level", "has_confirmed_diversion", "as_of"]
    search_fields = ["=customer__id"]
    list_select_related = ["customer", "product"]
    date_hierarchy = "as_of"
    ordering = ["-id"]  # as they were written: a million of one day are not sorted for a page
    fields = [
        "customer",
        "product",
        "as_of",
        "known_at",
        "warning_level",
        "open_warnings",
        "dpd",
        "months_late",
        "category",
        "coefficient",
        "diversion",
    ]
    readonly_fields = ["category", "coefficient", "diversion"]

    @admin.display(description=_("product"), ordering="product")
    def product_name(self, standing: CustomerStanding) -> str:
        return str(standing.product or _("all products"))

    @admin.display(description=_("days past due"), ordering="dpd")
    def days_past_due(self, standing: CustomerStanding) -> str:
        return "–" if standing.dpd is None else str(standing.dpd)

    @admin.display(description=_("diversion confirmed"))
    def diversion(self, standing: CustomerStanding) -> str:
        return str(_("yes")) if standing.has_confirmed_diversion else "–"

    @admin.display(description=_("category"), ordering="category_severity")
    def category(self, standing: CustomerStanding) -> str:
        return category_words(standing.loan_category)

    @admin.display(description=_("risk coefficient"), ordering="grx")
    def coefficient(self, standing: CustomerStanding) -> str:
        return coefficient_words(standing)

    @display(description=_("level"), ordering="warning_level", label=LEVEL_COLOURS)  # type: ignore[arg-type]  # unfold annotates str and takes lazy text
    def level(self, standing: CustomerStanding) -> tuple[str, str]:
        return standing.warning_level, standing.get_warning_level_display()
