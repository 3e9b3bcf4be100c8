"""A decision table of a DMN model as a table of a draft: names mapped, cells put in our words, doubts named."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rules.dmn import DmnInvalid, DmnModel, DmnUnknownDecision, DmnUnsupported, read_dmn
from rules.dmn.boxed import DecisionTable, OutputClause
from rules.dmn.feel import tree
from rules.dmn.incoming import CannotSay, language_cell, language_expression, tests_equality
from rules.dmn.model import Decision
from rules.engine.document import Row, RuleSetDocument, Table, TableInput, TableOutput
from scoring.catalogue import Catalogue

_OF_SCORE = ("pd", "score_points", "grade", "business_date")
OutputType = Literal["number", "string", "boolean", "date"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know before the table is taken: `place` as "rule 3, input 2"; an error keeps it out."""

    code: str
    place: str
    what: str
    is_error: bool


@dataclass(slots=True)
class Imported:
    """The table, or None where an error keeps it out, with everything found on the way."""

    table: Table | None
    findings: list[Finding] = field(default_factory=list)


def table_decisions(model: DmnModel) -> list[Decision]:
    """The decisions of a model that are tables."""
    return [each for each in model.decisions.values() if isinstance(each.bare_logic, DecisionTable)]


def names_read(model: DmnModel, decision: Decision) -> list[str]:
    """The names a decision may read: its input data and required decisions. Raises DmnUnsupported."""
    names = []
    for key in decision.required:
        if key in model.knowledge or key in model.services:
            raise DmnUnsupported(
                "A table that calls functions of the model cannot be taken over.", construct="knowledge"
            )
        names.append(model.inputs[key].variable if key in model.inputs else model.decisions[key].variable)
    return names


def names_in_scope(document: RuleSetDocument, catalogue: Catalogue | None) -> dict[str, tuple[str, str]]:
    """What a table of the draft may read: name to its English and Chinese labels."""
    scope = (
        {each.name: (each.en, each.zh) for each in catalogue.of_product(document.product).values()} if catalogue else {}
    )
    for part in (document.parameters, document.derived, document.scorecards):
        scope |= {each.name: (each.en, each.zh) for each in part}
    for table in document.tables:
        several = len(table.outputs) > 1
        scope |= {
            f"{table.name}.{each.name}" if several else table.name: (table.en, table.zh) for each in table.outputs
        }
    return scope | dict.fromkeys(_OF_SCORE, ("", ""))


def name_matched(name: str, scope: Mapping[str, tuple[str, str]]) -> str:
    """The name of ours that a model's name means, by itself or by its label; empty where none does."""
    wanted = _folded(name)
    for ours, labels in scope.items():
        if wanted in {_folded(ours), *(_folded(label) for label in labels if label)}:
            return ours
    return ""


def identifier_of(name: str, taken: Iterable[str], *, otherwise: str) -> str:
    """An identifier for a name with blanks, unlike those taken."""
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")[:56]
    base = plain if plain and not plain[0].isdigit() else f"{otherwise}_{plain}".rstrip("_")
    used = set(taken)
    return next(
        each for number in range(1, 10_000) if (each := base if number == 1 else f"{base}_{number}") not in used
    )


def table_import(
    xml: bytes,
    decision_name: str,
    document: RuleSetDocument,
    catalogue: Catalogue | None,
    mapping: Mapping[str, str] | None = None,
) -> Imported:
    """The table of a decision for a draft. `mapping`: our name for each of the model's; else matched by name or label.

    Raises DmnInvalid, DmnUnsupported, DmnTooLarge or DmnUnknownDecision; what concerns one cell is a finding instead.
    """
    model = read_dmn(xml)
    decision = next((each for each in table_decisions(model) if each.name == decision_name), None)
    if decision is None:
        raise DmnUnknownDecision(f"The model has no decision table “{decision_name}”.", decision=decision_name)
    scope = names_in_scope(document, catalogue)
    chosen = {name: (mapping or {}).get(name) or name_matched(name, scope) for name in names_read(model, decision)}
    reader = _TableImport(chosen, _whole_names(document, catalogue), scope)
    logic = decision.bare_logic
    if not isinstance(logic, DecisionTable):
        raise DmnInvalid(f"The decision “{decision_name}” is no table.")
    taken = {*scope, *(each.name for each in document.tables)}
    table = reader.read(logic, decision.name, identifier_of(decision.name, taken, otherwise="table"))
    kept = None if any(finding.is_error for finding in reader.findings) else table
    return Imported(kept, reader.findings)


def _whole_names(document: RuleSetDocument, catalogue: Catalogue | None) -> set[str]:
    """Names that hold whole numbers, whose equality is safe."""
    variables = catalogue.of_product(document.product).values() if catalogue else ()
    return {each.name for each in (*variables, *document.parameters) if each.type == "integer"}


def _folded(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


class _TableImport:
    def __init__(self, names: dict[str, str], whole: set[str], scope: Mapping[str, tuple[str, str]]) -> None:
        self.names = {name: ours for name, ours in names.items() if ours}
        self.whole = whole
        self.findings: list[Finding] = []
        for name, ours in names.items():
            if not ours or ours not in scope:
                self._found("name_unmapped", "", ours or name)

    def read(self, logic: DecisionTable, label: str, name: str) -> Table | None:
        inputs = [
            TableInput(
                self._expression(clause.expression, f"input {at}"),
                en=(clause.label or clause.text)[:300],
                values="" if clause.allowed is None else self._cell(clause.allowed, f"input {at}"),
            )
            for at, clause in enumerate(logic.inputs, 1)
        ]
        outputs: list[TableOutput] = []
        for at, clause in enumerate(logic.outputs, 1):
            outputs.append(self._output(clause, logic, at, [each.name for each in outputs]))
        rows = [
            Row(
                [self._input_cell(test, at, column, inputs) for column, test in enumerate(rule.tests, 1)],
                [self._expression(node, f"rule {at}, output {column}") for column, node in enumerate(rule.outputs, 1)],
                note=rule.note[:4_000],
            )
            for at, rule in enumerate(logic.rules, 1)
        ]
        if not 1 <= len(rows) <= 2_000:
            self._found("rows", "", str(len(rows)))
            return None
        return Table(name, inputs, outputs, rows, logic.hit_policy, en=label[:300])  # type: ignore[arg-type]

    def _input_cell(self, tests: tree.Tests, at: int, column: int, inputs: list[TableInput]) -> str:
        place = f"rule {at}, input {column}"
        if tests_equality(tests) and inputs[column - 1].expression not in self.whole:
            self._found("equality", place, inputs[column - 1].expression, is_error=False)
        return self._cell(tests, place)

    def _output(self, clause: OutputClause, logic: DecisionTable, at: int, taken: list[str]) -> TableOutput:
        place = f"output {at}"
        kind = clause.type.simple()
        if kind not in ("number", "string", "boolean", "date"):
            kind = _kind_of_cells([rule.outputs[at - 1] for rule in logic.rules])
        if kind is None:
            self._found("output_type", place, clause.name)
        return TableOutput(
            identifier_of(clause.name or clause.label, taken, otherwise="value"),
            type=kind or "string",  # type: ignore[arg-type]  # one of the four, tested above
            en=clause.label or clause.name,
            values=self._values(clause, place),
            default="" if clause.default is None else self._expression(clause.default, place),
        )

    def _values(self, clause: OutputClause, place: str) -> list[float | str | bool]:
        allowed = clause.allowed or clause.type.allowed
        values: list[float | str | bool] = []
        for test in allowed.tests if allowed else ():
            node = test.expression if isinstance(test, tree.ValueTest) else None
            if not isinstance(node, tree.Literal) or node.value is None:
                self._found("output_values", place, clause.allowed_text, is_error=False)
                return []
            values.append(node.value if isinstance(node.value, str | bool) else float(node.value))
        return values

    def _expression(self, node: tree.Node, place: str) -> str:
        try:
            return language_expression(node, self.names)
        except CannotSay as error:
            self._refused(error, place)
            return "null"

    def _cell(self, tests: tree.Tests, place: str) -> str:
        try:
            return language_cell(tests, self.names)
        except CannotSay as error:
            self._refused(error, place)
            return "-"

    def _refused(self, error: CannotSay, place: str) -> None:
        if error.code != "name_unknown" or error.what in self.names:
            self._found(error.code, place, error.what)
        elif not any(found.code == "name_unmapped" and found.what == error.what for found in self.findings):
            self._found("name_unmapped", place, error.what)

    def _found(self, code: str, place: str, what: str, *, is_error: bool = True) -> None:
        self.findings.append(Finding(code, place, what, is_error))


def _kind_of_cells(nodes: list[tree.Node]) -> OutputType | None:
    """The type of a column by its first constant."""
    for node in nodes:
        value = node.operand if isinstance(node, tree.Negative) else node
        if isinstance(value, tree.Literal) and value.value is not None:
            if isinstance(value.value, bool):
                return "boolean"
            return "string" if isinstance(value.value, str) else "number"
    return None
