"""The monitoring app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self) -> None:
        from audit.governed_kinds import kind_register  # models are there only now
        from lending.book_changes import handler_register
        from lending.purposes import purpose_words_register
        from monitoring import (
            adjustment_policy,
            delinquency_policy,
            drift_policy,
            loan_use_policy,
            region_policy,
            review_schedule,
            warning_policy,
            warning_scheme,
        )
        from monitoring.health import policy as health_policy
        from monitoring.health_tasks import book_changed
        from monitoring.services.cases.from_the_log import payout_case
        from monitoring.services.customer_reviews import facts_changed
        from monitoring.services.diversion.watching import loans_touch
        from monitoring.services.regions import placements, plans
        from rules.services.payouts_unapproved import watcher_register

        policies = (
            delinquency_policy.BUCKETS_KIND,
            delinquency_policy.CLASSIFICATION_KIND,
            drift_policy.KIND,
            health_policy.KIND,
            adjustment_policy.KIND,
            placements.KIND,
            plans.KIND,
            region_policy.KIND,
            loan_use_policy.KIND,
            review_schedule.KIND,
            warning_policy.KIND,
            warning_scheme.KIND,
        )
        for kind in policies:
            kind_register(kind)
        handler_register("diversion", loans_touch)
        handler_register("health", book_changed)
        handler_register("review", facts_changed, is_with_facts=True)
        watcher_register("case", payout_case)
        purpose_words_register(loan_use_policy.loan_purpose_words)
