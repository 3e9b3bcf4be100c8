"""The monitoring app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self) -> None:
        from audit.governed_kinds import kind_register  # models are there only now
        from monitoring import drift_policy, warning_policy, warning_scheme

        for kind in (drift_policy.KIND, warning_policy.KIND, warning_scheme.KIND):
            kind_register(kind)
