"""Codes to look at again by the end of the next working day: after a cure, a correction, a dispute, an end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

from monitoring.models import HealthDue
from monitoring.services.health.codes import ZONE, health_codes_write
from rules.services.working_days import working_day_end

WORKING_DAYS: Final = 1
MOST: Final = 5_000
"""Customers looked at in one go of the task."""
_ADD: Final = """
INSERT INTO monitoring_healthdue (customer_id, cause, since, due_at)
SELECT customer_id, %(cause)s, %(at)s, %(due_at)s
FROM unnest(%(customers)s) AS w (customer_id)
ON CONFLICT (customer_id) WHERE done_at IS NULL DO NOTHING
"""
# Who could be better or worse off than their code says, without a review having looked since.
_FIND: Final = """
INSERT INTO monitoring_healthdue (customer_id, cause, since, due_at)
SELECT c.customer_id, found.cause, %(at)s, %(due_at)s
FROM (
    SELECT customer_id, 'CURE' AS cause, max(closed_at) AS since FROM monitoring_earlywarning
    WHERE state <> 'OPEN' AND closed_at > %(at)s - interval '7 days' AND customer_id IS NOT NULL
    GROUP BY customer_id
    UNION ALL
    SELECT customer_id, 'OVERRIDE_ENDED', until FROM monitoring_healthoverride
    WHERE approval_id IS NOT NULL AND ended_at IS NULL AND until <= %(at)s
) found
JOIN monitoring_healthcode c ON c.customer_id = found.customer_id AND c.is_current
LEFT JOIN monitoring_healthoverride o ON o.id = c.override_id
WHERE c.written_at < found.since AND (found.cause = 'CURE' OR o.until <= %(at)s)
    AND NOT EXISTS (
        SELECT FROM monitoring_healthdue d WHERE d.customer_id = c.customer_id AND d.since >= found.since
    )
ON CONFLICT (customer_id) WHERE done_at IS NULL DO NOTHING
"""


def due_add(customer_ids: Sequence[int], *, cause: str, at: datetime) -> int:
    """Ask for another look at these customers; one that waits already stays. Returns how many are new."""
    values: dict[str, Any] = {"customers": list(set(customer_ids)), "cause": cause, **_when(at)}
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values)
        return int(cursor.rowcount)


def due_on_change(customer_ids: Sequence[int], at: datetime) -> int:
    """Facts of these customers changed (a repayment, a correction): look again at those who have a code."""
    held = "SELECT customer_id FROM monitoring_healthcode WHERE is_current AND customer_id = ANY(%s)"
    with connection.cursor() as cursor:
        cursor.execute(held, [list(customer_ids)])
        found = [row[0] for row in cursor.fetchall()]
    return due_add(found, cause=HealthDue.Cause.CORRECTION, at=at) if found else 0


def due_find(at: datetime) -> int:
    """Add those whose warning was closed or whose override ran out; returns how many are new."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND, _when(at))
        return int(cursor.rowcount)


def due_work(at: datetime) -> int:
    """Look again at those who wait longest; returns how many were looked at."""
    due_find(at)
    waiting = HealthDue.objects.filter(done_at=None, since__lte=at).order_by("due_at", "pk")
    customers = list(waiting.values_list("customer_id", flat=True)[:MOST])
    if customers:
        health_codes_write(as_of=at, at=at, customers=customers)
    return len(customers)


def due_end(at: datetime) -> datetime:
    """The end of the next working day."""
    return working_day_end(at, zone=ZONE, working_days=WORKING_DAYS)


def _when(at: datetime) -> dict[str, Any]:
    return {"at": at, "due_at": due_end(at)}
