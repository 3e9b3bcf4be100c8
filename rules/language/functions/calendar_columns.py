"""The arithmetic of `calendar` on columns of ISO texts."""

from collections.abc import Callable, Sequence

import polars as pl

from rules.language.division import divided
from rules.language.functions.calendar import LAST_DAY
from rules.language.temporal import DAY

_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_EPOCH = 719_163
"""The number of 1970-01-01, counted from 0001-01-01 as 1."""
Arguments = Sequence[pl.Expr]


def day_columns(text: pl.Expr) -> pl.Expr:
    """Dates, null for what is none."""
    is_written = text.str.contains(_PATTERN) & ~text.str.starts_with("0000")
    return pl.when(is_written).then(text).str.to_date("%Y-%m-%d", strict=False)


def text_columns(days: pl.Expr) -> pl.Expr:
    """ISO texts of dates."""
    return days.dt.to_string("%Y-%m-%d")


def date_of(arguments: Arguments) -> pl.Expr:
    return text_columns(day_columns(arguments[0]))


def _number(text: pl.Expr) -> pl.Expr:
    return day_columns(text).cast(pl.Int32).cast(pl.Float64) + float(_EPOCH)


def plus_days(arguments: Arguments) -> pl.Expr:
    number = divided(_number(arguments[0]) * DAY + arguments[1], pl.lit(DAY))
    inside = pl.when((number >= 1) & (number < LAST_DAY + 1)).then(number.floor())
    return text_columns((inside - float(_EPOCH)).cast(pl.Int32).cast(pl.Date))


def plus_months(arguments: Arguments) -> pl.Expr:
    day = day_columns(arguments[0])
    total = (_part(day, "year") * 12.0 + _part(day, "month") - 1.0) + arguments[1]
    inside = pl.when((total >= 12) & (total < 120_000)).then(total).cast(pl.Int32)
    year, month = inside // 12, inside % 12 + 1
    # The first of the next month, less a day: December of the last year has no next month, but 31 days.
    is_december = month == 12
    last = (
        pl.when(is_december)
        .then(31)
        .otherwise((pl.date(year, pl.when(is_december).then(1).otherwise(month + 1), 1).dt.offset_by("-1d")).dt.day())
    )
    return text_columns(pl.date(year, month, pl.min_horizontal(day.dt.day().cast(pl.Int32), last.cast(pl.Int32))))


def seconds_between(arguments: Arguments) -> pl.Expr:
    return (_number(arguments[0]) - _number(arguments[1])) * DAY


def days_between(arguments: Arguments) -> pl.Expr:
    return _number(arguments[1]) - _number(arguments[0])


def months_between(arguments: Arguments) -> pl.Expr:
    first, last = day_columns(arguments[0]), day_columns(arguments[1])
    months = (_part(last, "year") - _part(first, "year")) * 12.0 + _part(last, "month") - _part(first, "month")
    days = _part(last, "day") - _part(first, "day")
    less = pl.when((months > 0) & (days < 0)).then(-1.0).when((months < 0) & (days > 0)).then(1.0).otherwise(0.0)
    return months + less


def years_between(arguments: Arguments) -> pl.Expr:
    months = months_between(arguments)
    years = divided(months.abs(), pl.lit(12.0)).floor()
    return pl.when(months < 0).then(0.0 - years).otherwise(years)


def _part(day: pl.Expr, part: str) -> pl.Expr:
    parts: dict[str, Callable[[], pl.Expr]] = {
        "year": day.dt.year,
        "month": day.dt.month,
        "day": day.dt.day,
        "weekday": day.dt.weekday,
    }
    return parts[part]().cast(pl.Float64)


def component(part: str) -> Callable[[Arguments], pl.Expr]:
    """Columns of a date's year, month, day or weekday."""
    return lambda arguments: _part(day_columns(arguments[0]), part)
