"""A handful of made-up risk events, labelled as such, so that the post-loan patterns have something to show.

No public data set labels diversion of loan money or borrowing to repay: these are synthetic and prove nothing.
"""

from datetime import date, datetime
from typing import NamedTuple

from django.db import transaction

from lending.business_dates import business_date_at
from lending.models import Loan, Product, RiskEvent
from riskengine.demo.book import CARD, PRODUCTS
from riskengine.demo.places import SOURCE

Kind = RiskEvent.Kind
KNOWN_HOUR = 20


class Happening(NamedTuple):
    """One made-up event: what, when (2005), how much in minor units of TWD, and of which sort."""

    kind: str
    day: date
    amount_minor: int | None = None
    category: str = ""


LOAN_THEN_BROKER = (
    Happening(Kind.LOAN_ELSEWHERE, date(2005, 8, 3), 12_000_000, "consumer_lender"),
    Happening(Kind.INSTALMENT_MISSED, date(2005, 8, 29), 450_000),
    Happening(Kind.TRANSFER_OUT, date(2005, 9, 8), 3_000_000, "broker"),
)
BORROWED_TO_PAY = (
    Happening(Kind.LOAN_ELSEWHERE, date(2005, 9, 12), 5_000_000, "consumer_lender"),
    Happening(Kind.INSTALMENT_PAID, date(2005, 9, 15), 620_000),
)
INNOCENT = (
    # The same kinds in another order, or too far apart: no pattern may fire.
    Happening(Kind.TRANSFER_OUT, date(2005, 7, 4), 200_000, "merchant"),
    Happening(Kind.INSTALMENT_PAID, date(2005, 8, 15), 620_000),
    Happening(Kind.LOAN_ELSEWHERE, date(2005, 9, 20), 4_000_000, "bank"),
)
STORIES = {
    # Contract numbers of accounts that were paid on time: without the events they would not stand out.
    "TW00007": LOAN_THEN_BROKER,
    "TW00015": LOAN_THEN_BROKER,
    "TW00031": BORROWED_TO_PAY,
    "TW00041": BORROWED_TO_PAY,
    "TW00036": INNOCENT,
}


@transaction.atomic
def events_ensure(*, product: Product) -> int:
    """Record the made-up events unless they are recorded already; returns how many were."""
    if RiskEvent.objects.filter(source=SOURCE, loan__product=product).exists():
        return 0
    loans = {loan.external_id: loan for loan in Loan.objects.filter(product=product, external_id__in=STORIES)}
    events = [
        RiskEvent(
            customer_id=loans[number].customer_id,
            loan=loans[number],
            kind=happening.kind,
            event_at=_at(happening.day, 12),
            known_at=_at(happening.day, KNOWN_HOUR),
            source=SOURCE,
            amount_minor=happening.amount_minor,
            category=happening.category,
        )
        for number, story in STORIES.items()
        for happening in story
    ]
    return len(RiskEvent.objects.bulk_create(events))


def _at(day: date, hour: int) -> datetime:
    return business_date_at(day, hour, PRODUCTS[CARD]["timezone"])
