"""Warnings: one open per loan, hits merge, a level rises at once and falls slowly."""

from datetime import date

import pytest

from monitoring.models import EarlyWarning
from tests.factories.monitoring import loans, month_add, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
MONTHS = [date(2005, 9, 30), date(2005, 10, 31), date(2005, 11, 30), date(2005, 12, 31)]


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live(rules=RULES)


RULES = [
    {
        "code": code,
        "label_en": code,
        "label_zh": code,
        "when": f"payment_status_m0 = {status}",
        "then": {"outcome": level, "reason": "EW_NEWLY_LATE"},
    }
    for code, status, level in (("B", 1, "BLUE"), ("Y", 2, "YELLOW"), ("O", 3, "ORANGE"), ("R", 4, "RED"))
]


def levels_of(*statuses):
    """The warning's level and hits after each of these months in turn."""
    (loan,) = loans([])
    seen = []
    for day, status in zip(MONTHS, statuses, strict=False):
        month_add(loan, day, status)
        reviewed(day)
        warning = EarlyWarning.objects.filter(loan=loan).first()
        seen.append((warning.level, warning.hit_count) if warning else None)
    return seen


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        ((0, 1, 1, 1), [None, ("BLUE", 1), ("BLUE", 2), ("BLUE", 3)]),
        # rises at once
        ((1, 4), [("BLUE", 1), ("RED", 2)]),
        # falls after two reviews that found less, to the worse of the two
        ((4, 2, 1, 1), [("RED", 1), ("RED", 2), ("YELLOW", 3), ("BLUE", 4)]),
        # falls without a hit too, and never below the mildest by itself
        ((4, 1, 0, 0), [("RED", 1), ("RED", 2), ("BLUE", 2), ("BLUE", 2)]),
        # up again between
        ((3, 1, 3, 1), [("ORANGE", 1), ("ORANGE", 2), ("ORANGE", 3), ("ORANGE", 4)]),
    ],
)
def test_levels_rise_at_once_and_fall_only_after_the_next_review(statuses, expected):
    assert levels_of(*statuses) == expected


def test_a_review_of_an_earlier_day_does_not_touch_todays_warnings():
    (loan,) = loans([])
    month_add(loan, MONTHS[0], 4)
    month_add(loan, MONTHS[1], 1)
    reviewed(MONTHS[1])
    before = EarlyWarning.objects.values().get()
    reviewed(MONTHS[0])
    assert EarlyWarning.objects.values().get() == before


def test_another_bundle_on_the_same_day_merges_into_the_open_warning():
    loans(months(4))
    reviewed()
    post_loan_goes_live(rules=[*RULES[:3], {**RULES[3], "then": {"outcome": "ORANGE", "reason": "EW_NEWLY_LATE"}}])
    reviewed()
    warning = EarlyWarning.objects.get()
    assert (warning.level, warning.hit_count) == ("RED", 2)
    assert warning.first_run != warning.last_run
