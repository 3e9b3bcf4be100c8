"""A plain Python function over columns: slower than Polars' own, and the same for certain."""

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from rules.language.functions.registry import ColumnForm


def elementwise(function: Callable[..., Any], dtype: type[pl.DataType]) -> ColumnForm:
    """Columns of `function`, called once for each different row without nulls."""

    def column(rows: pl.Series) -> pl.Series:
        known: dict[tuple[Any, ...], Any] = {}
        results = []
        for row in zip(*(field.to_list() for field in rows.struct.unnest().iter_columns()), strict=True):
            if row not in known:
                known[row] = None if None in row else function(*row)
            results.append(known[row])
        return pl.Series(rows.name, results, dtype=dtype)

    def columns(arguments: Sequence[pl.Expr]) -> pl.Expr:
        fields = [argument.alias(str(place)) for place, argument in enumerate(arguments)]
        return pl.struct(fields).map_batches(column, return_dtype=dtype, is_elementwise=True)

    return columns
