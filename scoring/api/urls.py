"""The addresses of facts about customers."""

from django.urls import path

from scoring.api.facts import CustomerFactsView

urlpatterns = [
    path("customer-facts", CustomerFactsView.as_view(), name="customer-facts"),
]
