"""How much work the queue holds: free cases against what officers can work, and what is watched without a case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count

from audit.admin.page import page_url
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.case_topics import Topic
from monitoring.models import EarlyWarning, WarningCase
from monitoring.services.cases.work import cases_free
from monitoring.warning_policy import warning_policy_of


def work_of(products: Sequence[Product], at: datetime) -> dict[str, Any] | None:
    """Days of work of free warnings where they take longest, each product at the capacity of its own policy; None where
    there never was a warning."""
    warned = [one for one in products if EarlyWarning.objects.filter(first_run__product=one).exists()]
    if not warned:
        return None
    free = dict(cases_free(at, [Topic.WARNING]).order_by().values_list("product").annotate(Count("pk")))
    policies = {one: warning_policy_of(one.code, on=business_date_of(at, one.timezone)) for one in warned}
    days = {one: -(-free.get(one.pk, 0) // policy.capacity_per_day) for one, policy in policies.items()}
    fullest = max(warned, key=lambda one: days[one])
    opened = EarlyWarning.objects.filter(state=EarlyWarning.State.OPEN, first_run__product__in=warned)
    with_case = WarningCase.objects.filter(warning__isnull=False, product__in=warned)
    with_case = with_case.exclude(state=WarningCase.State.CLOSED)
    watched = max(opened.count() - with_case.count(), 0)
    return {
        "days": days[fullest],
        "product": fullest if len(warned) > 1 else None,
        "is_too_much": any(days[one] > policy.work_days for one, policy in policies.items()),
        "free": f"{free.get(fullest.pk, 0):,}",
        "capacity": f"{policies[fullest].capacity_per_day:,}",
        "watched": watched,
        "watched_words": f"{watched:,}",
        "url": page_url("monitoring_triggerreport_capacity", fullest.code),
    }
