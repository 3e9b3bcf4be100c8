"""Questions about dates (table 79)."""

from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import Any

from rules.dmn.feel.builtins.registry import builtin, of_kind
from rules.dmn.feel.values import equal, kind_of

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _day(value: Any) -> date:
    day: date = of_kind(value, "date", "date and time")
    return day


@builtin("day of year", "date")
def day_of_year(value: Any) -> Decimal:
    return Decimal(_day(value).timetuple().tm_yday)


@builtin("day of week", "date")
def day_of_week(value: Any) -> str:
    return _DAYS[_day(value).weekday()]


@builtin("month of year", "date")
def month_of_year(value: Any) -> str:
    return _MONTHS[_day(value).month - 1]


@builtin("week of year", "date")
def week_of_year(value: Any) -> Decimal:
    return Decimal(_day(value).isocalendar().week)


@builtin("last day of month", "date")
def last_day_of_month(value: Any) -> Decimal:
    day = _day(value)
    return Decimal(monthrange(day.year, day.month)[1])


@builtin("is", "value1, value2")
def is_same(left: Any, right: Any) -> bool:
    """The same element of the semantic domain: two times with different offsets are two."""
    if kind_of(left) != kind_of(right):
        return False
    if kind_of(left) in ("time", "date and time"):
        return bool(left == right and left.utcoffset() == right.utcoffset())
    return equal(left, right) is True
