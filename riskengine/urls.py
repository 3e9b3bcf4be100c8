"""Every URL of the project."""

from django.contrib import admin
from django.templatetags.static import static
from django.urls import include, path
from django.views.generic import RedirectView

from riskengine.api.health import healthz, readyz

admin.autodiscover()

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("favicon.ico", RedirectView.as_view(url=static("riskengine/favicon.svg"), permanent=True), name="favicon"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("api/", include("riskengine.api.urls")),
    path("health/", include("monitoring.urls")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
]

handler400 = "riskengine.api.fallbacks.bad_request"
handler403 = "riskengine.api.fallbacks.permission_denied"
handler404 = "riskengine.api.fallbacks.page_not_found"
handler500 = "riskengine.api.fallbacks.server_error"
