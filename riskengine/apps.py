"""The project package as an app, and the admin with its own site."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class RiskengineConfig(AppConfig):
    """Commands and templates that compose the other apps."""

    name = "riskengine"
    default = True

    def ready(self) -> None:
        from riskengine.deliveries import handlers_register  # needs the models, which are loaded now

        handlers_register()


class StaffAdminConfig(admin_apps.AdminConfig):
    """Django's admin on our site."""

    default_site = "riskengine.staff_site.StaffSite"
    default = False
