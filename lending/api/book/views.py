"""Reports of what happens after a loan is paid out: parse, call the service, render."""

from collections.abc import Callable, Sequence
from typing import ClassVar, Protocol, cast

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.models import Scope
from lending.api.book import openapi
from lending.api.book.customer_links import customer_links_take
from lending.api.book.events import events_take
from lending.api.book.loan_changes import loan_changes_take
from lending.api.book.loan_months import loan_months_take
from lending.api.book.repayments import repayments_take
from lending.api.book.reporting import MAX_ITEMS, ItemAnswer, report_answer
from lending.api.book.transactions import transactions_take


class Caller(Protocol):
    """Who calls, as the authentication names them."""

    client_id: int
    client_code: str
    pk: str


Take = Callable[..., list[ItemAnswer]]


class ReportView(APIView):
    """Where items of one kind are reported, singly or in batches."""

    http_method_names = ["post"]
    required_scopes = {"POST": (Scope.REPORT,)}
    take: ClassVar[Take]

    def report(self, request: Request) -> HttpResponse:
        """Record what the body holds, once."""
        caller = cast(Caller, request.user)
        at = timezone.now()

        def take(items: Sequence[object]) -> list[ItemAnswer]:
            return type(self).take(items, client_id=caller.client_id, source=caller.client_code, at=at, actor=caller.pk)

        return report_answer(request.data, take, most=MAX_ITEMS)


class RepaymentsView(ReportView):
    """Where repayments are reported."""

    take = staticmethod(repayments_take)

    @extend_schema(**openapi.REPAYMENTS_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record repayments, each once per loan and external id."""
        return self.report(request)


class LoanMonthsView(ReportView):
    """Where statements of card-like loans are reported."""

    take = staticmethod(loan_months_take)

    @extend_schema(**openapi.LOAN_MONTHS_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record statements, each once per loan and business date."""
        return self.report(request)


class TransactionsView(ReportView):
    """Where account transactions are reported."""

    take = staticmethod(transactions_take)

    @extend_schema(**openapi.TRANSACTIONS_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record transactions, each once per account and external id."""
        return self.report(request)


class EventsView(ReportView):
    """Where risk events are reported."""

    take = staticmethod(events_take)

    @extend_schema(**openapi.EVENTS_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record events, each once per external id."""
        return self.report(request)


class LoanChangesView(ReportView):
    """Where it is reported what became of a contract."""

    take = staticmethod(loan_changes_take)

    @extend_schema(**openapi.LOAN_CHANGES_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record loans closed, open again or restructured, each once per loan and external id."""
        return self.report(request)


class CustomerLinksView(ReportView):
    """Where links between customers are reported."""

    take = staticmethod(customer_links_take)

    @extend_schema(**openapi.CUSTOMER_LINKS_POST)
    def post(self, request: Request) -> HttpResponse:
        """Record links, each once per pair, kind, start and instant it was known."""
        return self.report(request)
