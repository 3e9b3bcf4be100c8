"""Python values to FEEL and back."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from rules.dmn.feel.literals import at_literal
from rules.dmn.feel.text import text_from
from rules.dmn.feel.values import CONTEXT, Function, Months, Range
from rules.dmn.problems import DmnInvalid
from rules.dmn.types import ItemType

_TEMPORAL = ("date", "time", "date and time", "days and time duration", "years and months duration")


def from_python(value: object, kind: ItemType) -> Any:
    """A value given by the caller. A text for a date, time or duration is read; a number that is none is null, and so
    is a component left out.

    Raises DmnInvalid for what is no value of FEEL.
    """
    if value is None or isinstance(value, bool | Months | Range):
        return value
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, str):
        return _text(value, kind)
    if isinstance(value, date | time | timedelta):
        is_day = kind.simple() == "date" and isinstance(value, datetime)
        return value.date() if is_day and isinstance(value, datetime) else value
    if isinstance(value, Mapping):
        parts = _components(kind)
        given = {" ".join(str(key).split()): part for key, part in value.items()}
        read = {key: from_python(part, parts.get(key, ItemType())) for key, part in given.items()}
        return {**read, **dict.fromkeys(parts.keys() - read.keys())}
    if isinstance(value, list | tuple):
        return [from_python(item, kind) for item in value]
    raise DmnInvalid(f"A {type(value).__name__} is no value of FEEL.")


def to_python(value: Any) -> object:
    """A value for the caller: durations and intervals as texts, a function as null."""
    if isinstance(value, timedelta | Months | Range):
        text = text_from(value)
        return text if isinstance(value, Range) else text[2:-1]
    if isinstance(value, list):
        return [to_python(item) for item in value]
    if isinstance(value, dict):
        return {key: to_python(part) for key, part in value.items()}
    return None if isinstance(value, Function) else value


def _number(value: int | float | Decimal) -> Decimal | None:
    try:
        number = CONTEXT.create_decimal(repr(value) if isinstance(value, float) else value)
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def _text(value: str, kind: ItemType) -> Any:
    wanted = kind.simple()
    if wanted not in _TEMPORAL:
        return value
    if wanted == "date" and "T" in value:
        moment = at_literal(value)
        return moment.date() if isinstance(moment, datetime) else None
    return at_literal(value)


def _components(kind: ItemType) -> dict[str, ItemType]:
    while kind.target is not None and not kind.components:
        kind = kind.target
    return kind.components
