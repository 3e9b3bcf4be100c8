"""Columns of dates, however they are written, as days; and what of them a model may honestly read."""

import re

import polars as pl

from scoring.training.errors import TrainingInputError

_DATE_NAME = re.compile(r"date|month|(^|_)(dt|ym|ymd|day)($|_)|日期|时间|月份", re.IGNORECASE)
_PARSED = 0.95
_PATTERNS = (
    "%Y%m%d",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%Y.%m.%d",
    "%Y年%m月%d日",
)
_LATE_SHARE = 0.01


def days_of(series: pl.Series, *, is_date: bool = False) -> pl.Series | None:
    """The column as dates if it is one: typed, or text, or YYYYMMDD / YYYYMM numbers under a name of dates.

    Months stand for their first day. `is_date`: somebody said so, whatever its name. None if under 95 % of the known
    values can be read.
    """
    if series.dtype.is_temporal():
        return series.cast(pl.Date) if series.dtype in (pl.Date, pl.Datetime) else None
    is_number = series.dtype.is_integer() or series.dtype.is_float()
    if not (series.dtype == pl.String or (is_number and (is_date or _DATE_NAME.search(series.name)))):
        return None
    text = series.cast(pl.Int64, strict=False).cast(pl.String) if is_number else series.str.slice(0, 11)
    text = text.str.replace(r"[ T].*$", "")
    text = text.str.replace(r"^(\d{6})$", "${1}01").str.replace(r"^(\d{4}-\d{2})$", "$1-01")
    text = text.str.replace(r"^([A-Za-z]{3}-\d{4})$", "01-$1")
    known = series.drop_nulls().len()
    for pattern in _PATTERNS:
        days = text.str.to_date(pattern, strict=False)
        if known and days.drop_nulls().len() >= _PARSED * known:
            return days
    return None


def days_required(frame: pl.DataFrame, name: str) -> pl.Series:
    """The column that orders the rows in time. Raises TrainingInputError if there is none or it holds no dates."""
    if name not in frame.columns:
        raise TrainingInputError(f"There is no column {name} to order the rows in time.", column=name)
    days = days_of(frame[name], is_date=True)
    if days is None or days.n_unique() < 2:
        raise TrainingInputError(f"{name} does not hold dates that order the rows in time.", column=name)
    return days


def with_ages(frame: pl.DataFrame, decided_on: pl.Series, name: str) -> tuple[pl.DataFrame, list[str]]:
    """`frame` with each other column of dates as the days from it to `decided_on`, and a note for each.

    A date is no use to a model, since no later application has it again; how long ago it was is. One that mostly lies
    after the decision was written later: it is left a date, which no model reads.
    """
    ages, notes = [], []
    for series in frame:
        written = None if series.name == name else days_of(series)
        if written is None:
            continue
        days = (decided_on - written).dt.total_days()
        if ((days < 0).mean() or 0.0) >= _LATE_SHARE:  # type: ignore[operator]
            notes.append(f"{series.name}: lies after {name} in some rows, so it was not known then")
            continue
        ages.append(days.alias(f"{series.name}_days_before"))
        notes.append(f"{series.name}: read as days before {name}")
    return frame.with_columns(ages), notes
