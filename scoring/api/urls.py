"""The addresses of facts about customers and of alternative data."""

from django.urls import path

from scoring.api.alternative import AlternativeDataView
from scoring.api.facts import CustomerFactsView

urlpatterns = [
    path("customer-facts", CustomerFactsView.as_view(), name="customer-facts"),
    path("alternative-data", AlternativeDataView.as_view(), name="alternative-data"),
]
