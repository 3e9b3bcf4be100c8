"""How much work the queue holds: free cases against what officers can work, and what is watched without a case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from audit.admin.page import page_url
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.case_topics import Topic
from monitoring.models import EarlyWarning, WarningCase
from monitoring.services.cases.work import cases_free
from monitoring.warning_policy import warning_policy_of


def work_of(products: Sequence[Product], at: datetime) -> dict[str, Any] | None:
    """Days of work of free warnings at the capacity of the products' policies; None where there never was one."""
    warned = [one for one in products if EarlyWarning.objects.filter(first_run__product=one).exists()]
    if not warned:
        return None
    policies = [warning_policy_of(one.code, on=business_date_of(at, one.timezone)) for one in warned]
    capacity = sum(policy.capacity_per_day for policy in policies)
    free = cases_free(at, [Topic.WARNING]).filter(product__in=warned).count()
    days = -(-free // capacity)
    opened = EarlyWarning.objects.filter(state=EarlyWarning.State.OPEN, first_run__product__in=warned)
    with_case = WarningCase.objects.filter(warning__isnull=False, product__in=warned)
    with_case = with_case.exclude(state=WarningCase.State.CLOSED)
    watched = max(opened.count() - with_case.count(), 0)
    return {
        "days": days,
        "is_too_much": days > max(policy.work_days for policy in policies),
        "free": f"{free:,}",
        "capacity": f"{capacity:,}",
        "watched": watched,
        "watched_words": f"{watched:,}",
        "url": page_url("monitoring_triggerreport_capacity", warned[0].code),
    }
