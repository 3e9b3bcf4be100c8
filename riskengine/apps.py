"""The project package as an app, and the admin with its own site."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps
from django.contrib.admin.checks import check_admin_app, check_dependencies
from django.core import checks


class RiskengineConfig(AppConfig):
    """Commands and templates that compose the other apps."""

    name = "riskengine"
    default = True

    def ready(self) -> None:
        from riskengine.deliveries import handlers_register  # needs the models, which are loaded now

        handlers_register()


class StaffAdminConfig(admin_apps.SimpleAdminConfig):
    """Django's admin on our site. Its pages are found with the URLs: what shows none starts in a third of the time."""

    default_site = "riskengine.staff_site.StaffSite"

    def ready(self) -> None:
        checks.register(check_dependencies, checks.Tags.admin)
        checks.register(_pages_check, checks.Tags.admin)


def _pages_check(app_configs: Any, **options: Any) -> list[checks.CheckMessage]:
    """Django's check of every page of the admin, which are there once the URLs are."""
    import riskengine.urls  # noqa: F401

    return list(check_admin_app(app_configs, **options))
