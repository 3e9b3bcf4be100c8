"""A document with every text parsed and typed against the catalogue: where validation and compilation start."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from rules.engine.document import Derived, Parameter, Row, Rule, RuleSetDocument, Table
from rules.engine.outcomes import SCORE_NAMES
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
from scoring.catalogue import Catalogue, Variable

FAILED = Literal(None)
"""Stands for a text that has problems."""


@dataclass(frozen=True, slots=True)
class ParsedText:
    """One text: as written, and with the parameters' values in place of their names."""

    written: Node
    node: Node
    type: Type

    @property
    def names(self) -> tuple[str, ...]:
        """Variables, derived variables and score names it reads."""
        return names_in(self.node)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A table row: one condition (all cells), and a text per output."""

    row: Row
    condition: ParsedText
    outputs: tuple[ParsedText, ...]


@dataclass(frozen=True, slots=True)
class ParsedTable:
    """A table with its rows; only rows with as many cells as columns."""

    table: Table
    rows: tuple[ParsedRow, ...]


@dataclass(slots=True)
class ParsedDocument:
    """Everything parsed, and every problem on the way. Compile only what has no error."""

    document: RuleSetDocument
    variables: dict[str, Variable]
    scope: Scope
    derived: list[tuple[Derived, ParsedText]] = field(default_factory=list)
    rules: list[tuple[Rule, ParsedText]] = field(default_factory=list)
    tables: dict[str, ParsedTable] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def reads(self, text: ParsedText) -> frozenset[str]:
        """Variables and score names the text reads, through derived variables too."""
        through = {derived.name: parsed for derived, parsed in self.derived}
        found: set[str] = set()
        waiting = list(text.names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += through[name].names if name in through else ()
        return frozenset(found)


def document_parse(document: RuleSetDocument, catalogue: Catalogue, *, product: str) -> ParsedDocument:
    """Every text of the document parsed and typed; never raises for what a text says."""
    variables = catalogue.of_product(product)
    names = {name: _held(variable) for name, variable in variables.items()}
    names |= {"pd": Held(Type.NUMBER), "score_points": Held(Type.NUMBER), "grade": _grades(document)}
    names |= {parameter.name: held(parameter.type) for parameter in document.parameters}
    parsed = ParsedDocument(document, variables, Scope(names))
    reader = _Reader(parsed, {parameter.name: parameter for parameter in document.parameters})
    for number, derived in enumerate(document.derived):
        text = reader.text(derived.expression, f"derived/{number}/expression")
        parsed.derived.append((derived, text))
        parsed.scope = parsed.scope.with_names({derived.name: Held(text.type)})
    for number, rule in enumerate(document.rules):
        parsed.rules.append((rule, reader.text(rule.when, f"rules/{number}/when", expected=Type.BOOLEAN)))
    for number, table in enumerate(document.tables):
        parsed.tables[table.name] = reader.table(table, f"tables/{number}")
    return parsed


def _held(variable: Variable) -> Held:
    return held(variable.type, [code.code for code in variable.codes])


def _grades(document: RuleSetDocument) -> Held:
    return Held(Type.STRING, frozenset(grade.grade for grade in document.grades) or None)


def constant_of(parameter: Parameter) -> Literal:
    """The parameter's value as it stands in compiled texts."""
    value = parameter.value
    return Literal(value + 0.0 if isinstance(value, float) else value)


class _Reader:
    def __init__(self, parsed: ParsedDocument, parameters: dict[str, Parameter]) -> None:
        self.parsed = parsed
        self.constants = {name: constant_of(parameter) for name, parameter in parameters.items()}

    def text(self, text: str, path: str, *, expected: Type | None = None) -> ParsedText:
        written = self.tree(parse, text, path)
        return self.typed(written, path, expected) if written is not None else ParsedText(FAILED, FAILED, Type.ANY)

    def tree(self, read: Callable[[str], Node], text: str, path: str) -> Node | None:
        try:
            return read(text)
        except ExpressionInvalid as error:
            self.parsed.problems += at_path(path, error.problems)
            return None

    def typed(self, written: Node, path: str, expected: Type | None) -> ParsedText:
        found, problems = infer(written, self.parsed.scope, expected=expected)
        self.parsed.problems += at_path(path, problems)
        return ParsedText(written, self.with_constants(written), found)

    def with_constants(self, node: Node) -> Node:
        return replaced(node, lambda part: self.constants.get(part.name) if isinstance(part, Name) else None)

    def table(self, table: Table, path: str) -> ParsedTable:
        inputs = [
            self.text(column.expression, f"{path}/inputs/{number}/expression")
            for number, column in enumerate(table.inputs)
        ]
        rows = []
        for number, row in enumerate(table.rows):
            if len(row.when) == len(table.inputs) and len(row.then) == len(table.outputs):
                rows.append(self.row(table, row, inputs, f"{path}/rows/{number}"))
        return ParsedTable(table, tuple(rows))

    def row(self, table: Table, row: Row, inputs: list[ParsedText], path: str) -> ParsedRow:
        tests: list[Node] = []
        for number, (cell, column) in enumerate(zip(row.when, inputs, strict=True)):
            test = self.tree(partial(_cell_of, column.written), cell, f"{path}/when/{number}")
            if test is not None and column.written is not FAILED:
                self.typed(test, f"{path}/when/{number}", Type.BOOLEAN)
                tests.append(test)
        outputs = tuple(
            self.text(cell, f"{path}/then/{number}", expected=held(output.type).type)
            for number, (cell, output) in enumerate(zip(row.then, table.outputs, strict=True))
        )
        written = _all(tests)
        return ParsedRow(row, ParsedText(written, self.with_constants(written), Type.BOOLEAN), outputs)


def _cell_of(value: Node, text: str) -> Node:
    """A cell's test of its column's input; the two together keep the limits of one text."""
    test = substitute(parse_cell(text), "?", value)
    keep_budget(test)
    return test


def _all(tests: list[Node]) -> Node:
    meant = [test for test in tests if test != Literal(True)]
    if not meant:
        return Literal(True)
    return meant[0] if len(meant) == 1 else And(tuple(meant))


def reads_score(parsed: ParsedDocument, text: ParsedText) -> bool:
    """Whether the text depends on the model's score: the rule is a score cut-off."""
    return not parsed.reads(text).isdisjoint(SCORE_NAMES)


def type_is(value: Any, name: str) -> bool:
    """Whether a JSON value is of a catalogue type."""
    if name in ("integer", "number"):
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return is_number and (name == "number" or float(value).is_integer())
    return isinstance(value, bool) if name == "boolean" else isinstance(value, str)
