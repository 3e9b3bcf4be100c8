"""Which loans' money is to be followed now. A row says so, not a message: nothing is lost where no broker answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import F, Q

from monitoring.models import DiversionWatch

MISSED_WITHIN: Final = timedelta(days=2)
"""How far back the nightly look goes for facts of which nobody told us."""
MOST_FAILURES: Final = 5
"""A loan that cannot be followed so often in a row waits for new facts, or for the night, which tries it once."""

# Loans of these customers, or of customers linked with them, whose payout reached a known account. One whose window
# was closed when it was last followed is left alone, unless more of it was paid out since.
_TOUCH: Final = """
    INSERT INTO monitoring_diversionwatch (loan_id)
    SELECT l.id FROM lending_loan l
    WHERE l.customer_id IN (
            SELECT unnest(%(ids)s::bigint[])
            UNION SELECT customer_id FROM lending_customerlink WHERE other_id = ANY(%(ids)s)
            UNION SELECT other_id FROM lending_customerlink WHERE customer_id = ANY(%(ids)s))
        AND EXISTS (
            SELECT FROM lending_accounttransaction t JOIN lending_bankaccount a ON a.id = t.account_id
            WHERE t.loan_id = l.id AND t.amount_minor > 0 AND a.customer_id = l.customer_id)
    ORDER BY l.id
    ON CONFLICT (loan_id) DO UPDATE SET traced_at = NULL, failures = 0
    WHERE monitoring_diversionwatch.until IS NULL OR monitoring_diversionwatch.failures > 0
        OR monitoring_diversionwatch.until >= monitoring_diversionwatch.traced_at
        OR EXISTS (
            SELECT FROM lending_accounttransaction t JOIN lending_bankaccount a ON a.id = t.account_id
            JOIN lending_loan l ON l.id = t.loan_id AND l.customer_id = a.customer_id
            WHERE t.loan_id = monitoring_diversionwatch.loan_id AND t.amount_minor > 0
                AND t.recorded_at > monitoring_diversionwatch.traced_at)
"""
_CHANGED: Final = """
    SELECT DISTINCT a.customer_id FROM lending_accounttransaction t JOIN lending_bankaccount a ON a.id = t.account_id
    LEFT JOIN lending_loan l ON l.customer_id = a.customer_id LEFT JOIN monitoring_diversionwatch w ON w.loan_id = l.id
    WHERE t.recorded_at > %(since)s AND (w.traced_at IS NULL OR w.traced_at < t.recorded_at)
    ORDER BY a.customer_id
"""


def loans_touch(customer_ids: Sequence[int]) -> int:
    """Mark the loans to which something new of these customers may matter; returns their number."""
    return int(_execute(_TOUCH, ids=list(customer_ids)).rowcount)


def loans_due(*, at: datetime, most: int) -> list[int]:
    """At most `most` loans that are marked, or whose window has closed since they were last followed; those that
    failed come last, and not at all after MOST_FAILURES."""
    marked = Q(traced_at__isnull=True) | Q(until__lt=at, traced_at__lte=F("until"))
    due = DiversionWatch.objects.filter(marked, failures__lt=MOST_FAILURES).order_by("failures", "pk")
    return list(due.values_list("loan_id", flat=True)[:most])


def failure_count(loan_id: int) -> None:
    """A loan could not be followed: it is tried again, MOST_FAILURES times in a row."""
    DiversionWatch.objects.filter(loan=loan_id).update(failures=F("failures") + 1)


def given_up_try() -> int:
    """Have those that failed too often followed once more; returns their number."""
    given_up = DiversionWatch.objects.filter(failures__gte=MOST_FAILURES)
    return given_up.update(failures=MOST_FAILURES - 1)


def customers_missed(*, at: datetime) -> list[int]:
    """Customers with transactions of the last days after which their loans' money was not followed."""
    return [number for (number,) in _execute(_CHANGED, since=at - MISSED_WITHIN).fetchall()]


def _execute(query: str, **values: Any) -> Any:
    cursor = connection.cursor()
    cursor.execute(query, values)
    return cursor
