"""The addresses of decisions and products."""

from django.urls import path

from rules.api.views import DecisionLetterView, DecisionListView, DecisionView, ProductSchemaView

urlpatterns = [
    path("decisions", DecisionListView.as_view(), name="decisions"),
    path("decisions/<uuid:decision_id>", DecisionView.as_view(), name="decision"),
    path("decisions/<uuid:decision_id>/letter", DecisionLetterView.as_view(), name="decision-letter"),
    path("products/<slug:code>/schema", ProductSchemaView.as_view(), name="product-schema"),
]
