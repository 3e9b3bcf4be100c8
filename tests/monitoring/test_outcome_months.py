"""What the months before a closing, and its cause, say of a loan's outcome."""

from datetime import date

import pytest

from monitoring.services.outcome_months import LOST_DAYS, Closing, Known, days_past_due
from scoring.bad_definition import BadDefinition, Words, bad_outcome

SINCE = date(2025, 1, 31)
ENDS = (date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30), date(2025, 5, 31))
DEFINITION = BadDefinition(days_past_due=90, window_months=12, horizon_months=12, text=Words("bad", "坏"))


def known(*days: int, closed: date | None = None, cause: str = "") -> Known:
    return Known(list(zip(ENDS, days, strict=False)), Closing(closed, cause) if closed else None)


MARCH = date(2025, 3, 20)
CASES = {
    "open and young": (known(0, 0), None),
    "repaid": (known(0, closed=MARCH, cause="REPAID"), False),
    "repaid after being late": (known(30, closed=MARCH, cause="REPAID"), False),
    "closed when nothing was late": (known(0, closed=MARCH), False),
    "closed late for another reason": (known(30, closed=MARCH, cause="OTHER"), None),
    "written off though nothing was late": (known(0, closed=MARCH, cause="WRITTEN_OFF"), True),
    "written off late": (known(60, closed=MARCH, cause="WRITTEN_OFF"), True),
    "written off at once": (known(closed=date(2025, 2, 3), cause="WRITTEN_OFF"), True),
    "written off after months that nobody reported": (known(30, closed=ENDS[3], cause="WRITTEN_OFF"), True),
    "written off after years of silence": (known(0, 0, closed=date(2026, 9, 20), cause="WRITTEN_OFF"), None),
    "sold late": (known(30, closed=MARCH, cause="SOLD"), True),
    "sold when nothing was late": (known(0, closed=MARCH, cause="SOLD"), False),
    "bad before it was repaid": (known(95, closed=MARCH, cause="REPAID"), True),
}


@pytest.mark.parametrize(("history", "bad"), CASES.values(), ids=CASES)
def test_an_outcome_does_not_go_with_the_loan(history: Known, bad: bool | None) -> None:
    assert bad_outcome(DEFINITION, days_past_due(history, SINCE)) is bad


def test_what_a_schedule_says_after_the_closing_does_not_count() -> None:
    """Interest to come that nobody had to pay would make every loan repaid early a bad one."""
    early = known(0, 11, 41, 72, closed=MARCH, cause="REPAID")
    assert days_past_due(early, SINCE)[:4] == [0, 0, 0, 0]
    at_month_end = known(0, 5, 35, closed=ENDS[1], cause="WRITTEN_OFF")
    assert days_past_due(at_month_end, SINCE)[:4] == [0, 5, LOST_DAYS, LOST_DAYS]


def test_a_loss_counts_from_its_own_month_and_silence_before_it_stays_unknown() -> None:
    silent = days_past_due(known(0, 0, closed=date(2025, 6, 20), cause="WRITTEN_OFF"), SINCE)
    assert silent[:6] == [0, 0, None, None, LOST_DAYS, LOST_DAYS]


def test_of_a_corrected_month_the_row_known_last_counts() -> None:
    told = Known([(ENDS[0], 90), (ENDS[0], 0), (ENDS[1], 0)])
    assert days_past_due(told, SINCE) == [0, 0]
