"""An event told after the review by which it was known: that review cannot have seen it, so the next one does."""

from datetime import date, timedelta

import pytest

from monitoring.models import EarlyWarning, ReviewResult
from tests.factories.monitoring import AT, BROKER_PATTERN, event, loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
TOLD = AT + timedelta(days=1)


@pytest.fixture(autouse=True)
def live():
    post_loan_goes_live(patterns=[BROKER_PATTERN])


def level(loan, day):
    return ReviewResult.objects.get(run=reviewed(day), loan=loan).level


def test_it_is_found_by_the_next_review_once():
    (loan,) = loans(months(0))
    event(loan, "loan_elsewhere", date(2005, 9, 5))
    assert level(loan, date(2005, 9, 30)) == "NONE"
    event(loan, "transfer_out", date(2005, 9, 20), category="broker", recorded_at=TOLD)
    assert level(loan, date(2005, 10, 2)) == "RED"
    assert level(loan, date(2005, 10, 3)) == "NONE"
    assert EarlyWarning.objects.get().hit_count == 1


def test_what_happened_long_ago_raises_nothing_today():
    (loan,) = loans(months(0))
    assert level(loan, date(2005, 9, 30)) == "NONE"
    event(loan, "loan_elsewhere", date(2005, 3, 5), recorded_at=TOLD)
    event(loan, "transfer_out", date(2005, 3, 20), category="broker", recorded_at=TOLD)
    assert level(loan, date(2005, 10, 2)) == "NONE"
