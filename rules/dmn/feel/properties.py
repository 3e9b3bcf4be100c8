"""Path expressions: entries of contexts, and the components of dates, times, durations and ranges (table 65)."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rules.dmn.feel.arithmetic import seconds_of
from rules.dmn.feel.values import Months, Range


def property_of(value: Any, name: str) -> Any:
    """The component `name` of a value; of a list, of each of its items; None where there is none."""
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list):
        return [property_of(item, name) for item in value]
    for kind, properties in _PROPERTIES:
        if isinstance(value, kind):
            rule = properties.get(name)
            result = None if rule is None else rule(value)
            return Decimal(result) if isinstance(result, int) and not isinstance(result, bool) else result
    return None


def _part(of: timedelta, unit: int, below: int | None = None) -> Decimal:
    seconds = abs(seconds_of(of)) // unit
    seconds = seconds % below if below else seconds
    return -seconds if of < timedelta() else seconds


def _months(value: Months) -> tuple[int, int]:
    years, months = divmod(abs(value.months), 12)
    return (-years, -months) if value.months < 0 else (years, months)


def _zone(value: Any) -> str | None:
    return value.tzinfo.key if isinstance(value.tzinfo, ZoneInfo) else None


Rules = dict[str, Callable[[Any], Any]]
_DAY: Rules = {
    "year": lambda value: value.year,
    "month": lambda value: value.month,
    "day": lambda value: value.day,
    "weekday": lambda value: value.isoweekday(),
}
_CLOCK: Rules = {
    "hour": lambda value: value.hour,
    "minute": lambda value: value.minute,
    "second": lambda value: value.second,
    "time offset": lambda value: value.utcoffset(),
    "timezone": _zone,
}
_PROPERTIES: tuple[tuple[type, Rules], ...] = (
    (datetime, {**_DAY, **_CLOCK}),
    (date, _DAY),
    (time, _CLOCK),
    (Months, {"years": lambda value: _months(value)[0], "months": lambda value: _months(value)[1]}),
    (
        timedelta,
        {
            "days": lambda value: _part(value, 86_400),
            "hours": lambda value: _part(value, 3_600, 24),
            "minutes": lambda value: _part(value, 60, 60),
            "seconds": lambda value: _part(value, 1, 60),
        },
    ),
    (
        Range,
        {
            "start": lambda value: value.low,
            "end": lambda value: value.high,
            "start included": lambda value: value.low_closed,
            "end included": lambda value: value.high_closed,
        },
    ),
)
