"""A new loan paid out as an old one's arrears were cleared is noticed once, and rules can read it."""

from datetime import date

import pytest

from audit.models import AuditEntry
from lending.models import RiskEvent
from monitoring.models import ReviewDue
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.delinquency.refinancing import refinancings_notice
from tests.delinquency.world import DUE, as_of, loan, pays, product, settings_in_force

pytestmark = pytest.mark.django_db
DAY = date(2024, 4, 25)


@pytest.fixture(autouse=True)
def in_force() -> None:
    settings_in_force()


def noticed() -> int:
    return refinancings_notice(product=product(), day=DAY, as_of=as_of(DAY), at=as_of(DAY))


def pair(purpose: str, opened_on: date = date(2024, 4, 18)):
    old = loan()
    pays(old, date(2024, 4, 20), 3 * DUE)
    return old, loan(customer=old.customer, purpose=purpose, opened_on=opened_on)


def test_it_is_told_once_as_an_event_of_the_new_loan() -> None:
    old, new = pair("")
    loan()
    assert (noticed(), noticed()) == (1, 0)
    event = RiskEvent.objects.get(kind="evergreening")
    assert (event.loan, event.category, event.amount_minor) == (new, "suspected", 3 * DUE)
    assert str(old.pk) in event.external_id


def test_it_is_logged_and_its_customer_looked_at_again() -> None:
    _old, new = pair("")
    ReviewDue.objects.all().delete()
    noticed()
    entry = AuditEntry.objects.get(kind="risk_events.recorded", object_id="system:delinquency")
    assert entry.payload["new"] == 1
    assert list(ReviewDue.objects.values_list("customer", flat=True)) == [new.customer_id]
    noticed()
    assert AuditEntry.objects.filter(kind="risk_events.recorded").count() == 1


def test_a_declared_refinancing_of_arrears_is_special_mention_at_the_next_look() -> None:
    _old, new = pair("refinance")
    noticed()
    found = delinquency_of([new.pk], date(2024, 4, 26), as_of(date(2024, 4, 26)))
    assert found.select("category", "causes").row(0) == ("SPECIAL_MENTION", "REFINANCED")


def test_a_loan_that_was_never_late_gives_no_notice() -> None:
    old = loan()
    for month in (2, 3, 4):
        pays(old, date(2024, month, 15))
    loan(customer=old.customer, opened_on=date(2024, 4, 18))
    assert noticed() == 0
