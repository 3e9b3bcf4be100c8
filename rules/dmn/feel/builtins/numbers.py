"""Functions of numbers (table 75), and conversions to numbers and texts."""

import re
from collections.abc import Callable
from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from typing import Any

from rules.dmn.feel.builtins.registry import builtin, number_of, of_kind, single, text_of, whole_of
from rules.dmn.feel.text import text_from
from rules.dmn.feel.values import Months


def _rounded(number: Any, scale: Any, rounding: str) -> Decimal:
    digits = whole_of(scale)
    if not -6111 <= digits <= 6176:
        raise ValueError(digits)
    value = number_of(number)
    if -int(value.as_tuple().exponent) <= digits:
        return value
    shifted = value.scaleb(digits).to_integral_value(rounding=rounding).scaleb(-digits)
    return +shifted


def _register(name: str, rounding: str, signatures: tuple[str, ...], scale: Decimal | None = None) -> None:
    def run(number: Any, digits: Any = scale) -> Decimal:
        return _rounded(number, digits, rounding)

    builtin(name, *signatures)(run)


_register("decimal", ROUND_HALF_EVEN, ("n, scale",))
_register("floor", ROUND_FLOOR, ("n, scale?",), Decimal(0))
_register("ceiling", ROUND_CEILING, ("n, scale?",), Decimal(0))
_register("round up", ROUND_UP, ("n, scale?",), Decimal(0))
_register("round down", ROUND_DOWN, ("n, scale?",), Decimal(0))
_register("round half up", ROUND_HALF_UP, ("n, scale?",), Decimal(0))
_register("round half down", ROUND_HALF_DOWN, ("n, scale?",), Decimal(0))
_register("round half even", ROUND_HALF_EVEN, ("n, scale?",), Decimal(0))


@builtin("abs", "number")
def absolute(number: Any) -> Any:
    value = of_kind(number, "number", "days and time duration", "years and months duration")
    return Months(abs(value.months)) if isinstance(value, Months) else abs(value)


@builtin("modulo", "dividend, divisor")
def modulo(dividend: Any, divisor: Any) -> Decimal:
    left, right = number_of(dividend), number_of(divisor)
    return left - right * (left / right).to_integral_value(rounding=ROUND_FLOOR)


def _of_number(name: str, rule: Callable[[Decimal], Any]) -> None:
    builtin(name, "number")(lambda number: rule(number_of(number)))


_of_number("sqrt", Decimal.sqrt)
_of_number("exp", Decimal.exp)
_of_number("log", lambda number: number.ln() if number > 0 else None)
_of_number("odd", lambda number: number % 2 in (1, -1) if number == number.to_integral_value() else False)
_of_number("even", lambda number: number % 2 == 0)


@builtin("number", "from, grouping separator?, decimal separator?")
def number_from(text: Any, grouping: Any = None, decimal: Any = None) -> Decimal:
    if isinstance(single(text), Decimal):
        return number_of(text)
    value = text_of(text)
    group, point = (None if mark is None else text_of(mark) for mark in (grouping, decimal))
    if group not in (None, " ", ",", ".") or point not in (None, ",", ".") or (point is not None and group == point):
        raise ValueError("separators")
    if group:
        value = value.replace(group, "")
    if point:
        if point != "." and "." in value:
            raise ValueError(value)
        value = value.replace(point, ".")
    if not re.fullmatch(r"-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", value, re.ASCII):
        raise ValueError(value)
    return +Decimal(value)


@builtin("string", "from")
def string_from(value: Any) -> str | None:
    return None if value is None else text_from(value, is_nested=False)


@builtin("not", "negand")
def negation(value: Any) -> bool:
    return not of_kind(value, "boolean")


@builtin("years and months duration", "from, to")
def years_and_months_between(start: Any, end: Any) -> Months:
    first, last = (of_kind(value, "date", "date and time") for value in (start, end))
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    elif months < 0 and last.day > first.day:
        months += 1
    return Months(months)
