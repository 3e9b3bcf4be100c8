"""Until when what is due on a day leaves its loan not late: days past due, asked from the other side. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

import polars as pl

from monitoring.delinquency.dpd import NO_HOLIDAYS, Holidays, Pause, days_late, due_day

_PAUSED: Final[dict[str, Any]] = {"loan_id": pl.Int64, "due_on": pl.Date, "paused_until": pl.Date}


def last_days(
    instalments: pl.DataFrame,
    *,
    grace_days: int,
    holidays: Holidays = NO_HOLIDAYS,
    pauses: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """`instalments` [loan_id, due_on, …] with `falls_on`, the due date moved behind holidays, and `last_on`, the last
    day on which the loan is at most `grace_days` past due by it: the days of `pauses` (`columns.PAUSES`) do not count.
    """
    falls_on = pl.col("due_on").replace({one: due_day(one, holidays) for one in holidays})
    paused = _paused(instalments, pauses, grace_days, holidays)
    return (
        instalments.with_columns(falls_on.alias("falls_on"))
        .join(paused, on=["loan_id", "due_on"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("paused_until", pl.col("falls_on") + pl.duration(days=grace_days)).alias("last_on"))
        .drop("paused_until")
    )


def _paused(
    instalments: pl.DataFrame, pauses: pl.DataFrame | None, grace_days: int, holidays: Holidays
) -> pl.DataFrame:
    """The last day that is not late, of the few loans that have a pause."""
    of_loan: dict[int, list[Pause]] = {}
    for loan_id, first_on, last_on in pauses.iter_rows() if pauses is not None else ():
        of_loan.setdefault(loan_id, []).append(Pause(first_on, last_on))
    due = instalments.filter(pl.col("loan_id").is_in(list(of_loan))).select("loan_id", "due_on").unique()
    rows = [
        (loan_id, due_on, _last_day(due_day(due_on, holidays), grace_days, of_loan[loan_id]))
        for loan_id, due_on in due.iter_rows()
    ]
    return pl.DataFrame(rows, schema=_PAUSED, orient="row")


def _last_day(due_on: date, grace_days: int, pauses: Sequence[Pause]) -> date:
    """The first day after it has more days than the grace."""
    last = due_on + timedelta(days=grace_days)
    while (left := grace_days + 1 - days_late(due_on, last + timedelta(days=1), 0, pauses)) > 0:
        last += timedelta(days=left)
    return last
