"""Functions on numbers."""

from collections.abc import Callable, Sequence
from math import floor, inf

import polars as pl

from rules.language.functions.registry import Function
from rules.language.types import Type

NUMBER = Type.NUMBER


def round_half_up(value: float, factor: float) -> float:
    """`value` to 1/factor, halves away from zero; infinite where value × factor is."""
    scaled = abs(value) * factor + 0.5
    if scaled == inf:
        return inf
    rounded = floor(scaled) / factor
    return -rounded if value < 0 else rounded


def round_half_even(value: float, factor: float) -> float:
    """`value` to 1/factor, halves to the even neighbour; infinite where value × factor is."""
    scaled = value * factor
    if scaled in (inf, -inf):
        return inf
    low = float(floor(scaled))
    rest = scaled - low
    is_up = rest > 0.5 or (rest == 0.5 and low / 2.0 != floor(low / 2.0))
    return (low + 1.0) / factor if is_up else low / factor


def _factor(arguments: Sequence[str]) -> str:
    return repr(10.0 ** int(float(arguments[1])))


def _column_factor(expression: pl.Expr) -> pl.Expr:
    return pl.lit(10.0 ** int(pl.select(expression).item()))


def _half_up_columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
    value, factor = arguments[0], _column_factor(arguments[1])
    sign = pl.when(value < 0).then(-1.0).otherwise(1.0)
    return (value.abs() * factor + 0.5).floor() / (factor + value * 0.0) * sign


def _half_even_columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
    value, factor = arguments[0], _column_factor(arguments[1])
    return (value * factor).round(0, mode="half_to_even") / (factor + value * 0.0)


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
        lambda a, _: f"abs({a[0]})",
        lambda a: a[0].abs(),
        (("abs(-3)", 3.0), ("abs(2.5)", 2.5)),
    ),
    Function(
        "min",
        "The smallest of the numbers; unknown if one of them is.",
        "各数中最小的；其中有未知则结果未知。",
        (NUMBER, NUMBER),
        NUMBER,
        lambda a, _: f"min({', '.join(a)})",
        _all_finite(pl.min_horizontal),
        (("min(3, 1, 2)", 1.0), ("min(3, null)", None)),
        column_uses=2,
        is_variadic=True,
    ),
    Function(
        "max",
        "The largest of the numbers; unknown if one of them is.",
        "各数中最大的；其中有未知则结果未知。",
        (NUMBER, NUMBER),
        NUMBER,
        lambda a, _: f"max({', '.join(a)})",
        _all_finite(pl.max_horizontal),
        (("max(3, 1, 2)", 3.0), ("max(3, null)", None)),
        column_uses=2,
        is_variadic=True,
    ),
    Function(
        "floor",
        "The next whole number below.",
        "向下取整。",
        (NUMBER,),
        NUMBER,
        lambda a, _: f"(floor({a[0]}) + 0.0)",
        lambda a: a[0].floor() + 0.0,
        (("floor(1.9)", 1.0), ("floor(-1.1)", -2.0)),
    ),
    Function(
        "ceiling",
        "The next whole number above.",
        "向上取整。",
        (NUMBER,),
        NUMBER,
        lambda a, _: f"(ceil({a[0]}) + 0.0)",
        lambda a: a[0].ceil() + 0.0,
        (("ceiling(1.1)", 2.0), ("ceiling(-1.9)", -1.0)),
    ),
    Function(
        "round half up",
        "Rounded to so many decimals, halves away from zero.",
        "四舍五入到指定小数位。",
        (NUMBER, NUMBER),
        NUMBER,
        lambda a, _: f"round_half_up({a[0]}, {_factor(a)})",
        _half_up_columns,
        (("round half up(2.5, 0)", 3.0), ("round half up(-2.5, 0)", -3.0), ("round half up(1.25, 1)", 1.3)),
        column_uses=3,
        whole_numbers=((1, 0, 9),),
    ),
    Function(
        "round half even",
        "Rounded to so many decimals, halves to the even neighbour.",
        "舍入到指定小数位，五取偶。",
        (NUMBER, NUMBER),
        NUMBER,
        lambda a, _: f"round_half_even({a[0]}, {_factor(a)})",
        _half_even_columns,
        (("round half even(2.5, 0)", 2.0), ("round half even(3.5, 0)", 4.0), ("round half even(-2.5, 0)", -2.0)),
        column_uses=2,
        whole_numbers=((1, 0, 9),),
    ),
)
