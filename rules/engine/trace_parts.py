"""What an evaluation tells of its decision tables and scorecards."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rules.engine.document import Bin, Characteristic, RuleSetDocument
from rules.engine.plan import Plan
from rules.engine.source_scorecards import MISSING_BIN, NO_BIN

__all__ = ["MISSING_BIN", "NO_BIN", "CharacteristicHit", "TableHit", "bin_of", "scorecards_told", "tables_told"]

TableRows = tuple[Sequence[int], Sequence[int]]
"""Rows hit and rows that could not be told, as the executor gives them."""
Taken = tuple[Any, int]
"""A characteristic's value and its bin, as the executor gives them."""


class TableHit(msgspec.Struct, frozen=True):
    """One decision table as it was evaluated. Rows count from 0, in the order of the document."""

    rows: list[int]
    """Rows that were hit (with F the one that speaks)."""
    untold: list[int]
    """Rows that could not be told (with F the one that ended the search)."""
    values: dict[str, Any]
    """The result by output, as its column is named; None is unknown."""

    @property
    def is_default(self) -> bool:
        """No row was hit: the default outputs hold, if there are any."""
        return not (self.rows or self.untold)


class CharacteristicHit(msgspec.Struct, frozen=True):
    """One characteristic of a scorecard as it was evaluated."""

    name: str
    value: Any
    bin: int
    """Place among its special codes and then its bins; MISSING_BIN or NO_BIN where none takes the value."""
    points: float | None
    lost: float | None
    """Points its best bin gives more; 0 or less where none does."""


def tables_told(
    plan: Plan, document: RuleSetDocument, rows: Sequence[TableRows], values: Mapping[str, Any]
) -> dict[str, TableHit]:
    """By table, in the order of the document. `values` are those seen, by name in scope."""
    planned = {table.name: (table, told) for table, told in zip(plan.tables, rows, strict=True)}
    found = {}
    for table in document.tables:
        if table.name in planned:
            entry, (hit, untold) = planned[table.name]
            outputs = [output.name for output in table.outputs]
            results = {output: values[name] for output, name in zip(outputs, entry.names, strict=True)}
            found[table.name] = TableHit(list(hit), list(untold), results)
    return found


def scorecards_told(
    plan: Plan, document: RuleSetDocument, taken: Sequence[Sequence[Taken]]
) -> dict[str, list[CharacteristicHit]]:
    """By scorecard, in the order of the document: every characteristic with its bin and points."""
    planned = {part.name: told for part, told in zip(plan.scorecards, taken, strict=True)}
    return {
        scorecard.name: [
            _characteristic(characteristic, value, place)
            for characteristic, (value, place) in zip(scorecard.characteristics, planned[scorecard.name], strict=True)
        ]
        for scorecard in document.scorecards
    }


def bin_of(characteristic: Characteristic, place: int) -> Bin | None:
    """The bin at a place of CharacteristicHit; None for MISSING_BIN and NO_BIN."""
    return None if place < 0 else [*characteristic.special, *characteristic.bins][place]


def _characteristic(characteristic: Characteristic, value: Any, place: int) -> CharacteristicHit:
    taken = bin_of(characteristic, place)
    points = taken.points if taken else characteristic.missing_points if place == MISSING_BIN else None
    best = max(entry.points for entry in (*characteristic.special, *characteristic.bins))
    return CharacteristicHit(characteristic.name, value, place, points, None if points is None else best - points)
