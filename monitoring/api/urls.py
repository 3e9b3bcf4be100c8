"""The addresses of health codes."""

from django.urls import path

from monitoring.api.health_views import (
    HealthDisputeView,
    HealthKeysView,
    HealthLinkView,
    HealthShareView,
    HealthVerifyView,
)

urlpatterns = [
    path("customers/<str:number>/health-shares", HealthShareView.as_view(), name="health-shares"),
    path("customers/<str:number>/health-links", HealthLinkView.as_view(), name="health-links"),
    path("health-codes/verify", HealthVerifyView.as_view(), name="health-code-verify"),
    path("health-codes/disputes", HealthDisputeView.as_view(), name="health-code-disputes"),
    path("health-codes/keys", HealthKeysView.as_view(), name="health-code-keys"),
]
