"""Conversions to dates, times and durations (clause 10.3.4.1)."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.dmn.feel.builtins.registry import builtin, of_kind, single, text_of, whole_of
from rules.dmn.feel.literals import offset_zone, read_date, read_date_time, read_duration, read_time, read_zone


@builtin("date", "from", "year, month, day")
def date_from(*values: Any) -> date | None:
    if len(values) == 3:
        return date(*(_component(value) for value in values))
    value = single(values[0])
    if isinstance(value, str):
        return read_date(value)
    return value.date() if isinstance(value, datetime) else of_kind(value, "date")


@builtin("time", "from", "hour, minute, second, offset?")
def time_from(*values: Any) -> time | None:
    if len(values) > 1:
        return _clock(*values)
    value = single(values[0])
    if isinstance(value, str):
        return read_time(value.removeprefix("T"))
    if isinstance(value, datetime):
        return value.timetz()
    return time(tzinfo=UTC) if isinstance(value, date) else of_kind(value, "time")


def _clock(hour: Any, minute: Any, second: Any, offset: Any = None) -> time:
    seconds = of_kind(second, "number")
    if not 0 <= seconds < 60:
        raise ValueError(seconds)
    length = None if offset is None else of_kind(offset, "days and time duration")
    return time(
        _component(hour),
        _component(minute),
        int(seconds),
        int((seconds % 1) * 1_000_000),
        None if length is None else offset_zone(length),
    )


@builtin(
    "date and time",
    "from",
    "date, time",
    "year, month, day, hour, minute, second, offset?",
    "year, month, day, hour, minute, second, timezone",
)
def date_and_time(*values: Any) -> datetime | None:
    if len(values) == 1:
        value = single(values[0])
        if isinstance(value, str):
            return read_date_time(value)
        return value if isinstance(value, datetime) else datetime.combine(of_kind(value, "date"), time(), UTC)
    if len(values) == 2:
        day = of_kind(values[0], "date", "date and time")
        return datetime.combine(day.date() if isinstance(day, datetime) else day, of_kind(values[1], "time"))
    zone = single(values[6]) if len(values) == 7 else None
    clock = _clock(*values[3:6], *([zone] if isinstance(zone, timedelta) else []))
    if isinstance(zone, str):
        clock = clock.replace(tzinfo=read_zone(text_of(zone)))
    return datetime.combine(date(*(_component(value) for value in values[:3])), clock)


@builtin("duration", "from")
def duration(value: Any) -> Any:
    if isinstance(single(value), str):
        return read_duration(text_of(value))
    return of_kind(value, "days and time duration", "years and months duration")


def _component(value: Any) -> int:
    number = of_kind(value, "number")
    if number != Decimal(whole_of(number)):
        raise ValueError(number)
    return int(number)
