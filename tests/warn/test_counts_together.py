"""Counts of customers' events in a review, told in one walk, against the reference that loops over all events."""

import random
from datetime import datetime, timedelta

import pytest

from lending.models import RiskEvent
from monitoring.services.portraits.reading import Extent, portraits_read
from monitoring.services.reviews import review_as_of
from scoring.catalogue import Variable
from scoring.velocity import Velocity
from tests.factories.monitoring import DAY, card, loans, months
from tests.factories.velocity import Event, Subject, velocity_value

pytestmark = pytest.mark.django_db
KINDS = ["enquiry_elsewhere", "loan_elsewhere", "application"]
SEED = 7


def counted(kind: str, days: int) -> Variable:
    velocity = Velocity("customer", kind, days, "count")
    return Variable(
        name=f"{kind}_{days}d", en=kind, zh=kind, type="integer", products=["card"], source="velocity",
        purpose="creditworthiness", missing="default", default=0, velocity=velocity, is_review_only=True,
    )  # fmt: skip


def happened(loan, kind: str, event_at: datetime, known_at: datetime) -> RiskEvent:
    return RiskEvent.objects.create(
        customer_id=loan.customer_id, kind=kind, event_at=event_at, known_at=known_at, source="test"
    )


def test_they_are_those_of_the_reference_at_the_ends_of_windows_too():
    rng, found = random.Random(SEED), loans(*[months(0)] * 6)
    as_of = review_as_of(DAY, card())
    instant = timedelta(microseconds=1)
    ends = [timedelta(), instant, -instant]
    for loan in found[:5]:
        for _ in range(30):
            days = rng.choice([0, 1, 30, 30, 90, 90, 200])
            event_at = as_of - timedelta(days=days) + rng.choice(ends)
            known_at = max(event_at, as_of + rng.choice([-timedelta(days=1), timedelta(), instant]))
            happened(loan, rng.choice(KINDS), event_at, known_at)
    variables = [counted(kind, days) for kind in KINDS for days in (1, 30, 90)]
    told = portraits_read(Extent(product_id=card().pk, as_of=as_of, business_date=DAY), variables)
    events = [
        Event(kind=row.kind, event_at=row.event_at, known_at=row.known_at, customer_id=row.customer_id)
        for row in RiskEvent.objects.all()
    ]
    assert told.height == 6
    for row in told.iter_rows(named=True):
        subject = Subject(as_of=as_of, customer_id=row["_customer_id"])
        for variable in variables:
            assert row[variable.name] == velocity_value(variable.velocity, subject, events), variable.name
    assert sum(told[variable.name].sum() for variable in variables) > 50
