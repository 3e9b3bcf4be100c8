"""Days past due of one loan, by business date."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lending.business_dates import business_date_of
from monitoring.delinquency.dpd import (
    Due,
    Paid,
    Pause,
    allocation,
    arrears_of,
    days_past_due,
    due_day,
    merged,
    settled_by,
)
from tests.delinquency.china import EDGES

START = date(2025, 1, 31)
DUES = [Due(START, 800, 150, 50), Due(date(2025, 2, 28), 800, 150, 50)]


def on(days: int) -> date:
    return START + timedelta(days=days)


@pytest.mark.parametrize("days", EDGES)
def test_the_day_after_the_due_date_is_day_one(days: int) -> None:
    assert days_past_due(DUES, [], on(days)) == days


def test_nothing_is_due_before_the_first_due_date() -> None:
    assert days_past_due(DUES, [], on(-1)) == 0
    assert arrears_of(DUES, [], START) == 0
    assert arrears_of(DUES, [], on(1)) == 1_000


@pytest.mark.parametrize(("days", "expected"), [(0, 0), (5, 0), (6, 6), (7, 7)])
def test_within_the_grace_days_nothing_is_late_and_beyond_them_every_day_counts(days: int, expected: int) -> None:
    assert days_past_due(DUES, [], on(days), grace_days=5) == expected


def test_money_pays_the_oldest_first_and_of_it_fees_then_interest_then_principal() -> None:
    first, second = allocation(DUES, [Paid(on(3), 120)], on(60))
    assert (first.fee_minor, first.interest_minor, first.principal_minor) == (0, 80, 800)
    assert second.unpaid_minor == 1_000
    first, second = allocation(DUES, [Paid(on(3), 1_030)], on(60))
    assert first.unpaid_minor == 0
    assert (second.fee_minor, second.interest_minor, second.principal_minor) == (20, 150, 800)


def test_a_loan_is_as_late_as_its_oldest_unpaid_instalment() -> None:
    assert days_past_due(DUES, [Paid(on(40), 999)], on(50)) == 50
    assert days_past_due(DUES, [Paid(on(40), 1_000)], on(50)) == (on(50) - date(2025, 2, 28)).days
    assert days_past_due(DUES, [Paid(on(40), 2_000)], on(50)) == 0


def test_money_received_later_pays_nothing_yet() -> None:
    assert days_past_due(DUES, [Paid(on(11), 2_000)], on(10)) == 10


def test_a_payment_taken_back_counts_from_then_as_never_made() -> None:
    paid = [Paid(on(0), 1_000), Paid(on(9), -1_000)]
    assert days_past_due(DUES, paid, on(8)) == 0
    assert days_past_due(DUES, paid, on(9)) == 9
    assert [item.settled_on for item in settled_by(DUES, paid, on(8))] == [on(0)]
    assert [item.settled_on for item in settled_by(DUES, paid, on(9))] == [None]
    assert [item.settled_on for item in settled_by(DUES, [*paid, Paid(on(12), 1_000)], on(20))] == [on(12)]


def test_days_of_a_pause_do_not_count_and_overlapping_pauses_count_once() -> None:
    assert days_past_due(DUES, [], on(20), pauses=[Pause(on(5), on(9))]) == 15
    assert days_past_due(DUES, [], on(20), pauses=[Pause(on(5), on(9)), Pause(on(8), on(11))]) == 13
    assert days_past_due(DUES, [], on(20), pauses=[Pause(on(-9), on(0)), Pause(on(21), on(30))]) == 20
    assert days_past_due(DUES, [], on(20), pauses=[Pause(on(-9), on(40))]) == 0
    assert merged([Pause(on(3), on(1)), Pause(on(1), on(2)), Pause(on(3), on(4))]) == [Pause(on(1), on(4))]


def test_what_is_due_on_a_holiday_is_due_on_the_next_day_that_is_none() -> None:
    holidays = frozenset({START, on(1)})
    assert due_day(START, holidays) == on(2)
    assert days_past_due(DUES, [], on(2), holidays=holidays) == 0
    assert days_past_due(DUES, [], on(3), holidays=holidays) == 1


@pytest.mark.parametrize(
    ("zone", "days"), [("Asia/Shanghai", 1), ("UTC", 0), ("America/New_York", 0), ("Pacific/Auckland", 1)]
)
def test_an_instant_is_late_by_the_day_where_the_product_is_lent(zone: str, days: int) -> None:
    instant = datetime(2025, 1, 31, 17, 0, tzinfo=UTC)  # 01:00 of the next day in Shanghai
    assert days_past_due(DUES, [], business_date_of(instant, zone)) == days


def test_the_night_the_clocks_change_is_one_day() -> None:
    dues = [Due(date(2025, 3, 29), 1)]
    late = [datetime(2025, 3, day, 22, 30, tzinfo=UTC) for day in (28, 29, 30)]  # summer time in Berlin from the 30th
    assert [days_past_due(dues, [], business_date_of(instant, "Europe/Berlin")) for instant in late] == [0, 0, 2]


DAYS = st.integers(-60, 400)
AMOUNTS = st.integers(0, 500)


@given(
    st.lists(st.tuples(DAYS, AMOUNTS), max_size=8),
    st.lists(st.tuples(DAYS, st.integers(-500, 900)), max_size=8),
    DAYS,
    st.integers(0, 10),
)
def test_more_money_never_makes_a_loan_later_and_a_day_more_at_most_one(
    dues: list[tuple[int, int]], paid: list[tuple[int, int]], day: int, grace: int
) -> None:
    owed = [Due(on(at), amount) for at, amount in dues]
    received = [Paid(on(at), amount) for at, amount in paid]
    now = days_past_due(owed, received, on(day))
    assert days_past_due(owed, [*received, Paid(on(day), 100)], on(day)) <= now
    assert days_past_due(owed, received, on(day), grace) in (0, now)
    nothing_new = [item for item in received if item.paid_on != on(day + 1)]
    assert days_past_due(owed, nothing_new, on(day + 1)) <= now + 1 if len(nothing_new) == len(received) else True
    assert (now > 0) == (arrears_of(owed, received, on(day)) > 0)
