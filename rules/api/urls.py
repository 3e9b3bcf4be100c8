"""The addresses of decisions, of loans paid out on them, and of products."""

from django.urls import path

from rules.api.loans import LoansView
from rules.api.views import DecisionLetterView, DecisionListView, DecisionView, ProductSchemaView

urlpatterns = [
    path("decisions", DecisionListView.as_view(), name="decisions"),
    path("decisions/<uuid:decision_id>", DecisionView.as_view(), name="decision"),
    path("decisions/<uuid:decision_id>/letter", DecisionLetterView.as_view(), name="decision-letter"),
    path("loans", LoansView.as_view(), name="loans"),
    path("products/<slug:code>/schema", ProductSchemaView.as_view(), name="product-schema"),
]
