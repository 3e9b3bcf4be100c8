"""How a month differs from those before it, and when that cannot be said."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.regions.fluctuation import Limits, Month, State, fluctuations
from monitoring.regions.months import month_add

FIRST = date(2026, 1, 1)
PLAIN = Month(
    applications=100, contracts=50, rated=50, rated_minor=1000, rate_amount=100.0, customers_due=400, customers_missed=8
)


def a_book(count, *, last=PLAIN, before=PLAIN):
    months = {month_add(FIRST, place): PLAIN for place in range(count)}
    months[month_add(FIRST, count - 2)] = before
    months[month_add(FIRST, count - 1)] = last
    return months


def found(months, weights=(1.0, 1.0, 1.0), limits=Limits()):  # noqa: B008
    return fluctuations(months, max(months), weights, limits)


def test_applications_are_held_against_the_mean_of_the_six_months_before():
    months = a_book(8, last=replace(PLAIN, applications=150), before=replace(PLAIN, applications=160))
    part = found(months).applications
    assert (part.state, part.base) == (State.VALUE, 110.0)
    assert part.value == pytest.approx(40 / 110)


def test_the_rate_is_held_against_last_months_weighted_by_amount():
    part = found(a_book(5, last=replace(PLAIN, rate_amount=120.0))).rate
    assert part.value == pytest.approx(0.2)
    assert (part.now, part.base) == (0.12, 0.1)


def test_missed_due_dates_are_held_against_last_months_share():
    part = found(a_book(5, last=replace(PLAIN, customers_missed=12))).default
    assert part.value == pytest.approx(0.5)
    assert part.cases == 400


def test_each_fluctuation_is_multiplied_by_its_own_weight():
    months = a_book(5, last=replace(PLAIN, applications=150, rate_amount=120.0, customers_missed=12))
    parts = found(months, weights=(2.0, 3.0, 4.0)).parts
    assert [part.value for part in parts] == pytest.approx([1.0, 0.6, 2.0])


@pytest.mark.parametrize(("before", "state"), [(0, State.SHORT_HISTORY), (2, State.SHORT_HISTORY), (3, State.VALUE)])
def test_under_three_months_of_history_nothing_has_a_value(before, state):
    parts = found({month_add(FIRST, place): PLAIN for place in range(before + 1)}).parts
    assert [part.state for part in parts] == [state] * 3
    assert all((part.value is None) == (state != State.VALUE) for part in parts)


@pytest.mark.parametrize(("mean", "state"), [(29, State.LOW_BASE), (30, State.VALUE)])
def test_a_mean_under_thirty_is_a_low_base(mean, state):
    months = {month_add(FIRST, place): replace(PLAIN, applications=mean) for place in range(6)}
    assert found(months).applications.state == state


def test_a_share_of_few_customers_is_a_low_base_whichever_month_is_small():
    few = replace(PLAIN, customers_due=29)
    assert found(a_book(5, last=few)).default.state == State.LOW_BASE
    assert found(a_book(5, before=few)).default.state == State.LOW_BASE


def test_a_base_of_zero_is_no_base_and_never_zero():
    assert found(a_book(5, before=replace(PLAIN, customers_missed=0))).default.state == State.NO_BASE
    assert found(a_book(5, before=replace(PLAIN, rated_minor=0))).rate.state == State.NO_BASE
    months = {month_add(FIRST, place): replace(PLAIN, applications=0) for place in range(5)}
    part = found(months).applications
    assert (part.state, part.value, part.positive) == (State.NO_BASE, None, None)


def test_a_month_in_which_nobody_had_a_due_date_has_no_share():
    assert found(a_book(5, last=replace(PLAIN, customers_due=0, customers_missed=0))).default.state == State.NO_MONTH


def test_a_month_that_has_not_come_has_no_value():
    parts = fluctuations(a_book(5), month_add(FIRST, 5), (1.0, 1.0, 1.0), Limits()).parts
    assert [part.state for part in parts] == [State.NO_MONTH] * 3


def test_a_month_in_between_without_rows_had_no_applications():
    months = a_book(8)
    del months[month_add(FIRST, 4)]
    assert found(months).applications.base == pytest.approx(500 / 6)


@given(st.integers(30, 10**6), st.integers(0, 10**6), st.floats(0.1, 10.0))
def test_a_fluctuation_is_the_share_by_which_it_moved(base, now, weight):
    months = {month_add(FIRST, place): replace(PLAIN, applications=base) for place in range(6)}
    months[month_add(FIRST, 6)] = replace(PLAIN, applications=now)
    part = found(months, weights=(weight, 1.0, 1.0)).applications
    assert part.value == pytest.approx(weight * (now - base) / base)
    assert part.positive == max(part.value, 0.0)
