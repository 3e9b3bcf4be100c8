"""Roll rates, vintage curves, and new loans that paid old arrears."""

from datetime import date, timedelta

import pytest

from monitoring.delinquency.evergreening import Cleared, Opened, refinancings
from monitoring.delinquency.roll_rates import roll_matrix, roll_to_worst
from monitoring.delinquency.vintages import Cohort, First, curves, months_on_book

ORDER = ("M0", "M1", "M2")
MOVES = {("M0", "M0"): 90, ("M0", "M1"): 10, ("M1", "M0"): 2, ("M1", "M1"): 2, ("M1", "M2"): 4, ("M1", ""): 5,
         ("", "M0"): 7}  # fmt: skip


def test_shares_are_of_what_is_still_there() -> None:
    matrix = roll_matrix(ORDER, MOVES)
    assert (matrix.total("M1"), matrix.left("M1"), matrix.entered("M0")) == (8, 5, 7)
    assert sum(matrix.share("M1", after) or 0 for after in ORDER) == pytest.approx(1)
    rates = {item.bucket: item for item in matrix.rates()}
    assert (rates["M1"].worse, rates["M1"].stays, rates["M1"].cured) == (0.5, 0.25, 0.25)
    assert (rates["M0"].worse, rates["M0"].cured) == (0.1, None)
    assert (rates["M2"].count, rates["M2"].worse) == (0, None)


def test_the_way_to_the_worst_is_the_product_of_its_steps() -> None:
    assert roll_to_worst([roll_matrix(ORDER, MOVES)] * 2) == 0.5
    assert roll_to_worst([roll_matrix(ORDER, {})]) is None
    assert roll_to_worst([]) is None


def test_a_move_to_no_bucket_is_refused() -> None:
    with pytest.raises(ValueError, match="M9"):
        roll_matrix(ORDER, {("M0", "M9"): 1})


def test_a_curve_never_falls_and_ends_where_not_every_loan_was_seen() -> None:
    january, february = date(2025, 1, 1), date(2025, 2, 1)
    found = curves(
        [Cohort(february, 10, 1), Cohort(january, 100, 3), Cohort(date(2025, 3, 1), 0, 5)],
        [First(january, 1, 2), First(january, 3, 4), First(january, 9, 50), First(february, 1, 1)],
    )
    assert [curve.shares for curve in found] == [(0.0, 0.02, 0.02, 0.06), (0.0, 0.1)]


@pytest.mark.parametrize(
    ("day", "months"),
    [(date(2025, 1, 31), 0), (date(2025, 2, 27), 0), (date(2025, 3, 30), 1), (date(2025, 3, 31), 2)],
)
def test_a_month_on_book_is_over_on_the_same_day(day: date, months: int) -> None:
    assert months_on_book(date(2025, 1, 31), day) == months
    assert months_on_book(date(2025, 6, 1), day) == 0


CLEARED = Cleared(1, 10, date(2025, 5, 10), 300)


@pytest.mark.parametrize(("days", "is_noticed"), [(-8, False), (-7, True), (0, True), (7, True), (8, False)])
def test_a_new_loan_near_cleared_arrears_is_noticed(days: int, is_noticed: bool) -> None:
    new = Opened(1, 11, CLEARED.cleared_on + timedelta(days=days), "")
    assert bool(refinancings([CLEARED], [new], 7)) == is_noticed


def test_another_customers_loan_and_the_loan_itself_are_not() -> None:
    opened = [Opened(2, 11, CLEARED.cleared_on, ""), Opened(1, 10, CLEARED.cleared_on, "")]
    assert refinancings([CLEARED], opened, 7) == []


def test_a_loan_that_says_so_is_no_suspicion() -> None:
    (found,) = refinancings([CLEARED], [Opened(1, 11, CLEARED.cleared_on, "refinance")], 7)
    assert found.is_declared and found.arrears_minor == 300
