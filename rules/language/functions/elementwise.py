"""Columns worked out behind one call, so that each argument stands in the expression once.

Polars writes an argument out wherever an expression uses it: nested, a few uses become millions of nodes.
"""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from rules.language.functions.registry import ColumnForm


def batched(form: ColumnForm, dtype: type[pl.DataType]) -> ColumnForm:
    """`form`, which may use its arguments as often as it likes, on columns."""

    def column(rows: pl.Series) -> pl.Series:
        frame = rows.struct.unnest()
        return frame.select(form([pl.col(name) for name in frame.columns]).alias(rows.name)).to_series()

    return _of_struct(column, dtype)


def elementwise(function: Callable[..., Any], dtype: type[pl.DataType]) -> ColumnForm:
    """Columns of a plain Python function, called once for each different row without nulls: slower than Polars' own
    functions, and the same as elsewhere for certain."""

    def column(rows: pl.Series) -> pl.Series:
        known: dict[tuple[Any, ...], Any] = {}
        results = []
        for row in zip(*(field.to_list() for field in rows.struct.unnest().iter_columns()), strict=True):
            if row not in known:
                known[row] = None if None in row else function(*row)
            results.append(known[row])
        return pl.Series(rows.name, results, dtype=dtype)

    return _of_struct(column, dtype)


def _of_struct(column: Callable[[pl.Series], pl.Series], dtype: type[pl.DataType]) -> ColumnForm:
    def columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
        fields = [argument.alias(str(place)) for place, argument in enumerate(arguments)]
        return pl.struct(fields).map_batches(column, return_dtype=dtype, is_elementwise=True)

    return columns
