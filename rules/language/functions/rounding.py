"""Functions that round to so many decimals.

Rounding to the nearest works on value × 10^decimals as a double; rounding up and down asks which double the decimal
number is, so that round up(1.1, 1) is 1.1 although 1.1 × 10 is a little more than 11.
"""

from collections.abc import Callable, Sequence
from math import ceil, floor, inf

import polars as pl

from rules.language.functions.elementwise import batched
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


def round_half_down(value: float, factor: float) -> float:
    """`value` to 1/factor, halves towards zero; infinite where value × factor is."""
    scaled = abs(value) * factor - 0.5
    if scaled == inf:
        return inf
    rounded = ceil(scaled) / factor
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


def round_up(value: float, factor: float) -> float:
    """`value` to 1/factor, away from zero; infinite where value × factor is."""
    return _outwards(value, factor, is_up=True)


def round_down(value: float, factor: float) -> float:
    """`value` to 1/factor, towards zero; infinite where value × factor is."""
    return _outwards(value, factor, is_up=False)


def _outwards(value: float, factor: float, *, is_up: bool) -> float:
    size = abs(value)
    if size * factor == inf:
        return inf
    nearest = round_half_even(size * factor, 1.0)
    near = nearest / factor
    if is_up and near < size:
        near = (nearest + 1.0) / factor
    if not is_up and near > size:
        near = (nearest - 1.0) / factor
    return -near if value < 0 else near


def _factor_of(places: str | float) -> float:
    return 10.0 ** int(float(places))


def _column_factor(expression: pl.Expr) -> pl.Expr:
    return pl.lit(10.0 ** int(pl.select(expression).item()))


def _sign(value: pl.Expr) -> pl.Expr:
    return pl.when(value < 0).then(-1.0).otherwise(1.0)


def _half_up_columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
    value, factor = arguments[0], _column_factor(arguments[1])
    return (value.abs() * factor + 0.5).floor() / (factor + value * 0.0) * _sign(value)


def _half_down_columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
    value, factor = arguments[0], _column_factor(arguments[1])
    return (value.abs() * factor - 0.5).ceil() / (factor + value * 0.0) * _sign(value)


def _half_even_columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
    value, factor = arguments[0], _column_factor(arguments[1])
    return (value * factor).round(0, mode="half_to_even") / (factor + value * 0.0)


def _outwards_columns(is_up: bool) -> Callable[[Sequence[pl.Expr]], pl.Expr]:
    def columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
        factor = _column_factor(arguments[1])

        def of_value(arguments: Sequence[pl.Expr]) -> pl.Expr:
            value = arguments[0]
            size = value.abs()
            nearest = (size * factor).round(0, mode="half_to_even")
            divisor = factor + value * 0.0
            near = nearest / divisor
            moved = (nearest + 1.0 if is_up else nearest - 1.0) / divisor
            return pl.when(near < size if is_up else near > size).then(moved).otherwise(near) * _sign(value)

        return batched(of_value, pl.Float64)(arguments[:1])

    return columns


def _rounding(
    name: str,
    en: str,
    zh: str,
    plain: Callable[[float, float], float],
    columns: Callable[[Sequence[pl.Expr]], pl.Expr],
    examples: tuple[tuple[str, float], ...],
    column_uses: int,
) -> Function:
    helper = plain.__name__
    return Function(
        name,
        en,
        zh,
        (NUMBER, NUMBER),
        NUMBER,
        lambda value, places: plain(value, _factor_of(places)),
        columns,
        examples,
        lambda a, _: f"{helper}({a[0]}, {_factor_of(a[1])!r})",
        column_uses=column_uses,
        whole_numbers=((1, 0, 9),),
    )


ROUNDING_FUNCTIONS = (
    _rounding(
        "round half up",
        "Rounded to so many decimals, halves away from zero.",
        "四舍五入到指定小数位。",
        round_half_up,
        _half_up_columns,
        (("round half up(2.5, 0)", 3.0), ("round half up(-2.5, 0)", -3.0), ("round half up(1.25, 1)", 1.3)),
        3,
    ),
    _rounding(
        "round half even",
        "Rounded to so many decimals, halves to the even neighbour.",
        "舍入到指定小数位，五取偶。",
        round_half_even,
        _half_even_columns,
        (("round half even(2.5, 0)", 2.0), ("round half even(3.5, 0)", 4.0), ("round half even(-2.5, 0)", -2.0)),
        2,
    ),
    _rounding(
        "round half down",
        "Rounded to so many decimals, halves towards zero.",
        "舍入到指定小数位，五舍六入。",
        round_half_down,
        _half_down_columns,
        (("round half down(2.5, 0)", 2.0), ("round half down(-2.5, 0)", -2.0), ("round half down(2.51, 0)", 3.0)),
        3,
    ),
    _rounding(
        "round up",
        "Rounded to so many decimals, away from zero.",
        "按远离零的方向舍入到指定小数位。",
        round_up,
        _outwards_columns(is_up=True),
        (
            ("round up(5.5, 0)", 6.0),
            ("round up(-5.5, 0)", -6.0),
            ("round up(1.1, 1)", 1.1),
            ("round up(-1.126, 2)", -1.13),
        ),
        1,
    ),
    _rounding(
        "round down",
        "Rounded to so many decimals, towards zero.",
        "按趋向零的方向舍入到指定小数位（截断）。",
        round_down,
        _outwards_columns(is_up=False),
        (("round down(5.5, 0)", 5.0), ("round down(-5.5, 0)", -5.0), ("round down(0.29, 2)", 0.29)),
        1,
    ),
)
ROUNDING_HELPERS = {
    function.__name__: function for function in (round_half_up, round_half_even, round_half_down, round_up, round_down)
}
"""What their written source calls."""
