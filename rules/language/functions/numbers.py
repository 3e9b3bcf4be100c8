"""Functions on numbers."""

from collections.abc import Callable, Sequence
from math import ceil, exp, floor, inf, isfinite, log, sqrt

import polars as pl

from rules.language.division import divided
from rules.language.functions.elementwise import batched, elementwise
from rules.language.functions.registry import Function
from rules.language.types import Type

NUMBER = Type.NUMBER
_ORDERED = (NUMBER, Type.DATE, Type.DAYS, Type.MONTHS)


def finite_result(function: Callable[..., float]) -> Callable[..., float | None]:
    """`function`, with None where an argument is not finite, it has no value there, or its value is too large."""

    def total(*arguments: float) -> float | None:
        try:
            value = function(*arguments) if all(map(isfinite, arguments)) else inf
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        return value + 0.0 if isfinite(value) else None

    return total


exponential, logarithm = finite_result(exp), finite_result(log)


def square_root(value: float) -> float | None:
    """None below zero."""
    return sqrt(value) if value >= 0 else None


def modulo(dividend: float, divisor: float) -> float | None:
    """dividend − divisor × floor(dividend / divisor): of the sign of the divisor. None for a divisor of zero."""
    dividend, divisor = float(dividend), float(divisor)
    if divisor == 0:
        return None
    quotient = dividend / divisor
    return dividend - divisor * floor(quotient) if isfinite(quotient) else None


def _modulo_columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
    dividend, divisor = arguments
    return dividend - divisor * divided(dividend, divisor).floor()


def _all_finite(pick: Callable[..., pl.Expr]) -> Callable[[Sequence[pl.Expr]], pl.Expr]:
    """`pick` leaves nulls out and prefers a number to an infinity; here one of them makes the result null."""
    return lambda arguments: pl.when(pl.all_horizontal(a.is_finite() for a in arguments)).then(pick(*arguments))


NUMBER_FUNCTIONS = (
    Function(
        "abs",
        "The number without its sign.",
        "数字的绝对值。",
        (NUMBER,),
        NUMBER,
        abs,
        lambda a: a[0].abs(),
        (("abs(-3)", 3.0), ("abs(2.5)", 2.5)),
        lambda a, _: f"abs({a[0]})",
    ),
    Function(
        "min",
        "The smallest of the numbers, dates or durations, or of a list of them; unknown if one of them is.",
        "各数字、日期或时长（或其列表）中最小的；其中有未知则结果未知。",
        (NUMBER, NUMBER),
        NUMBER,
        min,
        _all_finite(pl.min_horizontal),
        (("min(3, 1, 2)", 1.0), ("min(3, null)", None), ("min([3, 1, 2])", 1.0)),
        lambda a, _: f"min({', '.join(a)})",
        column_uses=2,
        is_variadic=True,
        values=_ORDERED,
        gives_element=True,
    ),
    Function(
        "max",
        "The largest of the numbers, dates or durations, or of a list of them; unknown if one of them is.",
        "各数字、日期或时长（或其列表）中最大的；其中有未知则结果未知。",
        (NUMBER, NUMBER),
        NUMBER,
        max,
        _all_finite(pl.max_horizontal),
        (("max(3, 1, 2)", 3.0), ("max(3, null)", None), ('max(@"2026-01-31", @"2026-02-01")', "2026-02-01")),
        lambda a, _: f"max({', '.join(a)})",
        column_uses=2,
        is_variadic=True,
        values=_ORDERED,
        gives_element=True,
    ),
    Function(
        "floor",
        "The next whole number below.",
        "向下取整。",
        (NUMBER,),
        NUMBER,
        lambda value: floor(value) + 0.0,
        lambda a: a[0].floor() + 0.0,
        (("floor(1.9)", 1.0), ("floor(-1.1)", -2.0)),
        lambda a, _: f"(floor({a[0]}) + 0.0)",
    ),
    Function(
        "ceiling",
        "The next whole number above.",
        "向上取整。",
        (NUMBER,),
        NUMBER,
        lambda value: ceil(value) + 0.0,
        lambda a: a[0].ceil() + 0.0,
        (("ceiling(1.1)", 2.0), ("ceiling(-1.9)", -1.0)),
        lambda a, _: f"(ceil({a[0]}) + 0.0)",
    ),
    Function(
        "modulo",
        "What is left of the first number after division by the second; it has the sign of the second.",
        "第一个数除以第二个数的余数，符号与第二个数相同。",
        (NUMBER, NUMBER),
        NUMBER,
        modulo,
        batched(_modulo_columns, pl.Float64),
        (("modulo(12, 5)", 2.0), ("modulo(-12, 5)", 3.0), ("modulo(12, 0)", None)),
        is_partial=True,
    ),
    Function(
        "sqrt",
        "The square root; unknown for a negative number.",
        "平方根；负数则结果未知。",
        (NUMBER,),
        NUMBER,
        square_root,
        lambda a: a[0].sqrt(),
        (("sqrt(16)", 4.0), ("sqrt(-1)", None)),
        is_partial=True,
    ),
    Function(
        "exp",
        "Euler's number to the power of the number.",
        "自然常数的该次幂。",
        (NUMBER,),
        NUMBER,
        exponential,
        elementwise(exponential, pl.Float64),
        (("exp(0)", 1.0), ("exp(1000)", None)),
        is_partial=True,
    ),
    Function(
        "log",
        "The natural logarithm; unknown for zero and below.",
        "自然对数；零或负数则结果未知。",
        (NUMBER,),
        NUMBER,
        logarithm,
        elementwise(logarithm, pl.Float64),
        (("log(1)", 0.0), ("log(0)", None)),
        is_partial=True,
    ),
)
