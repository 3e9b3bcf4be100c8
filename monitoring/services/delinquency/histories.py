"""What instalments of single loans became: for cures, observations and pages, which few loans need."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import polars as pl

from lending.models import LoanMonth
from lending.services.book.reading import instalments_as_of, repayments_as_of
from monitoring.delinquency.cures import observation_of
from monitoring.delinquency.dpd import Due, Paid, Settled, due_day, settled_by
from monitoring.delinquency_policy import Policies


class History(NamedTuple):
    """Instalments that fell due before a day, and every due date of the schedule."""

    settled: list[Settled]
    due_dates: list[date]


def histories(loan_ids: Sequence[int], policies: Policies, day: date, as_of: datetime) -> dict[int, History]:
    """By loan, as known by an instant: of its schedule, or else of its months, each a period of its own.

    A month with a status of at most 0 was paid on time; others are paid with the next month that was.
    """
    if not loan_ids:
        return {}
    dues = _by_loan(instalments_as_of(loan_ids, as_of).select("loan_id", "due_on", "due_minor").iter_rows())
    paid = _by_loan(repayments_as_of(loan_ids, as_of).iter_rows())
    found = {}
    for loan_id, rows in dues.items():
        owed = [Due(due_on, amount) for due_on, amount in rows]
        received = [Paid(*row) for row in paid.get(loan_id, ())]
        found[loan_id] = History(
            settled_by(owed, received, day, policies.holidays), [due_day(due.due_on, policies.holidays) for due in owed]
        )
    rest = [loan_id for loan_id in loan_ids if loan_id not in found]
    return found | _of_months(rest, day, as_of)


def observed(loans: pl.DataFrame, policies: Policies, day: date, as_of: datetime) -> list[int]:
    """Loans under observation after a restructuring by the day; `loans` has loan_id and restructured_on."""
    restructured = loans.filter(pl.col("restructured_on") <= day).select("loan_id", "restructured_on").rows()
    if not restructured or policies.classification is None:
        return []
    known = histories([loan_id for loan_id, _ in restructured], policies, day, as_of)
    found = []
    for loan_id, restructured_on in restructured:
        history = known.get(loan_id, History([], []))
        observation = observation_of(
            policies.classification,
            restructured_on,
            history.due_dates,
            history.settled,
            day,
            grace_days=policies.grace_days,
        )
        if not observation.is_over(day):
            found.append(loan_id)
    return found


def _of_months(loan_ids: Sequence[int], day: date, as_of: datetime) -> dict[int, History]:
    months = LoanMonth.objects.filter(loan__in=loan_ids, business_date__lte=day, known_at__lte=as_of)
    months = months.exclude(replaced_known_at__lte=as_of)
    rows = months.order_by("loan_id", "business_date").values_list("loan_id", "business_date", "payment_status")
    found = {}
    for loan_id, group in groupby(rows, key=itemgetter(0)):
        settled, paid_on = list[Settled](), None
        for _, month_end, status in reversed(list(group)):
            paid_on = month_end if status <= 0 else paid_on
            settled.append(Settled(month_end, paid_on))
        found[loan_id] = History(settled[::-1], [item.due_on for item in reversed(settled)])
    return found


def _by_loan(rows: Iterable[tuple]) -> dict[int, list[tuple]]:
    found: dict[int, list[tuple]] = {}
    for loan_id, *row in rows:
        found.setdefault(loan_id, []).append(tuple(row))
    return found
