"""Which loans' money is to be followed now: PostgreSQL is the queue of record, messages only make it quicker."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection

# A payout that reached a known account, and a window that was open when the money was last followed.
_WATCHED: Final = """
    SELECT l.id FROM lending_loan l LEFT JOIN monitoring_diversionwatch w ON w.loan_id = l.id
    WHERE (w.until IS NULL OR w.until >= w.traced_at)
        AND EXISTS (
            SELECT FROM lending_accounttransaction t JOIN lending_bankaccount a ON a.id = t.account_id
            WHERE t.loan_id = l.id AND t.amount_minor > 0 AND a.customer_id = l.customer_id)
"""
_TOUCHED: Final = """
    AND EXISTS (
        SELECT FROM unnest(%(ids)s::bigint[]) AS changed (id)
        WHERE changed.id = l.customer_id OR EXISTS (
            SELECT FROM lending_customerlink k
            WHERE (k.customer_id, k.other_id) IN ((l.customer_id, changed.id), (changed.id, l.customer_id))))
    ORDER BY l.id
"""
_DUE: Final = """
    AND (w.traced_at IS NULL OR w.until < %(at)s OR EXISTS (
        SELECT FROM lending_accounttransaction t JOIN lending_bankaccount a ON a.id = t.account_id
        WHERE a.customer_id = l.customer_id AND t.recorded_at > w.traced_at))
    ORDER BY w.traced_at NULLS FIRST, l.id LIMIT %(most)s
"""


def loans_touched(*, customer_ids: Sequence[int]) -> list[int]:
    """Loans still followed to which something new of these customers, or of one linked with them, may matter."""
    return _ids(_WATCHED + _TOUCHED, ids=list(customer_ids))


def loans_due(*, at: datetime, most: int) -> list[int]:
    """At most `most` loans never followed, with newer lines of the borrower, or whose window has closed since."""
    return _ids(_WATCHED + _DUE, at=at, most=most)


def _ids(query: str, **values: Any) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return [number for (number,) in cursor.fetchall()]
