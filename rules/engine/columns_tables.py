"""Decision tables over a portfolio: truths of the rows as columns, then what the hit policy makes of them.

Flat expressions over materialised truths, never one nested chain: a table may have two thousand rows.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from rules.engine.hit_policies import FIRST
from rules.engine.plan_parts import PlannedTable, guard_name
from rules.language import Type
from rules.language.to_columns import columns_of, finite
from rules.language.tree import Literal

DTYPES: dict[Type, type[pl.DataType]] = {
    Type.NUMBER: pl.Float64,
    Type.STRING: pl.String,
    Type.BOOLEAN: pl.Boolean,
    Type.DATE: pl.String,
}
# Columns of one table's reckoning; no name in scope holds a "?" or "#" of its own.
_HIT, _STOP, _PLACE, _BEST = "? hit", "? stop", "? place", "? best"
_IS_UNTOLD, _IS_LOST, _VALUE = "? is untold", "? is lost", "? value "
_OWN = (_HIT, _STOP, _IS_UNTOLD)


def inner_name(name: str) -> str:
    """What a name's column is called inside, so that it clashes with no rule's code."""
    return f" {name}"


class ColumnTable:
    """The expressions of one table over the columns of the names it reads."""

    def __init__(self, table: PlannedTable, names: dict[str, pl.Expr]) -> None:
        """Adds the names of its inputs and results to `names`."""
        self.table = table
        own = [name for name, _, _ in table.inputs]
        names |= {name: pl.col(inner_name(name)) for name in own}
        self._inputs = [
            columns_of(node, names).cast(DTYPES.get(kind, pl.Float64)).alias(inner_name(name))
            for name, node, kind in table.inputs
        ]
        self._guards = [inner_name(guard_name(table.name, place)) for place in range(len(table.rows))]
        self._truths = [
            columns_of(row.condition, names).cast(pl.Boolean).alias(guard)
            for row, guard in zip(table.rows, self._guards, strict=True)
        ]
        self._cells = [
            [columns_of(node, names).cast(DTYPES[kind]) for node, kind in zip(row.outputs, table.types, strict=True)]
            for row in table.rows
        ]
        self._defaults = [
            pl.lit(None, dtype=DTYPES[kind]) if node is None else columns_of(node, names).cast(DTYPES[kind])
            for node, kind in zip(table.defaults, table.types, strict=True)
        ]
        names |= {name: pl.col(inner_name(name)) for name in table.names}
        if table.is_listed:
            names |= {guard[1:]: pl.col(guard) for guard in [*self._guards, inner_name(guard_name(table.name, None))]}
            names |= {name: pl.col(inner_name(name)) for name, _ in self._items()}

    def added(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with a column for each result; of a listed table, for each of its rows' truths and results."""
        given = frame
        for expression in self._inputs:
            given = pl.DataFrame(given.with_columns(expression).get_columns())
        asked = pl.DataFrame(given.with_columns(self._truths).get_columns())
        asked = asked.with_columns(
            self._first_of([pl.col(guard) for guard in self._guards]).alias(_HIT),
            self._first_of([pl.col(guard).fill_null(True) for guard in self._guards]).alias(_STOP),
            pl.any_horizontal(*[pl.col(guard).is_null() for guard in self._guards]).alias(_IS_UNTOLD),
        )
        is_none = pl.when(pl.col(_STOP).is_null())
        if self.table.is_listed:
            none = is_none.then(True).when(pl.col(_HIT).is_not_null()).then(False)
            items = [cell.alias(inner_name(name)) for name, cell in self._items()]
            return asked.with_columns(none.alias(inner_name(guard_name(self.table.name, None))), *items).drop(*_OWN)
        results = [
            is_none.then(default)
            .when(pl.col(_HIT).is_not_null())
            .then(pl.col(f"{_VALUE}{place}"))
            .alias(inner_name(name))
            for place, (name, default) in enumerate(zip(self.table.names, self._defaults, strict=True))
        ]
        return frame.hstack(_POLICIES[self.table.hit_policy](self, asked).select(results))

    def _items(self) -> list[tuple[str, pl.Expr]]:
        """Results of a list's rows that are no constants, under the names their readers use."""
        return [
            (f"{guard_name(self.table.name, place)}.{output}", self._cells[place][output])
            for place, row in enumerate(self.table.rows)
            for output, node in enumerate(row.outputs)
            if not isinstance(node, Literal)
        ]

    def _first_of(self, tests: Sequence[pl.Expr]) -> pl.Expr:
        """The place of the first test that holds, null for none."""
        places = [pl.when(test).then(pl.lit(place, dtype=pl.Int32)) for place, test in enumerate(tests)]
        return pl.min_horizontal(*places)

    def _valued(self, frame: pl.DataFrame, is_known: pl.Expr, place: str = _HIT) -> pl.DataFrame:
        """The frame with each output of the row at `place`, where it is known to be the one."""
        values = []
        for output in range(len(self.table.names)):
            cells = [pl.when(pl.col(place) == number).then(row[output]) for number, row in enumerate(self._cells)]
            values.append(pl.when(is_known).then(pl.coalesce(*cells)).alias(f"{_VALUE}{output}"))
        return frame.with_columns(values)

    def first(self, frame: pl.DataFrame) -> pl.DataFrame:
        """F: the row stands before any that cannot be told."""
        return self._valued(frame, pl.col(_HIT) == pl.col(_STOP))

    def unique(self, frame: pl.DataFrame) -> pl.DataFrame:
        """U: one row, and no other could be."""
        count = pl.sum_horizontal(*[pl.col(guard).fill_null(True).cast(pl.Int32) for guard in self._guards])
        return self._valued(frame, count == 1)

    def agreed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """A: every other row that is or could be hit gives the same as the first."""
        frame = self._valued(frame, pl.lit(True))
        differs = []
        for number, (guard, row) in enumerate(zip(self._guards, self._cells, strict=True)):
            is_same = pl.all_horizontal(*[cell == pl.col(f"{_VALUE}{place}") for place, cell in enumerate(row)])
            differs.append(pl.col(guard).fill_null(True) & (pl.col(_HIT) != number) & ~is_same.fill_null(False))
        frame = frame.with_columns(pl.any_horizontal(*differs).fill_null(False).alias(_IS_LOST))
        return self._valued(frame, ~pl.col(_IS_LOST))

    def prior(self, frame: pl.DataFrame) -> pl.DataFrame:
        """P: the best rank; unknown where an untold row could be better, or a rank is not known."""
        ranks = [f"{guard} rank" for guard in self._guards]
        frame = frame.with_columns([self._rank(row).alias(rank) for row, rank in zip(self._cells, ranks, strict=True)])
        rows = list(zip(self._guards, ranks, strict=True))
        frame = frame.with_columns(
            pl.min_horizontal(*[pl.when(pl.col(guard)).then(pl.col(rank)) for guard, rank in rows]).alias(_BEST)
        )
        lost = [
            pl.col(guard).fill_null(True) & pl.col(rank).is_null()
            | pl.col(guard).is_null() & (pl.col(rank) < pl.col(_BEST))
            for guard, rank in rows
        ]
        best = self._first_of([pl.col(guard) & (pl.col(rank) == pl.col(_BEST)) for guard, rank in rows])
        is_lost = pl.any_horizontal(*[test.fill_null(False) for test in lost])
        frame = frame.with_columns(best.alias(_PLACE), is_lost.alias(_IS_LOST))
        return self._valued(frame, ~pl.col(_IS_LOST), _PLACE)

    def _rank(self, row: Sequence[pl.Expr]) -> pl.Expr:
        """One whole number that orders as the ranks do from left to right; null where one is not known."""
        rank = pl.lit(0, dtype=pl.Int64)
        for cell, places in zip(row, self.table.ranks, strict=True):
            rank = rank * len(places) + _place_of(cell, places)
        return rank

    def summed(self, frame: pl.DataFrame) -> pl.DataFrame:
        """C+: added from the first row down, as the function does."""
        parts = [pl.when(cell.is_not_null()).then(cell).otherwise(0.0) for cell in self._taken()]
        total = pl.fold(pl.lit(0.0), lambda total, part: total + part, parts)
        return self._aggregated(frame, finite(total), lambda cell: cell != 0.0)

    def least(self, frame: pl.DataFrame) -> pl.DataFrame:
        """C<: an untold row matters if it could be less."""
        return self._aggregated(frame, pl.min_horizontal(*self._taken()), lambda cell: cell < pl.col(f"{_VALUE}0"))

    def greatest(self, frame: pl.DataFrame) -> pl.DataFrame:
        """C>: an untold row matters if it could be greater."""
        return self._aggregated(frame, pl.max_horizontal(*self._taken()), lambda cell: cell > pl.col(f"{_VALUE}0"))

    def _taken(self) -> list[pl.Expr]:
        return [pl.when(pl.col(guard)).then(cell) for guard, (cell,) in zip(self._guards, self._cells, strict=True)]

    def _aggregated(self, frame: pl.DataFrame, found: pl.Expr, matters: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
        """What is found, unknown where a row hit gives nothing known or an untold one's result matters."""
        value = pl.col(f"{_VALUE}0")
        frame = frame.with_columns(found.alias(f"{_VALUE}0"))
        lost = [
            (pl.col(guard).fill_null(False) & cell.is_null())
            | (pl.col(guard).is_null() & matters(cell).fill_null(True))
            for guard, (cell,) in zip(self._guards, self._cells, strict=True)
        ]
        return frame.with_columns(pl.when(~pl.any_horizontal(*lost)).then(value).alias(f"{_VALUE}0"))

    def counted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """C#: nothing could be hit beside what is."""
        count = pl.sum_horizontal(*[pl.col(guard).cast(pl.Float64) for guard in self._guards])
        return frame.with_columns(pl.when(~pl.col(_IS_UNTOLD)).then(count).alias(f"{_VALUE}0"))


def _place_of(cell: pl.Expr, places: Mapping[Any, int]) -> pl.Expr:
    tests = [pl.when(cell == value).then(pl.lit(place, dtype=pl.Int64)) for value, place in places.items()]
    return pl.coalesce(*tests)


_POLICIES = {
    FIRST: ColumnTable.first,
    "U": ColumnTable.unique,
    "A": ColumnTable.agreed,
    "P": ColumnTable.prior,
    "C+": ColumnTable.summed,
    "C<": ColumnTable.least,
    "C>": ColumnTable.greatest,
    "C#": ColumnTable.counted,
}
