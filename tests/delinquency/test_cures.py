"""When a category may be asked to rise, and how long a restructured loan is watched."""

from datetime import date, timedelta

import msgspec
import pytest

from monitoring.delinquency.cures import add_months, cure_of, observation_of
from monitoring.delinquency.dpd import Settled
from tests.delinquency.china import LOAN

EITHER = msgspec.structs.replace(LOAN, cure_needs="either")
DUES = [add_months(date(2024, 1, 15), month) for month in range(30)]
DAY = timedelta(days=1)


def paid(until: date, late: dict[int, date | None] | None = None) -> list[Settled]:
    """Every instalment before a day paid on time but for those named by number."""
    return [
        Settled(due_on, (late or {}).get(number, due_on)) for number, due_on in enumerate(DUES) if due_on < until
    ]  # fmt: skip


CLEARED = date(2024, 4, 20)
LATE: dict[int, date | None] = {1: CLEARED, 2: CLEARED, 3: CLEARED}


def test_arrears_stand_in_the_way() -> None:
    on = date(2024, 4, 19)
    assert cure_of(LOAN, paid(on, {1: None}), on).blockers == ("ARREARS",)


@pytest.mark.parametrize(
    ("on", "longer", "either"),
    [
        (date(2024, 6, 15), ("PERIODS", "MONTHS"), ("PERIODS", "MONTHS")),
        (date(2024, 6, 16), ("MONTHS",), ()),
        (date(2024, 10, 19), ("MONTHS",), ()),
        (date(2024, 10, 20), (), ()),
    ],
)
def test_a_cure_ends_on_its_day(on: date, longer: tuple, either: tuple) -> None:
    history = paid(on, LATE)
    assert cure_of(LOAN, history, on).blockers == longer
    assert cure_of(EITHER, history, on).blockers == either
    assert cure_of(LOAN, history, on).cleared_on == CLEARED


def test_months_alone_are_no_cure_without_instalments() -> None:
    only = [Settled(DUES[0], CLEARED)]
    assert cure_of(LOAN, only, date(2026, 1, 1)).blockers == ("PERIODS",)


def test_a_late_payment_begins_the_cure_again() -> None:
    again = date(2024, 9, 20)
    cure = cure_of(LOAN, paid(date(2024, 10, 20), {**LATE, 8: again}), date(2024, 10, 20))
    assert (cure.cleared_on, cure.blockers) == (again, ("PERIODS", "MONTHS"))


def test_grace_days_are_on_time() -> None:
    history = paid(date(2024, 10, 20), {**LATE, 8: DUES[8] + 3 * DAY})
    assert cure_of(LOAN, history, date(2024, 10, 20), grace_days=3).is_met


def test_another_impaired_asset_and_an_observation_stand_in_the_way() -> None:
    on = date(2025, 1, 1)
    cure = cure_of(LOAN, paid(on, LATE), on, has_other_impaired=True, is_observed=True)
    assert cure.blockers == ("OTHER_IMPAIRED", "OBSERVATION")
    assert cure_of(LOAN, [], on).blockers == ("NO_HISTORY",)


RESTRUCTURED = date(2024, 3, 1)


@pytest.mark.parametrize(("on", "is_over"), [(date(2025, 3, 14), False), (date(2025, 3, 15), True)])
def test_an_observation_lasts_a_year_from_the_first_due_date(on: date, is_over: bool) -> None:
    seen = observation_of(LOAN, RESTRUCTURED, DUES, paid(on), on)
    assert (seen.started_on, seen.is_over(on), seen.restarts) == (date(2024, 3, 15), is_over, 0)


def test_a_year_without_two_instalments_is_not_over() -> None:
    yearly = [date(2024, 3, 15), date(2025, 3, 15), date(2026, 3, 15)]

    def over(on: date) -> bool:
        settled = [Settled(due_on, due_on) for due_on in yearly if due_on < on]
        return observation_of(LOAN, RESTRUCTURED, yearly, settled, on).is_over(on)

    assert [over(date(2025, 3, 15)), over(date(2025, 3, 16))] == [False, True]


def test_a_missed_payment_begins_it_again() -> None:
    made_up = DUES[7] + 10 * DAY
    on = add_months(DUES[8], 12)
    seen = observation_of(LOAN, RESTRUCTURED, DUES, paid(on - DAY, {7: made_up}), on - DAY)
    assert (seen.restarts, seen.started_on, seen.is_over(on - DAY)) == (1, DUES[8], False)
    assert observation_of(LOAN, RESTRUCTURED, DUES, paid(on, {7: made_up}), on).is_over(on)


def test_it_is_not_over_while_a_payment_is_missing() -> None:
    on = date(2026, 1, 1)
    missing = dict.fromkeys(range(20, 30))
    seen = observation_of(LOAN, RESTRUCTURED, DUES, paid(on, missing), on)
    assert (seen.ends_on, seen.is_over(on)) == (None, False)


def test_a_loan_restructured_on_its_due_date_waits_for_the_next() -> None:
    seen = observation_of(LOAN, DUES[2], DUES, paid(DUES[4]), DUES[4])
    assert seen.started_on == DUES[3]


def test_months_end_on_the_last_day_where_a_month_is_short() -> None:
    assert add_months(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert add_months(date(2023, 8, 31), 6) == date(2024, 2, 29)
