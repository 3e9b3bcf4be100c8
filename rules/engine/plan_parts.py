"""What is left of tables and scorecards for both executors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from rules.engine.document import LegalCap
from rules.engine.hit_policies import LISTED, ordered_rows
from rules.engine.parsed import ParsedDocument, ParsedScorecard, ParsedTable
from rules.engine.parsed_parts import CELL_INPUT, ParsedText, all_of
from rules.language import Node, Type, substitute
from rules.language.tree import ListOf, Literal, Name
from rules.language.types import OF_CATALOGUE

AMOUNT_CAP, ANNUAL_RATE, TERM_CAP = "amount_cap_minor", "annual_rate", "term_cap_months"


class Lowering(Protocol):
    """How written trees become what executors know."""

    def text(self, text: ParsedText) -> Node:
        """A text's tree."""

    def test(self, test: Node, value: ParsedText) -> Node:
        """A cell's test of `?`, which stands for `value`."""


@dataclass(frozen=True, slots=True)
class PlannedDerived:
    """A derived variable."""

    name: str
    node: Node
    type: Type


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """A row: its place in the document, its condition, and a tree per output."""

    number: int
    condition: Node
    outputs: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """A decision table whose results are names in scope.

    Inputs that are more than a name are worked out once, under names nobody can write; conditions read those.
    """

    name: str
    hit_policy: str
    names: tuple[str, ...]
    """The name of each output."""
    types: tuple[Type, ...]
    """The type of each output's cells."""
    inputs: tuple[tuple[str, Node, Type], ...]
    rows: tuple[PlannedRow, ...]
    """In the order in which they are looked at: the document's, with O that of the allowed values."""
    defaults: tuple[Node | None, ...]
    ranks: tuple[Mapping[Any, int], ...]
    """Per output: the place of each allowed value."""

    @property
    def is_listed(self) -> bool:
        """Whether its results are lists."""
        return self.hit_policy in LISTED

    @property
    def lists(self) -> dict[str, ListOf]:
        """The list each name stands for: a place per row, taken where the row is hit, and one for the default."""
        if not self.is_listed:
            return {}
        guards = tuple(Name(guard_name(self.name, place)) for place in range(len(self.rows)))
        found = {}
        for output, name in enumerate(self.names):
            items = tuple(item_of(self, place, output) for place in range(len(self.rows)))
            default = self.defaults[output]
            if default is None:
                found[name] = ListOf(items, guards)
            else:
                found[name] = ListOf((*items, default), (*guards, Name(guard_name(self.name, None))))
        return found


@dataclass(frozen=True, slots=True)
class PlannedCharacteristic:
    """A characteristic: its value, the name nobody can write that its tests read, and the points of each test."""

    node: Node
    type: Type
    value_name: str
    tests: tuple[Node, ...]
    points: tuple[float, ...]
    missing_points: float | None


@dataclass(frozen=True, slots=True)
class PlannedScorecard:
    """A scorecard whose total is a name in scope."""

    name: str
    initial_points: float
    characteristics: tuple[PlannedCharacteristic, ...]


@dataclass(frozen=True, slots=True)
class PlannedCap:
    """A legal cap: on which of the offer's cells (0 amount, 1 rate, 2 term), and its condition (None: always)."""

    cap: LegalCap
    place: int
    condition: Node | None


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """The offer table: (condition, outputs in the order amount cap, rate, term cap) per row, what was requested, and
    what the law allows."""

    rows: tuple[tuple[Node, tuple[Node, ...]], ...]
    amount_variable: str
    term_variable: str
    caps: tuple[PlannedCap, ...]


Planned = PlannedDerived | PlannedTable | PlannedScorecard


def guard_name(table: str, place: int | None) -> str:
    """What the executors call the truth of a row of a listed table; None: that no row is hit."""
    return f"{table}#{'' if place is None else place}"


def item_of(table: PlannedTable, place: int, output: int) -> Node:
    """A row's result: itself where it is a constant, else under a name nobody can write."""
    node = table.rows[place].outputs[output]
    return node if isinstance(node, Literal) else Name(f"{guard_name(table.name, place)}.{output}")


def planned_table(parsed: ParsedTable, lowering: Lowering) -> PlannedTable:
    """The table without errors, each text lowered to what executors know."""
    table = parsed.table
    ranks = tuple({value: place for place, value in enumerate(output.values)} for output in table.outputs)
    inputs: list[tuple[str, Node, Type]] = []
    read: list[Node] = []
    for number, column in enumerate(parsed.inputs):
        node = lowering.text(column)
        if not isinstance(node, Name):
            name = f"{table.name}?{number}"
            inputs.append((name, node, column.type))
            node = Name(name)
        read.append(node)
    rows = []
    for number, row in enumerate(parsed.rows):
        tests = [
            substitute(lowering.test(test, parsed.inputs[column]), CELL_INPUT, read[column])
            for column, test in row.tests
        ]
        rows.append(PlannedRow(number, all_of(tests), tuple(lowering.text(text) for text in row.outputs)))
    if table.hit_policy == "O":
        values = [tuple(node.value if isinstance(node, Literal) else None for node in row.outputs) for row in rows]
        rows = [rows[number] for number in ordered_rows(values, ranks)]
    return PlannedTable(
        name=table.name,
        hit_policy=table.hit_policy,
        names=parsed.names,
        types=tuple(OF_CATALOGUE[output.type] for output in table.outputs),
        inputs=tuple(inputs),
        rows=tuple(rows),
        defaults=tuple(None if text is None else lowering.text(text) for text in parsed.defaults),
        ranks=ranks,
    )


def planned_scorecard(parsed: ParsedScorecard, lowering: Lowering) -> PlannedScorecard:
    """The scorecard without errors."""
    scorecard = parsed.scorecard
    characteristics = []
    for number, entry in enumerate(parsed.characteristics):
        name = f"{scorecard.name}?{number}"
        told = entry.characteristic
        characteristics.append(
            PlannedCharacteristic(
                node=lowering.text(entry.value),
                type=entry.value.type,
                value_name=name,
                tests=tuple(
                    substitute(lowering.test(test, entry.value), CELL_INPUT, Name(name)) for test in entry.tests
                ),
                points=tuple(taken.points for taken in (*told.special, *told.bins)),
                missing_points=told.missing_points,
            )
        )
    return PlannedScorecard(scorecard.name, scorecard.initial_points, tuple(characteristics))


def planned_offer(parsed: ParsedDocument, lowering: Lowering) -> PlannedOffer | None:
    """The offer of a document without errors; None where it makes none."""
    offer = parsed.document.offer
    if offer is None:
        return None
    table = parsed.tables[offer.table]
    names = [output.name for output in table.table.outputs]
    places = [names.index(name) for name in (AMOUNT_CAP, ANNUAL_RATE, TERM_CAP)]
    rows = tuple(
        (lowering.text(row.condition), tuple(lowering.text(row.outputs[place]) for place in places))
        for row in table.rows
    )
    caps = tuple(
        PlannedCap(cap, _CAPPED.index(cap.of), None if text is None else lowering.text(text))
        for cap, text in parsed.caps
    )
    return PlannedOffer(rows, offer.amount_variable, offer.term_variable, caps)


_CAPPED = ("amount_minor", "annual_rate", "term_months")
