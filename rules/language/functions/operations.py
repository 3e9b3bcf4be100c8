"""What `lowered` makes of arithmetic on dates and durations, of their components and of functions on lists: calls that
no text can write, because no name has these signs or ends like that."""

import math
from collections.abc import Callable
from dataclasses import replace
from math import floor, isfinite

import polars as pl

from rules.language.functions import calendar
from rules.language.functions import calendar_columns as columns
from rules.language.functions.elementwise import batched, elementwise
from rules.language.functions.lists import LEAST_AND_GREATEST, LIST_FUNCTIONS, least_or_greatest
from rules.language.functions.numbers import finite_result
from rules.language.functions.registry import ColumnForm, Function
from rules.language.types import Type

DATE, DAYS, MONTHS, NUMBER = Type.DATE, Type.DAYS, Type.MONTHS, Type.NUMBER
_UNITS = {"days": (86_400, None), "hours": (3_600, 24), "minutes": (60, 60), "seconds": (1, 60)}
_MONTH_UNITS = {"years": (12, None), "months": (1, 12)}

power = finite_result(math.pow)
"""math.pow: an error, here None, for zero to a negative power and for a root of a negative number."""


def whole_months(months: float) -> float | None:
    """Without the part of a month, if any."""
    return float(int(months)) if isfinite(months) else None


def _component(divisor: int, modulus: int | None) -> Callable[[float], float | None]:
    def part(duration: float) -> float | None:
        if not isfinite(duration):
            return None
        number = floor(abs(duration)) // divisor
        number = number if modulus is None else number % modulus
        return 0.0 - number if duration < 0 else float(number)

    return part


def _operation(
    name: str,
    parameters: tuple[Type, ...],
    returns: Type,
    plain: Callable[..., object],
    form: ColumnForm,
) -> Function:
    return Function(name, "", "", parameters, returns, plain, form, is_partial=True)


_ARITHMETIC = (
    _operation("number ** number", (NUMBER, NUMBER), NUMBER, power, elementwise(power, pl.Float64)),
    _operation("date + days", (DATE, DAYS), DATE, calendar.plus_days, batched(columns.plus_days, pl.String)),
    _operation("date + months", (DATE, MONTHS), DATE, calendar.plus_months, batched(columns.plus_months, pl.String)),
    _operation(
        "date - date",
        (DATE, DATE),
        DAYS,
        calendar.seconds_between,
        batched(columns.seconds_between, pl.Float64),
    ),
    _operation("whole months", (MONTHS,), MONTHS, whole_months, elementwise(whole_months, pl.Float64)),
)
_DATE_PARTS = tuple(
    _operation(f"date: {part}", (DATE,), NUMBER, plain, batched(columns.component(part), pl.Float64))
    for part, plain in calendar.COMPONENTS.items()
)
_DURATION_PARTS = tuple(
    _operation(f"duration: {part}", (kind,), NUMBER, plain, elementwise(plain, pl.Float64))
    for kind, units in ((DAYS, _UNITS), (MONTHS, _MONTH_UNITS))
    for part, plain in ((name, _component(*unit)) for name, unit in units.items())
)
_ON_PLACES = tuple(
    replace(
        function,
        name=f"{function.name} of places",
        parameters=(Type.BOOLEAN, NUMBER),
        returns=Type.ANY if function.gives_element else function.returns,
        is_variadic=True,
        takes_list=False,
    )
    for function in (*LIST_FUNCTIONS, *LEAST_AND_GREATEST)
)
_ON_DATES = tuple(
    replace(
        function,
        name=f"{function.name} of dates",
        parameters=(Type.BOOLEAN, DATE),
        returns=DATE,
        columns=least_or_greatest(function.name, pl.String),
    )
    for function in LEAST_AND_GREATEST
)
OPERATIONS = (*_ARITHMETIC, *_DATE_PARTS, *_DURATION_PARTS, *_ON_PLACES, *_ON_DATES)
