"""`+ - * / **` of numbers, texts, dates, times and durations (clause 10.3.2.11). What has no meaning is None."""

from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.dmn.feel.values import Months, instant, kind_of

_NUMBER, _TEXT, _DAY, _CLOCK, _MOMENT = "number", "string", "date", "time", "date and time"
_LENGTH, _MONTHS = "days and time duration", "years and months duration"


def arithmetic(operator: str, left: Any, right: Any) -> Any:
    """The value of `left operator right`, or None."""
    rule = _RULES.get((operator, kind_of(left), kind_of(right)))
    if rule is None:
        return None
    try:
        return rule(left, right)
    except (ArithmeticError, ValueError):
        return None


def months_later(day: Any, duration: Months) -> Any:
    """The same day so many months later, or the last of a shorter month. Raises ValueError."""
    year, month = divmod(day.year * 12 + day.month - 1 + duration.months, 12)
    if not 1 <= year <= 9999:
        raise ValueError(year)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))


def seconds_of(length: timedelta) -> Decimal:
    return Decimal(length // timedelta(microseconds=1)) / 1_000_000


def _length(seconds: Decimal) -> timedelta:
    return timedelta(microseconds=int((seconds * 1_000_000).to_integral_value()))


def _months(months: Decimal | int) -> Months:
    if not -12 * 10**10 <= months <= 12 * 10**10:
        raise ValueError(months)
    return Months(int(months))


def _days_later(day: date, length: timedelta) -> date:
    return day + timedelta(days=length.days)


def _clock_later(clock: time, length: timedelta) -> time:
    return (datetime.combine(date(2000, 1, 15), clock) + timedelta(seconds=length.seconds)).timetz()


def _between(left: Any, right: Any) -> timedelta:
    left, right = (instant(_moment(value)) for value in (left, right))
    if (left.tzinfo is None) != (right.tzinfo is None):
        raise ValueError("one has a zone and the other none")
    length: timedelta = left - right
    return length


def _moment(value: Any) -> Any:
    return datetime.combine(value, time(), UTC) if kind_of(value) == _DAY else value


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    return base**exponent


_RULES: dict[tuple[str, str, str], Callable[[Any, Any], Any]] = {
    ("+", _NUMBER, _NUMBER): lambda a, b: a + b,
    ("-", _NUMBER, _NUMBER): lambda a, b: a - b,
    ("*", _NUMBER, _NUMBER): lambda a, b: a * b,
    ("/", _NUMBER, _NUMBER): lambda a, b: a / b,
    ("**", _NUMBER, _NUMBER): _power,
    ("+", _TEXT, _TEXT): lambda a, b: a + b,
    ("-", _DAY, _DAY): _between,
    ("-", _MOMENT, _MOMENT): _between,
    ("-", _CLOCK, _CLOCK): _between,
    ("-", _DAY, _MOMENT): _between,
    ("-", _MOMENT, _DAY): _between,
    ("+", _DAY, _LENGTH): _days_later,
    ("-", _DAY, _LENGTH): lambda a, b: _days_later(a, -b),
    ("+", _LENGTH, _DAY): lambda a, b: _days_later(b, a),
    ("+", _MOMENT, _LENGTH): lambda a, b: a + b,
    ("-", _MOMENT, _LENGTH): lambda a, b: a - b,
    ("+", _LENGTH, _MOMENT): lambda a, b: b + a,
    ("+", _CLOCK, _LENGTH): _clock_later,
    ("-", _CLOCK, _LENGTH): lambda a, b: _clock_later(a, -b),
    ("+", _LENGTH, _CLOCK): lambda a, b: _clock_later(b, a),
    ("+", _LENGTH, _LENGTH): lambda a, b: a + b,
    ("-", _LENGTH, _LENGTH): lambda a, b: a - b,
    ("*", _LENGTH, _NUMBER): lambda a, b: _length(seconds_of(a) * b),
    ("*", _NUMBER, _LENGTH): lambda a, b: _length(seconds_of(b) * a),
    ("/", _LENGTH, _NUMBER): lambda a, b: _length(seconds_of(a) / b),
    ("/", _LENGTH, _LENGTH): lambda a, b: seconds_of(a) / seconds_of(b),
    ("+", _MONTHS, _MONTHS): lambda a, b: _months(a.months + b.months),
    ("-", _MONTHS, _MONTHS): lambda a, b: _months(a.months - b.months),
    ("*", _MONTHS, _NUMBER): lambda a, b: _months(a.months * b),
    ("*", _NUMBER, _MONTHS): lambda a, b: _months(b.months * a),
    ("/", _MONTHS, _NUMBER): lambda a, b: _months(a.months / b),
    ("/", _MONTHS, _MONTHS): lambda a, b: Decimal(a.months) / Decimal(b.months),
    **{("+", kind, _MONTHS): months_later for kind in (_DAY, _MOMENT)},
    **{("-", kind, _MONTHS): lambda a, b: months_later(a, Months(-b.months)) for kind in (_DAY, _MOMENT)},
    **{("+", _MONTHS, kind): lambda a, b: months_later(b, a) for kind in (_DAY, _MOMENT)},
}
