"""Functions on lists.

A list's places are known when it is compiled (`tree.ListOf`), so each function takes, for every place, a guard (is the
place taken?) and a value, and never a list. A guard that is unknown makes the result unknown.
"""

from collections.abc import Callable, Sequence
from math import isfinite
from operator import add
from typing import Any, TypeVar

import polars as pl

from rules.language.division import divided
from rules.language.functions.elementwise import batched
from rules.language.functions.registry import ColumnForm, Function
from rules.language.types import Type

NUMBER = Type.NUMBER
_LENGTHS = (NUMBER, Type.DAYS, Type.MONTHS)
T = TypeVar("T")


def in_pairs(join: Callable[[T, T], T], items: Sequence[T]) -> T:
    """The items joined as a tree of pairs: no deeper than the logarithm of their number, and always in this order."""
    level = list(items)
    while len(level) > 1:
        pairs = [join(one, other) for one, other in zip(level[::2], level[1::2], strict=False)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def _of_known(reduce: Callable[[list[bool], list[Any]], Any]) -> Callable[..., Any]:
    """`reduce` of guards and values: None where none is taken, one is unknown, or the result is not finite."""

    def total(*arguments: Any) -> Any:
        guards, values = list(arguments[::2]), list(arguments[1::2])
        if None in guards or not any(guards):
            return None
        if any(guard and value is None for guard, value in zip(guards, values, strict=True)):
            return None
        result = reduce(guards, values)
        return None if isinstance(result, float) and not isfinite(result) else result

    return total


def _taken(guards: list[bool], values: list[Any]) -> list[Any]:
    return [value for guard, value in zip(guards, values, strict=True) if guard]


def _sum(guards: list[bool], values: list[float]) -> float:
    """An absent place adds 0, so that the order of additions is that of the columns."""
    return in_pairs(add, [float(value) if guard else 0.0 for guard, value in zip(guards, values, strict=True)])


def _median(guards: list[bool], values: list[float]) -> float:
    ordered = sorted(_taken(guards, values))
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return float(high) if len(ordered) % 2 else (float(low) + float(high)) / 2.0


def count_taken(*arguments: Any) -> float | None:
    """How many places are taken, whether what they hold is known or not."""
    guards = arguments[::2]
    return None if None in guards else float(sum(guards))


Columns = list[pl.Expr]


def _columns(reduce: Callable[[Columns, Columns], pl.Expr], dtype: type[pl.DataType] = pl.Float64) -> ColumnForm:
    """`reduce` gets guards and values; what it gives is finite or null, and counts where all of them are known."""

    def columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
        guards, values = list(arguments[::2]), list(arguments[1::2])
        places = zip(guards, values, strict=True)
        known = [guard.is_not_null() & (~guard | value.is_not_null()) for guard, value in places]
        return pl.when(pl.all_horizontal(known) & pl.any_horizontal(guards)).then(reduce(guards, values))

    return batched(columns, dtype)


def _sum_columns(guards: Columns, values: Columns) -> pl.Expr:
    return in_pairs(add, [pl.when(g).then(v).otherwise(0.0) for g, v in zip(guards, values, strict=True)])


def _number_columns(guards: Columns) -> pl.Expr:
    return in_pairs(add, [pl.when(guard).then(1.0).otherwise(0.0) for guard in guards])


def _finite(expression: pl.Expr) -> pl.Expr:
    return pl.when(expression.is_finite()).then(expression)


def _kept(guards: Columns, values: Columns) -> Columns:
    return [pl.when(guard).then(value) for guard, value in zip(guards, values, strict=True)]


def _median_columns(guards: Columns, values: Columns) -> pl.Expr:
    ordered = pl.concat_list(_kept(guards, values)).list.drop_nulls().list.sort()
    number = ordered.list.len().cast(pl.Int64)
    low = ordered.list.get((number - 1) // 2, null_on_oob=True)
    high = ordered.list.get(number // 2, null_on_oob=True)
    return pl.when(number % 2 == 1).then(high).otherwise(_finite((low + high) / 2.0))


def _count_columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
    guards = list(arguments[::2])
    return pl.when(pl.all_horizontal(guard.is_not_null() for guard in guards)).then(_number_columns(guards))


def least_or_greatest(name: str, dtype: type[pl.DataType] = pl.Float64) -> ColumnForm:
    """Columns of min or max of a list."""
    pick = pl.min_horizontal if name == "min" else pl.max_horizontal
    return _columns(lambda guards, values: pick(_kept(guards, values)), dtype)


LIST_FUNCTIONS = (
    Function(
        "sum",
        "The sum of the values of a list; unknown if one of them is, and of an empty list.",
        "列表中各值之和；其中有未知或列表为空则结果未知。",
        (Type.ANY,),
        NUMBER,
        _of_known(_sum),
        _columns(lambda guards, values: _finite(_sum_columns(guards, values))),
        (("sum([1, 2, 3])", 6.0), ("sum(1, 2, 3)", 6.0), ("sum([1, null])", None), ("sum([])", None)),
        is_strict=False,
        takes_list=True,
        values=_LENGTHS,
        gives_element=True,
    ),
    Function(
        "count",
        "How many values a list has, unknown ones included.",
        "列表中值的个数，含未知值。",
        (Type.ANY,),
        NUMBER,
        count_taken,
        batched(_count_columns, pl.Float64),
        (("count([1, 2, 3])", 3.0), ("count([])", 0.0), ("count([1, null])", 2.0)),
        is_strict=False,
        takes_list=True,
    ),
    Function(
        "mean",
        "The sum of the numbers of a list divided by their number; unknown if one of them is, and of an empty list.",
        "列表中各数字的平均值；其中有未知或列表为空则结果未知。",
        (Type.ANY,),
        NUMBER,
        _of_known(lambda guards, values: _sum(guards, values) / sum(guards)),
        _columns(lambda guards, values: _finite(divided(_sum_columns(guards, values), _number_columns(guards)))),
        (("mean([1, 2, 3])", 2.0), ("mean(1, 2)", 1.5), ("mean([])", None)),
        is_strict=False,
        takes_list=True,
        values=(NUMBER,),
    ),
    Function(
        "median",
        "The middle number of a list in order, or the mean of the two in the middle; unknown if a number is unknown.",
        "列表中各数字按大小排列后居中的数，或居中两数的平均；其中有未知则结果未知。",
        (Type.ANY,),
        NUMBER,
        _of_known(_median),
        _columns(_median_columns),
        (("median([8, 2, 5, 3, 4])", 4.0), ("median(6, 1, 2, 3)", 2.5), ("median([])", None)),
        is_strict=False,
        takes_list=True,
        values=(NUMBER,),
    ),
    Function(
        "list contains",
        "Whether a list holds the value, as with in; unknown where an unknown value could be it.",
        "列表是否包含该值，与 in 相同；若未知值可能相等则结果未知。",
        (Type.ANY, Type.ANY),
        Type.BOOLEAN,
        count_taken,
        batched(_count_columns, pl.Float64),
        (
            ("list contains([1, 2, 3], 2)", True),
            ("list contains([1, 2], 3)", False),
            ("list contains([1, null], 3)", None),
        ),
        is_strict=False,
        takes_list=True,
        has_member=True,
    ),
)
LEAST_AND_GREATEST = (
    Function(
        "min",
        "",
        "",
        (Type.ANY,),
        Type.ANY,
        _of_known(lambda guards, values: min(_taken(guards, values))),
        least_or_greatest("min"),
        is_strict=False,
    ),
    Function(
        "max",
        "",
        "",
        (Type.ANY,),
        Type.ANY,
        _of_known(lambda guards, values: max(_taken(guards, values))),
        least_or_greatest("max"),
        is_strict=False,
    ),
)
"""How min and max do it on a list: on two numbers they are simpler."""
