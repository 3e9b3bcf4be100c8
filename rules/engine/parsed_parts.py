"""The parts of a document that are texts and tables of texts, read one by one: trees, types, problems."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from rules.engine.document import Characteristic, Parameter, Row, Scorecard, Table, TableOutput
from rules.engine.hit_policies import AGGREGATES, LISTED
from rules.engine.problems import Problem, at_path
from rules.language import (
    ExpressionInvalid,
    Held,
    Node,
    Scope,
    Type,
    held,
    infer,
    names_in,
    parse,
    parse_cell,
    substitute,
)
from rules.language.parse import keep_budget
from rules.language.tree import And, Literal, Name, replaced
from rules.language.types import list_of

FAILED = Literal(None)
"""Stands for a text that has problems."""
CELL_INPUT = "?"
"""What a cell's tree calls the input of its column."""


@dataclass(frozen=True)
class ParsedText:
    """One text: as written, and with the parameters' values in place of their names."""

    written: Node
    node: Node
    type: Type

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Variables, definitions and score names it reads."""
        return names_in(self.node)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A table row: one condition (all cells), a text per output, and each cell's test of its input (`?`) by column."""

    row: Row
    condition: ParsedText
    outputs: tuple[ParsedText, ...]
    tests: tuple[tuple[int, Node], ...] = ()
    """(column, test) for the cells that ask something."""


@dataclass(frozen=True)
class ParsedTable:
    """A table with its rows; only rows with as many cells as columns."""

    table: Table
    inputs: tuple[ParsedText, ...]
    rows: tuple[ParsedRow, ...]
    defaults: tuple[ParsedText | None, ...]
    """What each output is where no row is hit; None: unknown."""
    allowed: tuple[Node | None, ...] = ()
    """What every value of each input meets, a condition; None where the table says nothing."""

    @cached_property
    def held(self) -> dict[str, Held]:
        """What each of its names holds."""
        return {name: _held_of(self.table, output) for name, output in zip(self.names, self.table.outputs, strict=True)}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The name of each output in scope."""
        return tuple(output_name(self.table, output) for output in self.table.outputs)

    @cached_property
    def texts(self) -> tuple[ParsedText, ...]:
        """Every text its results depend on."""
        cells = [text for row in self.rows for text in (row.condition, *row.outputs)]
        return (*self.inputs, *cells, *(text for text in self.defaults if text is not None))


@dataclass(frozen=True, slots=True)
class ParsedCharacteristic:
    """A characteristic: its value, and the test (on `?`) of each special code, then of each bin."""

    characteristic: Characteristic
    value: ParsedText
    tests: tuple[Node, ...]
    conditions: tuple[ParsedText, ...]
    """The same tests of the value itself."""


@dataclass(frozen=True)
class ParsedScorecard:
    """A scorecard with its characteristics."""

    scorecard: Scorecard
    characteristics: tuple[ParsedCharacteristic, ...]

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Its name in scope."""
        return (self.scorecard.name,)

    @cached_property
    def texts(self) -> tuple[ParsedText, ...]:
        """Every text its total depends on."""
        return tuple(text for entry in self.characteristics for text in (entry.value, *entry.conditions))


def output_name(table: Table, output: TableOutput) -> str:
    """How expressions call an output of the table."""
    return table.name if len(table.outputs) == 1 else f"{table.name}.{output.name}"


def _held_of(table: Table, output: TableOutput) -> Held:
    if table.hit_policy in AGGREGATES:
        return Held(Type.NUMBER)
    if table.hit_policy in LISTED:
        return Held(list_of(held(output.type).type), places=len(table.rows) + 1)
    codes = [value for value in output.values if isinstance(value, str)]
    return held(output.type, codes)


class PartReader:
    """Reads texts against a scope that grows; collects every problem on the way. One text is parsed once."""

    def __init__(self, scope: Scope, parameters: Iterable[Parameter]) -> None:
        self.scope = scope
        self.problems: list[Problem] = []
        self._constants = {entry.name: constant_of(entry) for entry in parameters}
        self._trees: dict[tuple[Callable[[str], Node], str], Node | ExpressionInvalid] = {}
        self._named: dict[tuple[Callable[[str], Node], str], tuple[str, ...]] = {}

    def add_names(self, more: Mapping[str, Held]) -> None:
        """From here on these names may be read."""
        self.scope = self.scope.with_names(more)

    def text(self, text: str, path: str, *, expected: Type | None = None) -> ParsedText:
        """An expression, typed; FAILED where it cannot be read."""
        written = self._tree(parse, text, path)
        return self._typed(written, path, expected) if written is not None else ParsedText(FAILED, FAILED, Type.ANY)

    def names_of_text(self, text: str) -> list[str]:
        """The names an expression reads; none where it cannot be read."""
        return list(self._names(parse, text))

    def names_of_table(self, table: Table) -> list[str]:
        """The names its inputs, cells and defaults read."""
        found = [name for column in table.inputs for name in self._names(parse, column.expression)]
        for row in table.rows:
            found += [name for cell in row.when for name in self._names(parse_cell, cell)]
            found += [name for cell in row.then for name in self._names(parse, cell)]
        return found + [name for output in table.outputs for name in self._names(parse, output.default)]

    def names_of_scorecard(self, scorecard: Scorecard) -> list[str]:
        """The names its characteristics and bins read."""
        found: list[str] = []
        for entry in scorecard.characteristics:
            found += self._names(parse, entry.expression)
            found += [name for taken in (*entry.special, *entry.bins) for name in self._names(parse_cell, taken.when)]
        return found

    def table(self, table: Table, path: str) -> ParsedTable:
        """A table, its problems placed under `path`."""
        inputs = tuple(
            self.text(column.expression, f"{path}/inputs/{number}/expression")
            for number, column in enumerate(table.inputs)
        )
        allowed = tuple(
            self._test(column.values, value, f"{path}/inputs/{number}/values")[1] if column.values.strip() else None
            for number, (column, value) in enumerate(zip(table.inputs, inputs, strict=True))
        )
        rows = [
            self._row(table, row, inputs, f"{path}/rows/{number}")
            for number, row in enumerate(table.rows)
            if len(row.when) == len(table.inputs) and len(row.then) == len(table.outputs)
        ]
        defaults = tuple(
            self.text(output.default, f"{path}/outputs/{number}/default", expected=held(output.type).type)
            if output.default.strip()
            else None
            for number, output in enumerate(table.outputs)
        )
        return ParsedTable(table, inputs, tuple(rows), defaults, allowed)

    def scorecard(self, scorecard: Scorecard, path: str) -> ParsedScorecard:
        """A scorecard, its problems placed under `path`."""
        parsed = []
        for number, entry in enumerate(scorecard.characteristics):
            place = f"{path}/characteristics/{number}"
            value = self.text(entry.expression, f"{place}/expression")
            places = [f"{place}/special/{index}/when" for index in range(len(entry.special))]
            places += [f"{place}/bins/{index}/when" for index in range(len(entry.bins))]
            taken = zip((*entry.special, *entry.bins), places, strict=True)
            found = [self._test(one.when, value, at) for one, at in taken]
            tests = tuple(test for test, _ in found if test is not None)
            conditions = tuple(
                ParsedText(whole, self._with_constants(whole), Type.BOOLEAN) for _, whole in found if whole is not None
            )
            parsed.append(ParsedCharacteristic(entry, value, tests, conditions))
        return ParsedScorecard(scorecard, tuple(parsed))

    def _row(self, table: Table, row: Row, inputs: tuple[ParsedText, ...], path: str) -> ParsedRow:
        asked: list[tuple[int, Node]] = []
        wholes: list[Node] = []
        for number, (cell, column) in enumerate(zip(row.when, inputs, strict=True)):
            test, whole = self._test(cell, column, f"{path}/when/{number}")
            if test is not None and whole is not None and test != Literal(True):
                asked.append((number, test))
                wholes.append(whole)
        outputs = tuple(
            self.text(cell, f"{path}/then/{number}", expected=held(output.type).type)
            for number, (cell, output) in enumerate(zip(row.then, table.outputs, strict=True))
        )
        written = all_of(wholes)
        return ParsedRow(row, ParsedText(written, self._with_constants(written), Type.BOOLEAN), outputs, tuple(asked))

    def _test(self, cell: str, column: ParsedText, path: str) -> tuple[Node | None, Node | None]:
        """A cell's test of `?` with the parameters' values in it, and of its column's input as written."""
        test = self._tree(parse_cell, cell, path)
        if test is None or column.written is FAILED:
            return None, None
        whole = substitute(test, CELL_INPUT, column.written)
        try:
            keep_budget(whole)
        except ExpressionInvalid as error:
            self.problems += at_path(path, error.problems)
            return None, None
        self._typed(whole, path, Type.BOOLEAN)
        return self._with_constants(test), whole

    def _typed(self, written: Node, path: str, expected: Type | None) -> ParsedText:
        found, problems = infer(written, self.scope, expected=expected)
        self.problems += at_path(path, problems)
        return ParsedText(written, self._with_constants(written), found)

    def _with_constants(self, node: Node) -> Node:
        return replaced(node, lambda part: self._constants.get(part.name) if isinstance(part, Name) else None)

    def _tree(self, read: Callable[[str], Node], text: str, path: str) -> Node | None:
        found = self._read(read, text)
        if isinstance(found, ExpressionInvalid):
            self.problems += at_path(path, found.problems)
            return None
        return found

    def _names(self, read: Callable[[str], Node], text: str) -> tuple[str, ...]:
        if (read, text) not in self._named:
            found = self._read(read, text) if text.strip() else FAILED
            self._named[read, text] = () if isinstance(found, ExpressionInvalid) else names_in(found)
        return self._named[read, text]

    def _read(self, read: Callable[[str], Node], text: str) -> Node | ExpressionInvalid:
        found = self._trees.get((read, text))
        if found is None:
            try:
                found = read(text)
            except ExpressionInvalid as error:
                found = error
            self._trees[read, text] = found
        return found


def constant_of(parameter: Parameter) -> Literal:
    """The parameter's value as it stands in compiled texts."""
    value = parameter.value
    kind = Type.DATE if parameter.type == "date" else None
    return Literal(value + 0.0 if isinstance(value, float) else value, kind)


def all_of(tests: list[Node]) -> Node:
    """One condition of many; none is true."""
    if not tests:
        return Literal(True)
    return tests[0] if len(tests) == 1 else And(tuple(tests))
