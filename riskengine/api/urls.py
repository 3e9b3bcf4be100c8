"""The addresses under /api/: decisions, the OpenAPI document and its readable form."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from riskengine.api import schema as _schema  # registers the authentication scheme

__all__ = ["_schema", "urlpatterns"]

urlpatterns = [
    path("v1/", include("rules.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
