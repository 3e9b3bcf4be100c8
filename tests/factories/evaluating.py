"""One tree in every executor."""

import struct

import polars as pl

from rules.language import Scope, Type, lowered
from rules.language.interpret import interpret
from rules.language.to_columns import columns_of
from rules.language.to_python import python_function

COLUMN_TYPES = {
    Type.NUMBER: pl.Float64,
    Type.DAYS: pl.Float64,
    Type.MONTHS: pl.Float64,
    Type.STRING: pl.String,
    Type.DATE: pl.String,
    Type.BOOLEAN: pl.Boolean,
}


def answers(node, scope, rows, lists=None):
    """Per row (Python, columns, interpreter, interpreter on the tree that keeps its lists)."""
    written, kept = lowered(node, scope, lists), lowered(node, scope, lists, keeps_lists=True)
    names = {name: pl.col(name) for name, held in scope.names.items() if held.type in COLUMN_TYPES}
    schema = {name: COLUMN_TYPES[scope.names[name].type] for name in names}
    frame = pl.DataFrame(rows, schema=schema, strict=False)
    if not names:
        frame = pl.DataFrame({"": [0.0] * len(rows)})
    column = frame.with_columns(value=columns_of(written, names))["value"].to_list()
    function = python_function(written, names)
    return [
        (function(row), from_column, interpret(written, row), interpret(kept, row))
        for row, from_column in zip(rows, column, strict=True)
    ]


def bits(value):
    """A number by its bits, -0 counting as 0; other values as they are."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return struct.pack("<d", float(value) + 0.0)


def one_answer(node, scope, row, lists=None):
    """What all executors say; AssertionError where they differ."""
    [given] = answers(node, scope, [row], lists)
    assert len({(isinstance(value, bool), bits(value)) for value in given}) == 1, given
    return given[0]


EMPTY = Scope({})
