"""What the pages of both queues share, referred applications and cases after payout: tabs, ages, days over time."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lending.business_dates import business_date_of


def queue_tabs(
    titles: Mapping[str, str | Promise], rows: Callable[[str], QuerySet[Any]], *, ended: str
) -> list[dict[str, Any]]:
    """Every tab with how many rows it holds; those that ended are not counted."""
    return [
        {"name": name, "title": title, "count": None if name == ended else rows(name).order_by().count()}
        for name, title in titles.items()
    ]


def age_words(age: timedelta) -> str:
    """How long something waits, in its largest whole unit."""
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return _("under an hour")
    if hours < 48:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": hours}
    return ngettext("%(count)s day", "%(count)s days", hours // 24) % {"count": hours // 24}


def days_overdue(due_at: datetime, at: datetime, zone: str) -> int:
    """Begun business days of the zone past due; 0 while it is not."""
    if at < due_at:
        return 0
    return (business_date_of(at, zone) - business_date_of(due_at, zone)).days + 1
