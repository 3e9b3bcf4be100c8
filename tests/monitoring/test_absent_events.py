"""What did not happen is found by the review after its window has closed, once, with no new event in between."""

from datetime import date

import pytest

from monitoring.models import EarlyWarning, ReviewResult
from tests.factories.monitoring import event, loans, months, post_loan_goes_live, reviewed

UNPAID = {
    "code": "MISSED_AND_UNPAID",
    "label_en": "A missed instalment not followed by a payment within ten days",
    "label_zh": "未还分期后十天内没有还款",
    "steps": [
        {"as": "missed", "event": "instalment_missed", "where": ""},
        {"as": "paid", "event": "instalment_paid", "where": "paid.loan = missed.loan", "is_absent": True},
    ],
    "within": "P10D",
    "then": {"outcome": "ORANGE", "reason": "EW_LOAN_THEN_BROKER"},
}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def live():
    post_loan_goes_live(patterns=[UNPAID])


def level(loan, day):
    return ReviewResult.objects.get(run=reviewed(day), loan=loan).level


def test_it_is_found_once_the_window_has_closed_and_not_again():
    (loan,) = loans(months(0))
    event(loan, "instalment_missed", date(2005, 9, 21))
    assert level(loan, date(2005, 9, 30)) == "NONE"
    assert level(loan, date(2005, 10, 2)) == "ORANGE"
    assert level(loan, date(2005, 10, 3)) == "NONE"
    assert EarlyWarning.objects.get().hit_count == 1


def test_a_payment_in_time_keeps_it_out():
    (loan,) = loans(months(0))
    event(loan, "instalment_missed", date(2005, 9, 21))
    assert level(loan, date(2005, 9, 30)) == "NONE"
    event(loan, "instalment_paid", date(2005, 10, 1))
    assert level(loan, date(2005, 10, 2)) == "NONE"
