"""Complete business months, at their ends."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.regions.months import month_add, month_end, month_last_complete, month_of, month_window


@pytest.mark.parametrize(
    ("as_of", "grace", "month"),
    [
        (date(2026, 3, 30), 0, date(2026, 2, 1)),
        (date(2026, 3, 31), 0, date(2026, 3, 1)),
        (date(2026, 3, 31), 5, date(2026, 2, 1)),
        (date(2026, 4, 4), 5, date(2026, 2, 1)),
        (date(2026, 4, 5), 5, date(2026, 3, 1)),
        (date(2024, 2, 29), 0, date(2024, 2, 1)),
        (date(2026, 1, 1), 0, date(2025, 12, 1)),
    ],
)
def test_a_month_is_complete_when_its_last_day_and_its_grace_have_passed(as_of, grace, month):
    assert month_last_complete(as_of, grace) == month


@pytest.mark.parametrize("months", [0, 7, -1])
def test_a_window_outside_one_to_six_months_is_refused(months):
    with pytest.raises(ValueError, match="1 to 6"):
        month_window(date(2026, 3, 1), months)


def test_a_window_ends_with_the_last_month_and_begins_with_the_oldest():
    assert month_window(date(2026, 1, 1), 3) == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1)]


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_going_forth_and_back_ends_where_it_began(day, months):
    month = month_of(day)
    assert month_add(month_add(month, months), -months) == month
    assert month_of(month_end(month)) == month
