"""FEEL values in Python: Decimal, str, bool, None, date, time, datetime, timedelta, list, dict, and those below."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from typing import Any

CONTEXT = Context(
    prec=34, rounding=ROUND_HALF_EVEN, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow]
)
"""IEEE 754-2008 decimal128, as clause 10.3.2.3 of the standard asks."""


@dataclass(frozen=True, slots=True, order=True)
class Months:
    """A years and months duration."""

    months: int


@dataclass(frozen=True, slots=True)
class Range:
    """An interval; an end that is None is not bounded."""

    low: Any
    high: Any
    low_closed: bool
    high_closed: bool


@dataclass(frozen=True, eq=False, slots=True)
class Function:
    """A function value: of a business knowledge model, a decision service, or written in FEEL."""

    parameters: tuple[str, ...]
    apply: Callable[[Sequence[Any]], Any]


def kind_of(value: object) -> str:
    """The name of a value's FEEL type."""
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return "function"


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "Null"),
    (bool, "boolean"),
    (Decimal, "number"),
    (str, "string"),
    (datetime, "date and time"),
    (date, "date"),
    (time, "time"),
    (timedelta, "days and time duration"),
    (Months, "years and months duration"),
    (list, "list"),
    (dict, "context"),
    (Range, "range"),
)


def equal(left: Any, right: Any) -> bool | None:
    """Clause 10.3.2.13: null equals null alone; values of two kinds cannot be compared, which is null."""
    if left is None or right is None:
        return left is right
    kind = kind_of(left)
    if kind != kind_of(right):
        return None
    if kind == "list":
        return len(left) == len(right) and all(equal(a, b) is True for a, b in zip(left, right, strict=True))
    if kind == "context":
        return left.keys() == right.keys() and all(equal(left[key], right[key]) is True for key in left)
    if kind in ("time", "date and time"):
        left, right = instant(left), instant(right)
        return (left.tzinfo is None) == (right.tzinfo is None) and bool(left == right)
    if kind == "function":
        return left is right
    return bool(left == right)


def compare(operator: str, left: Any, right: Any) -> bool | None:
    """`< <= > >=` of two values of one ordered kind; null otherwise."""
    kind = kind_of(left)
    if kind != kind_of(right) or kind in ("Null", "boolean", "list", "context", "range", "function"):
        return None
    if kind in ("time", "date and time"):
        left, right = instant(left), instant(right)
        if (left.tzinfo is None) != (right.tzinfo is None):
            return None
    if operator == "<":
        return bool(left < right)
    if operator == "<=":
        return bool(left <= right)
    return bool(left > right) if operator == ">" else bool(left >= right)


def instant(value: time | datetime) -> Any:
    """A time or a date and time on one clock, so that two zones compare; one without a zone as it is."""
    if isinstance(value, time):
        on_a_day = datetime.combine(date(2000, 1, 1), value)
        return on_a_day if value.tzinfo is None else on_a_day.astimezone(UTC)
    return value if value.tzinfo is None else value.astimezone(UTC)


def both(left: bool | None, right: bool | None) -> bool | None:
    """`and` of three truth values."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def within(value: Any, interval: Range) -> bool | None:
    """Whether a value lies in an interval; null where it cannot be compared with an end."""
    if value is None:
        return None
    low = interval.low is None or compare(">=" if interval.low_closed else ">", value, interval.low)
    high = interval.high is None or compare("<=" if interval.high_closed else "<", value, interval.high)
    return both(low, high)
