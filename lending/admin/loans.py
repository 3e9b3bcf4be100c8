"""Loans and their months in the admin."""

from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lending.admin.contract_search import loans_searched
from lending.admin.read_only import ReadOnlyAdmin, ReadOnlyInline
from lending.models import Instalment, Loan, LoanChange, LoanMonth, Repayment
from lending.money import money_text
from lending.purposes import purpose_words

STATUS_WORDS = {-2: _("Not used"), -1: _("Paid in full"), 0: _("Revolving")}


def status_text(status: int | None) -> str:
    """A payment status in words."""
    if status is None:
        return "—"
    if status in STATUS_WORDS:
        return str(STATUS_WORDS[status])
    return ngettext("%(count)d month late", "%(count)d months late", status) % {"count": status}


class LoanMonthInline(ReadOnlyInline):
    """Every month reported, newest first."""

    model = LoanMonth
    fields = ["business_date", "status", "billed", "paid", "known_at", "replaced_known_at"]
    readonly_fields = ["status", "billed", "paid"]
    ordering = ["-business_date", "-known_at"]
    verbose_name_plural = _("Months, the latest first")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoanMonth]:
        months: QuerySet[LoanMonth] = super().get_queryset(request)
        return months.select_related("loan__product")

    @admin.display(description=_("payment status"))
    def status(self, month: LoanMonth) -> str:
        return status_text(month.payment_status)

    @admin.display(description=_("billed"))
    def billed(self, month: LoanMonth) -> str:
        return money_text(month.billed_minor, month.loan.product.currency)

    @admin.display(description=_("paid"))
    def paid(self, month: LoanMonth) -> str:
        return money_text(month.paid_minor, month.loan.product.currency)


class InstalmentInline(ReadOnlyInline):
    """Every schedule known, the latest first."""

    model = Instalment
    fields = ["number", "due", "principal", "interest", "fees", "known_at"]
    readonly_fields = ["due", "principal", "interest", "fees"]
    ordering = ["-known_at", "number"]
    verbose_name_plural = _("Schedule, the one known last first")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Instalment]:
        instalments: QuerySet[Instalment] = super().get_queryset(request)
        return instalments.select_related("loan__product")

    @admin.display(description=_("due date"))
    def due(self, instalment: Instalment) -> str:
        return instalment.due_on.isoformat()

    @admin.display(description=_("principal"))
    def principal(self, instalment: Instalment) -> str:
        return money_text(instalment.principal_minor, instalment.loan.product.currency)

    @admin.display(description=_("interest"))
    def interest(self, instalment: Instalment) -> str:
        return money_text(instalment.interest_minor, instalment.loan.product.currency)

    @admin.display(description=_("fees"))
    def fees(self, instalment: Instalment) -> str:
        return money_text(instalment.fee_minor, instalment.loan.product.currency)


class LoanChangeInline(ReadOnlyInline):
    """What became of the contract, the latest known first."""

    model = LoanChange
    fields = ["kind", "changed_on", "cause", "known_at", "source"]
    ordering = ["-known_at", "-id"]
    verbose_name_plural = _("What became of it, the latest first")


class RepaymentInline(ReadOnlyInline):
    """What was paid, newest first; a negative amount takes an earlier one back."""

    model = Repayment
    fields = ["external_id", "paid_on", "paid", "known_at", "source"]
    readonly_fields = ["paid"]
    ordering = ["-paid_on", "-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Repayment]:
        repayments: QuerySet[Repayment] = super().get_queryset(request)
        return repayments.select_related("loan__product")

    @admin.display(description=_("amount"))
    def paid(self, repayment: Repayment) -> str:
        return money_text(repayment.amount_minor, repayment.loan.product.currency)


def _link(url: str, words: Any) -> str:
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', url, words)


@admin.register(Loan)
class LoanAdmin(ReadOnlyAdmin):
    """A contract and how it runs."""

    list_display = ["external_id", "product", "customer", "limit", "status_now", "opened_on", "closed_on"]
    list_filter = ["product", "opened_on", ("closed_on", admin.EmptyFieldListFilter)]
    list_select_related = ["product", "customer"]
    search_fields = ["external_id", "customer"]
    search_help_text = _("Start of contract no., or customer no.")
    list_before_template = "lending/admin/loans_late.html"  # type: ignore[assignment]  # the theme says None
    # Attributes hold protected traits for fairness tests: nobody needs them to look at a loan.
    fields = [
        *["external_id", "product", "customer", "application", "limit", "disbursed", "opened_on", "closed_on"],
        *[
            "closed_cause",
            "declared",
            "region",
            "branch",
            "rate",
            "term_months",
            "restructured_on",
            "delinquency",
            "watched",
            "asked",
        ],
    ]
    readonly_fields = ["limit", "disbursed", "declared", "rate", "delinquency", "watched", "asked", "change"]
    inlines = [LoanChangeInline, InstalmentInline, RepaymentInline, LoanMonthInline]
    ordering = ["id"]

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """Only tables that have a row: a card has no schedule, a loan with one no months."""
        return [inline for inline in self.inlines if obj is None or inline.model.objects.filter(loan=obj).exists()]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The way to a change only for who may ask for one."""
        may_ask = request.user.has_perm("lending.add_loanchangerequest")
        return [*super().get_fields(request, obj), *(["change"] if may_ask else [])]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Loan]:
        months = LoanMonth.objects.filter(loan=OuterRef("pk")).order_by("-business_date", "-known_at")
        loans: QuerySet[Loan] = super().get_queryset(request)
        return loans.annotate(latest_status=Subquery(months.values("payment_status")[:1]))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Loan], search_term: str
    ) -> tuple[QuerySet[Loan], bool]:
        return queryset.filter(pk__in=loans_searched(search_term)) if search_term.strip() else queryset, False

    @admin.display(description=_("days past due and category"))
    def delinquency(self, loan: Loan) -> str:
        url = reverse("admin:monitoring_delinquencystate_loan", args=[loan.pk])
        return _link(url, _("History, schedule and pauses"))

    @admin.display(description=_("changes asked for"))
    def asked(self, loan: Loan) -> str:
        url = reverse("admin:lending_loanchangerequest_changelist")
        count = loan.change_requests.count()
        return _link(f"{url}?q={quote(loan.external_id)}", count) if count else "–"

    @admin.display(description=_("change it"))
    def change(self, loan: Loan) -> str:
        words = _("Open it again") if loan.closed_on else _("Restructure or close it")
        return _link(f"{reverse('admin:lending_loanchangerequest_add')}?loan={loan.pk}", words)

    @admin.display(description=_("watched over"))
    def watched(self, loan: Loan) -> str:
        pages = {"diversionfinding": _("Use of the money"), "earlywarning": _("Early warnings")}
        links = [
            (_link(f"{reverse(f'admin:monitoring_{page}_changelist')}?q={quote(loan.external_id)}", words),)
            for page, words in pages.items()
        ]
        return format_html_join(" · ", "{}", links)

    @admin.display(description=_("declared purpose"))
    def declared(self, loan: Loan) -> str:
        return purpose_words(loan)

    @admin.display(description=_("annual rate"))
    def rate(self, loan: Loan) -> str:
        return "–" if loan.annual_rate is None else f"{float(loan.annual_rate):.2%}"

    @admin.display(description=_("limit or amount"), ordering="limit_minor")
    def limit(self, loan: Loan) -> str:
        return money_text(loan.limit_minor, loan.product.currency)

    @admin.display(description=_("disbursed"), ordering="disbursed_minor")
    def disbursed(self, loan: Loan) -> str:
        return money_text(loan.disbursed_minor, loan.product.currency)

    @admin.display(description=_("latest payment status"))
    def status_now(self, loan: Loan) -> str:
        return status_text(getattr(loan, "latest_status", None))
