"""When a loan may be asked to rise again: the cure of arrears, and the observation after a restructuring. Pure.

Both are told from instalments that fell due and the day since which each is paid (`dpd.settled_by`); on time is paid by
its due date and the grace days.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from monitoring.delinquency.classification import LoanClassification
from monitoring.delinquency.dpd import Settled

Blocker = Literal["ARREARS", "PERIODS", "MONTHS", "OTHER_IMPAIRED", "OBSERVATION", "NO_HISTORY"]


@dataclass(frozen=True)
class Cure:
    """How far a cure is: nothing stands in its way when `blockers` is empty."""

    cleared_on: date | None
    """The day since which nothing is in arrears; None while something is, or nothing ever was."""
    periods: int
    """Instalments that fell due after it, each paid on time."""
    months_end_on: date | None
    """The first day on which enough months have passed since."""
    blockers: tuple[Blocker, ...]

    @property
    def is_met(self) -> bool:
        """Whether a person may ask for a better category."""
        return not self.blockers


@dataclass(frozen=True)
class Observation:
    """The time a restructured loan is watched."""

    started_on: date
    """The first due date after the restructuring, or after the last missed payment was made up."""
    periods: int
    ends_on: date | None
    """The first day on which it is over, None while too few instalments or a missed one leave it open."""
    restarts: int

    def is_over(self, on: date) -> bool:
        """Whether a day is no longer in it."""
        return self.ends_on is not None and on >= self.ends_on


def cure_of(
    classification: LoanClassification,
    settled: Sequence[Settled],
    on: date,
    *,
    grace_days: int = 0,
    has_other_impaired: bool = False,
    is_observed: bool = False,
) -> Cure:
    """How far the cure of a loan is on a day, from its instalments due before it in order.

    Arrears and fees are cleared since the last late payment; then so many further instalments and so many months of
    payment on time, both (`longer`) or one of them (`either`).
    """
    blockers = list[Blocker]()
    late = [item for item in settled if not is_on_time(item, grace_days)]
    is_open = any(item.settled_on is None for item in settled)
    cleared_on = None if is_open else max((item.settled_on for item in late if item.settled_on), default=None)
    start = cleared_on if late else (settled[0].due_on if settled else None)
    periods, months_end_on = 0, None
    if is_open:
        blockers.append("ARREARS")
    elif start is None:
        blockers.append("NO_HISTORY")
    else:
        periods = sum(item.due_on > start for item in settled)
        months_end_on = add_months(start, classification.cure_months)
        has_periods, has_months = periods >= classification.cure_periods, on >= months_end_on
        is_enough = has_periods and has_months if classification.cure_needs == "longer" else has_periods or has_months
        if not is_enough and not has_periods:
            blockers.append("PERIODS")
        if not is_enough and not has_months:
            blockers.append("MONTHS")
    if has_other_impaired:
        blockers.append("OTHER_IMPAIRED")
    if is_observed:
        blockers.append("OBSERVATION")
    return Cure(cleared_on, periods, months_end_on, tuple(blockers))


def observation_of(
    classification: LoanClassification,
    restructured_on: date,
    due_dates: Sequence[date],
    settled: Sequence[Settled],
    on: date,
    *,
    grace_days: int = 0,
) -> Observation:
    """The observation of a loan restructured on a day, seen on `on`.

    It begins with the first due date after the restructuring, lasts the months and holds the instalments that the
    classification says. A missed payment starts it again: with the first due date after it was made up.
    `due_dates` are all of the schedule, those to come too; `settled` those before `on`.
    """
    ordered = sorted(due_dates)
    started_on, restarts = _first_after(ordered, restructured_on), 0
    is_open = False
    for item in settled:
        if item.due_on < started_on or is_on_time(item, grace_days):
            continue
        restarts += 1
        is_open = item.settled_on is None
        started_on = max(_first_after(ordered, item.settled_on or on), started_on)
    paid = sorted(item.due_on for item in settled if item.due_on >= started_on and is_on_time(item, grace_days))
    enough = classification.observation_periods
    ends_on = None
    if not is_open and len(paid) >= enough:
        # The day after its last instalment was due: on the due date itself nobody knows yet.
        ends_on = max(
            add_months(started_on, classification.observation_months),
            paid[enough - 1] + timedelta(days=grace_days + 1),
        )
    return Observation(started_on, len(paid), ends_on, restarts)


def is_on_time(item: Settled, grace_days: int) -> bool:
    """Whether an instalment was paid by its due date and the grace days."""
    return item.settled_on is not None and (item.settled_on - item.due_on).days <= grace_days


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the month's last where it has none."""
    month = day.year * 12 + day.month - 1 + months
    first_of_next = date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return date(month // 12, month % 12 + 1, min(day.day, (first_of_next - timedelta(days=1)).day))


def _first_after(ordered: Sequence[date], day: date) -> date:
    return next((due_on for due_on in ordered if due_on > day), day)
