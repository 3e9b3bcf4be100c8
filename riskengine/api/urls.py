"""The addresses under /api/: decisions, reports, consents, the OpenAPI document and its readable form."""

from django.urls import include, path

from riskengine.api.docs import DocsView, SchemaView

urlpatterns = [
    path("v1/", include("rules.api.urls")),
    path("v1/", include("scoring.api.urls")),
    path("v1/", include("lending.api.urls")),
    path("v1/", include("monitoring.api.urls")),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
]
