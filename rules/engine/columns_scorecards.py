"""Scorecards over a portfolio: a bin per characteristic as a column, its points, and the total."""

from functools import reduce
from operator import add

import polars as pl

from rules.engine.columns_tables import DTYPES, inner_name
from rules.engine.plan_parts import PlannedCharacteristic, PlannedScorecard
from rules.language.to_columns import columns_of, finite


class ColumnScorecard:
    """The expressions of one scorecard over the columns of the names it reads."""

    def __init__(self, scorecard: PlannedScorecard, names: dict[str, pl.Expr]) -> None:
        """Adds the names of its values and of its total to `names`."""
        self.scorecard = scorecard
        for characteristic in scorecard.characteristics:
            names[characteristic.value_name] = pl.col(inner_name(characteristic.value_name))
        self._values = [
            columns_of(entry.node, names).cast(DTYPES.get(entry.type, pl.Float64)).alias(inner_name(entry.value_name))
            for entry in scorecard.characteristics
        ]
        self._tests = [
            [columns_of(test, names).cast(pl.Boolean) for test in entry.tests] for entry in scorecard.characteristics
        ]
        names[scorecard.name] = pl.col(inner_name(scorecard.name))

    def added(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with a column for the total."""
        valued = pl.DataFrame(frame.with_columns(self._values).get_columns())
        parts = [
            self._points(entry, tests) for entry, tests in zip(self.scorecard.characteristics, self._tests, strict=True)
        ]
        total = finite(reduce(add, parts, pl.lit(self.scorecard.initial_points)))
        return frame.hstack(valued.select(total.alias(inner_name(self.scorecard.name))))

    def _points(self, entry: PlannedCharacteristic, tests: list[pl.Expr]) -> pl.Expr:
        """The points of the first test that is not false, none where that one cannot be told."""
        places = [pl.lit(place, dtype=pl.Int32) for place in range(len(tests))]
        hit = pl.min_horizontal(*[pl.when(test).then(place) for test, place in zip(tests, places, strict=True)])
        stop = pl.min_horizontal(
            *[pl.when(test.fill_null(True)).then(place) for test, place in zip(tests, places, strict=True)]
        )
        points = hit.replace_strict(dict(enumerate(entry.points)), default=None, return_dtype=pl.Float64)
        value = pl.col(inner_name(entry.value_name))
        missing = pl.lit(entry.missing_points, dtype=pl.Float64)
        return pl.when(value.is_null()).then(missing).when(hit == stop).then(points)
