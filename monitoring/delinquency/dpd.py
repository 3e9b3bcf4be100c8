"""Days past due, from what was owed and what was paid, by business date. Pure; `columns` says the same of many loans.

The rule: money received by a day, reversals taken off, pays the oldest instalment first and within it fees, then
interest, then principal. What is due on a holiday is due on the next day that is none. A loan is as late as its oldest
unpaid instalment; the day after the due date is day 1. Days of a pause do not count. Within the grace days a loan is
0 days past due; beyond them every day counts, the grace days too.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import NamedTuple

Holidays = frozenset[date]
NO_HOLIDAYS: Holidays = frozenset()


class Due(NamedTuple):
    """An instalment: minor units, none negative."""

    due_on: date
    principal_minor: int
    interest_minor: int = 0
    fee_minor: int = 0

    @property
    def total_minor(self) -> int:
        """All of it."""
        return self.principal_minor + self.interest_minor + self.fee_minor


class Paid(NamedTuple):
    """Money received on a business date; a negative amount takes an earlier one back from that date on."""

    paid_on: date
    amount_minor: int


class Pause(NamedTuple):
    """Days that do not count, both ends included."""

    first_on: date
    last_on: date


class Allocated(NamedTuple):
    """What of an instalment is unpaid on a day."""

    due: Due
    due_on: date
    """Moved behind holidays."""
    fee_minor: int
    interest_minor: int
    principal_minor: int

    @property
    def unpaid_minor(self) -> int:
        """All of it, 0 where it is paid."""
        return self.fee_minor + self.interest_minor + self.principal_minor


class Settled(NamedTuple):
    """An instalment that fell due and since when it is paid for good; None while it is not."""

    due_on: date
    settled_on: date | None


def days_past_due(
    instalments: Iterable[Due],
    repayments: Iterable[Paid],
    business_date: date,
    grace_days: int = 0,
    pauses: Sequence[Pause] = (),
    holidays: Holidays = NO_HOLIDAYS,
) -> int:
    """Days past due at the end of `business_date`, 0 and more."""
    unpaid = [item for item in allocation(instalments, repayments, business_date, holidays) if item.unpaid_minor]
    return days_late(unpaid[0].due_on, business_date, grace_days, pauses) if unpaid else 0


def arrears_of(
    instalments: Iterable[Due], repayments: Iterable[Paid], business_date: date, holidays: Holidays = NO_HOLIDAYS
) -> int:
    """Minor units, fees included, that fell due before `business_date` and are unpaid at its end."""
    rows = allocation(instalments, repayments, business_date, holidays)
    return sum(item.unpaid_minor for item in rows if item.due_on < business_date)


def days_late(due_on: date, business_date: date, grace_days: int = 0, pauses: Sequence[Pause] = ()) -> int:
    """Days from a due date (moved already) to a day: paused ones left out, 0 within the grace days."""
    elapsed = (business_date - due_on).days - _paused_days(due_on, business_date, pauses)
    return elapsed if elapsed > grace_days else 0


def allocation(
    instalments: Iterable[Due], repayments: Iterable[Paid], business_date: date, holidays: Holidays = NO_HOLIDAYS
) -> list[Allocated]:
    """What is unpaid at the end of a day of every instalment due by then, the oldest first."""
    left = max(sum(item.amount_minor for item in repayments if item.paid_on <= business_date), 0)
    rows = []
    for due, due_on in _in_order(instalments, holidays):
        if due_on > business_date:
            break
        unpaid = []
        for part in (due.fee_minor, due.interest_minor, due.principal_minor):
            paid = min(part, left)
            left -= paid
            unpaid.append(part - paid)
        rows.append(Allocated(due, due_on, *unpaid))
    return rows


def settled_by(
    instalments: Iterable[Due], repayments: Iterable[Paid], business_date: date, holidays: Holidays = NO_HOLIDAYS
) -> list[Settled]:
    """Of every instalment due before `business_date`: the day since which it is paid, seen from that day.

    Money that was taken back later paid nothing: what counts is the day from which enough stayed.
    """
    stayed = _stayed(item for item in repayments if item.paid_on <= business_date)
    rows, owed = [], 0
    for due, due_on in _in_order(instalments, holidays):
        owed += due.total_minor
        if due_on >= business_date:
            break
        since = next((day for day, had in stayed if had >= owed), None) if owed else date.min
        rows.append(Settled(due_on, since))
    return rows


def _stayed(repayments: Iterable[Paid]) -> list[tuple[date, int]]:
    """By day what was there at its end and never was taken back later."""
    by_day = dict[date, int]()
    for paid in repayments:
        by_day[paid.paid_on] = by_day.get(paid.paid_on, 0) + paid.amount_minor
    days = sorted(by_day)
    balances = list(accumulate(by_day[day] for day in days))
    least = list(accumulate(reversed(balances), min))[::-1]
    return list(zip(days, least, strict=True))


def due_day(due_on: date, holidays: Holidays) -> date:
    """The day itself, or the next that is no holiday."""
    while due_on in holidays:
        due_on += timedelta(days=1)
    return due_on


def merged(pauses: Iterable[Pause]) -> list[Pause]:
    """The same days as pauses that neither touch nor overlap, in order; one that ends before it begins is none."""
    found = list[Pause]()
    for pause in sorted(item for item in pauses if item.last_on >= item.first_on):
        if found and pause.first_on <= found[-1].last_on + timedelta(days=1):
            found[-1] = Pause(found[-1].first_on, max(found[-1].last_on, pause.last_on))
        else:
            found.append(pause)
    return found


def _paused_days(due_on: date, business_date: date, pauses: Sequence[Pause]) -> int:
    after = due_on + timedelta(days=1)
    spans = ((max(item.first_on, after), min(item.last_on, business_date)) for item in merged(pauses))
    return sum((last - first).days + 1 for first, last in spans if last >= first)


def _in_order(instalments: Iterable[Due], holidays: Holidays) -> list[tuple[Due, date]]:
    return [(item, due_day(item.due_on, holidays)) for item in sorted(instalments, key=lambda item: item.due_on)]
