"""The address of consents."""

from django.urls import path

from lending.api.views import ConsentView

urlpatterns = [path("consents", ConsentView.as_view(), name="consents")]
