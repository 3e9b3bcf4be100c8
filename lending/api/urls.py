"""The addresses of consents and of what is reported after a loan is paid out."""

from django.urls import path

from lending.api.book.views import (
    CustomerLinksView,
    EventsView,
    LoanChangesView,
    LoanMonthsView,
    RepaymentsView,
    TransactionsView,
)
from lending.api.views import ConsentView

urlpatterns = [
    path("consents", ConsentView.as_view(), name="consents"),
    path("repayments", RepaymentsView.as_view(), name="repayments"),
    path("loan-months", LoanMonthsView.as_view(), name="loan-months"),
    path("loan-changes", LoanChangesView.as_view(), name="loan-changes"),
    path("transactions", TransactionsView.as_view(), name="transactions"),
    path("customer-links", CustomerLinksView.as_view(), name="customer-links"),
    path("events", EventsView.as_view(), name="events"),
]
