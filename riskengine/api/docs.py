"""The OpenAPI document and its readable form, under our content security policy."""

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from riskengine.api import schema as _schema  # registers the authentication scheme

__all__ = ["DocsView", "SchemaView", "_schema"]


class SchemaView(SpectacularAPIView):
    """/api/schema/: open to all, since it tells nothing of anybody."""

    http_method_names = ["get", "head"]


@method_decorator(csp_update({"img-src": ["data:"]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """/api/docs/: Swagger UI from our own static files; its script comes from a second address, not inline."""

    http_method_names = ["get", "head"]  # OPTIONS would look for a page that is not there
    url_name = "api-schema"
