"""The addresses of pages for people without an account."""

from django.urls import path

from monitoring.views import health_holder, health_verify

urlpatterns = [
    path("verify", health_verify.verify, name="health-verify"),
    path("holder/<str:secret>", health_holder.enter, name="health-holder-open"),
    path("mine", health_holder.mine, name="health-holder"),
    path("mine/shares/<int:share_id>", health_holder.share, name="health-holder-share"),
    path("mine/shares/<int:share_id>.<str:form>", health_holder.picture, name="health-holder-picture"),
]
