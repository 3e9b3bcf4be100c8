"""Evergreening noticed at the end of a review: a new loan near the day on which an old one's arrears were cleared.

Each pair is told once, as a risk event of the new loan that rules and patterns can read: `declared` where the new loan
is meant to repay others, which counts at once, else `suspected`, which a person looks into.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import connection

from lending.business_dates import business_date_at
from lending.models import Product, RiskEvent
from lending.services.book.events import events_record
from lending.services.book.inputs import EventInput
from lending.services.book.reading import instalments_as_of, repayments_as_of
from monitoring.delinquency.dpd import Due, Paid, arrears_of
from monitoring.delinquency.evergreening import Cleared, Opened, Refinancing, refinancings
from monitoring.delinquency_policy import Policies, policies_of
from monitoring.services.delinquency.histories import histories

SOURCE: Final = "system:delinquency"
DECLARED: Final = "declared"
SUSPECTED: Final = "suspected"
NOON: Final = 12
# New loans of any product beside older ones of this product; few customers have both.
_PAIRS: Final = """
SELECT fresh.customer_id, fresh.id, fresh.opened_on, fresh.purpose, old.id
FROM lending_loan fresh JOIN lending_loan old ON old.customer_id = fresh.customer_id AND old.id <> fresh.id
WHERE fresh.opened_on BETWEEN %(since)s AND %(day)s AND old.product_id = %(product)s AND old.opened_on < fresh.opened_on
"""


def refinancings_notice(*, product: Product, day: date, as_of: datetime, at: datetime) -> int:
    """Raise an event for each new pair that a day's knowledge shows; returns how many were new.

    Looked for are loans paid out within twice the days of the classification before `day`.
    """
    policies = policies_of(product, day)
    if policies.classification is None:
        return 0
    days = policies.classification.refinancing_days
    values: dict[str, Any] = {"since": day - timedelta(days=2 * days + 31), "day": day, "product": product.pk}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS, values)
        rows = cursor.fetchall()
    if not rows:
        return 0
    opened = {row[1]: Opened(row[0], row[1], row[2], row[3]) for row in rows}
    customers = {row[4]: row[0] for row in rows}
    cleared = _cleared(customers, policies, day, as_of)
    found = refinancings(cleared, opened.values(), days)
    events = {event.external_id: event for event in (_event(pair, product, at) for pair in found)}
    told = RiskEvent.objects.filter(source=SOURCE, external_id__in=list(events)).values_list("external_id", flat=True)
    fresh = [events[number] for number in sorted(events.keys() - set(told))]
    return events_record(items=fresh, source=SOURCE, at=at, actor=SOURCE).new


def _cleared(customers: dict[int, int], policies: Policies, day: date, as_of: datetime) -> list[Cleared]:
    ids = list(customers)
    dues, paid = _grouped(instalments_as_of(ids, as_of).select("loan_id", "due_on", "due_minor").rows()), _grouped(
        repayments_as_of(ids, as_of).rows()
    )  # fmt: skip
    found = []
    for loan_id, history in histories(ids, policies, day, as_of).items():
        late = {
            item.settled_on
            for item in history.settled
            if item.settled_on is not None and (item.settled_on - item.due_on).days > policies.grace_days
        }
        owed = [Due(*row) for row in dues.get(loan_id, ())]
        received = [Paid(*row) for row in paid.get(loan_id, ())]
        for cleared_on in sorted(late):
            before = cleared_on - timedelta(days=1)
            arrears = arrears_of(owed, received, before, policies.holidays)
            found.append(Cleared(customers[loan_id], loan_id, cleared_on, arrears))
    return found


def _event(pair: Refinancing, product: Product, at: datetime) -> EventInput:
    noticed = max(pair.cleared_on, pair.opened_on)
    return EventInput(
        customer_id=pair.customer_id,
        loan_id=pair.new_loan_id,
        kind=RiskEvent.Kind.EVERGREENING,
        event_at=min(business_date_at(noticed, NOON, product.timezone), at),
        known_at=at,
        external_id=f"{pair.old_loan_id}/{pair.new_loan_id}/{pair.cleared_on.isoformat()}",
        amount_minor=pair.arrears_minor,
        category=DECLARED if pair.is_declared else SUSPECTED,
    )


def _grouped(rows: Sequence[tuple]) -> dict[int, list[tuple]]:
    found: dict[int, list[tuple]] = {}
    for loan_id, *row in rows:
        found.setdefault(loan_id, []).append(tuple(row))
    return found
