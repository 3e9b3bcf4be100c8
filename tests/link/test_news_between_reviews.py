"""What a person decides between two reviews reaches the next application at once."""

from datetime import timedelta

import pytest

from lending.models import CustomerStanding, Loan
from monitoring.services.cases import closing
from monitoring.services.cases.closing import case_close, case_reopen
from monitoring.services.standings.news import standing_follow
from tests.cases.factory import LATER, ladder_live, mine
from tests.factories.monitoring import month_add

pytestmark = pytest.mark.django_db
NOTE = "The customer paid what was due."


def newest(loan: Loan) -> CustomerStanding:
    found = CustomerStanding.objects.filter(customer=loan.customer_id, product=loan.product_id)
    return found.order_by("-as_of", "-known_at")[0]


@pytest.fixture(autouse=True)
def live(db: None) -> None:
    ladder_live()


def test_a_warning_closed_by_a_person_is_closed_for_the_next_application() -> None:
    case, person = mine(3)
    loan = case.warning.loan
    before = newest(loan)
    assert (before.warning_level, before.open_warnings, before.months_late) != ("NONE", 0, 0)
    case = case_close(case=case, person=person, outcome="CURED", note=NOTE, at=LATER)
    after = newest(loan)
    assert (after.warning_level, after.open_warnings, after.months_late) == ("NONE", 0, before.months_late)
    assert (after.as_of, after.known_at) == (before.as_of, LATER)  # so the next review takes its place
    case_reopen(case=case, person=person, reason="It came back the same day.", at=LATER + timedelta(hours=1))
    assert newest(loan).warning_level == before.warning_level


def test_the_twin_that_follows_nothing_keeps_a_closed_warning_open(monkeypatch: pytest.MonkeyPatch) -> None:
    case, person = mine(3)
    monkeypatch.setattr(closing, "standing_follow", lambda **_: None)
    case_close(case=case, person=person, outcome="CURED", note=NOTE, at=LATER)
    assert newest(case.warning.loan).open_warnings == 1


def test_what_has_not_changed_is_not_said_again() -> None:
    case, _person = mine(3)
    loan = case.warning.loan
    month_add(loan, LATER.date(), 1)
    for _ in range(2):
        standing_follow(loan=loan, at=LATER)
    assert CustomerStanding.objects.filter(customer=loan.customer_id).count() == 1
