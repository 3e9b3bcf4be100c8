"""A loan's months as columns: read in COPY's binary form, pivoted by NumPy, because a pivot in the database cost three
times as much as all the rest of a portrait."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import numpy as np
import polars as pl
from django.db import connection
from numpy.typing import NDArray
from psycopg2 import sql

from scoring.catalogue import Variable

Integers = NDArray[np.int64]

STALE_DAYS: Final = 200
"""Months that ended longer ago than this and the longest lag are not read: such a loan is skipped as stale."""
_POSTGRES_EPOCH: Final = np.datetime64("2000-01-01")
_HEADER: Final = 19
_TRAILER: Final = 2
_FIELDS: Final = (
    ("loan_id", ">i8"),
    ("day", ">i4"),
    ("payment_status", ">i2"),
    ("billed_minor", ">i8"),
    ("paid_minor", ">i8"),
)
# Every column is NOT NULL, so every row is as long: a count of fields, and before each field its length.
_ROW: Final = np.dtype(
    [("fields", ">i2"), *(part for name, kind in _FIELDS for part in ((f"{name}_length", ">i4"), (name, kind)))]
)
_MONTHS: Final = """
COPY (
SELECT loan_id, business_date, payment_status, billed_minor, paid_minor
FROM lending_loanmonth
WHERE loan_id >= {first} AND loan_id <= {last} {listed}
    AND known_at <= {as_of} AND (replaced_known_at IS NULL OR replaced_known_at > {as_of})
    AND business_date <= {day} AND business_date > {since}
) TO STDOUT WITH (FORMAT binary)
"""
_LATEST: Final = """
SELECT loan_id, max(business_date) FROM lending_loanmonth
WHERE loan_id = ANY(%(loans)s) AND known_at <= %(as_of)s AND business_date <= %(day)s GROUP BY loan_id
"""


class Months(NamedTuple):
    """Of the loans asked for, in their order."""

    latest: pl.Series
    """The latest month end known, as text; null: no month is known."""
    late: pl.Series
    """Months late then; 0 where none, null where no month is known."""
    variables: list[pl.Series]
    """One per variable, by its name."""


def months_read(
    loan_ids: Integers, variables: Iterable[Variable], *, as_of: datetime, business_date: date, is_listed: bool
) -> Months:
    """The months of loans (ids in rising order) known by `as_of` that ended by `business_date`.

    `is_listed`: the ids are few among many, not a range.
    """
    wanted = [item for item in variables if item.series]
    reach = max([item.lag_months for item in wanted], default=0) * 31 + STALE_DAYS
    rows = _rows(loan_ids, as_of, business_date, date.fromordinal(business_date.toordinal() - reach), is_listed)
    place = np.searchsorted(loan_ids, rows["loan_id"])
    place[place == loan_ids.size] = 0
    is_due = loan_ids[place] == rows["loan_id"] if loan_ids.size else np.zeros(0, dtype=bool)
    rows, place = rows[is_due], place[is_due]
    order = np.lexsort((rows["day"], place))
    rows, place = rows[order], place[order]
    days = _POSTGRES_EPOCH + rows["day"].astype(np.int64)
    months = days.astype("datetime64[M]").astype(np.int64)
    latest = np.full(loan_ids.size, np.datetime64("NaT", "D"))
    newest = np.full(loan_ids.size, -1, dtype=np.int64)
    latest[place], newest[place] = days, months  # of equal places the last one stays, which is the latest
    lag = newest[place] - months
    status_now = _column("late", rows["payment_status"], place, lag == 0, loan_ids.size).clip(lower_bound=0)
    columns = [_column(item.name, rows[item.series], place, lag == item.lag_months, loan_ids.size) for item in wanted]
    days_known = pl.Series("latest", latest).dt.to_string("%Y-%m-%d")
    return Months(_older(days_known, loan_ids, as_of, business_date), status_now, columns)


def _rows(loan_ids: Integers, as_of: datetime, until: date, since: date, is_listed: bool) -> NDArray[Any]:
    if not loan_ids.size:
        return np.zeros(0, dtype=_ROW)
    listed = sql.SQL("AND loan_id = ANY({}::bigint[])").format(sql.Literal(loan_ids.tolist()))
    statement = sql.SQL(_MONTHS).format(
        first=sql.Literal(int(loan_ids[0])),
        last=sql.Literal(int(loan_ids[-1])),
        listed=listed if is_listed else sql.SQL(""),
        as_of=sql.Literal(as_of),
        day=sql.Literal(until),
        since=sql.Literal(since),
    )
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(statement.as_string(cursor.cursor), buffer)
    return np.frombuffer(buffer.getvalue()[_HEADER:-_TRAILER], dtype=_ROW)


def _column(name: str, values: NDArray[Any], place: Integers, chosen: NDArray[np.bool_], size: int) -> pl.Series:
    column, is_known = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=bool)
    column[place[chosen]] = values[chosen]
    is_known[place[chosen]] = True
    frame = pl.DataFrame({name: column, "is_known": is_known})
    return frame.select(pl.when(pl.col("is_known")).then(pl.col(name)).alias(name)).to_series()


def _older(latest: pl.Series, loan_ids: Integers, as_of: datetime, business_date: date) -> pl.Series:
    """The same, with what is known of loans whose months are all older than was read."""
    unknown = loan_ids[latest.is_null().to_numpy()]
    if not unknown.size:
        return latest
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"loans": unknown.tolist(), "as_of": as_of, "day": business_date})
        found = {loan: day.isoformat() for loan, day in cursor.fetchall()}
    if not found:
        return latest
    older = pl.Series("older", [found.get(loan) for loan in loan_ids.tolist()], dtype=pl.String)
    return latest.fill_null(older)
