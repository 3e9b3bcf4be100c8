"""What is left of a parsed document for both executors: trees, levels, names; nothing that only people read."""

from dataclasses import dataclass

from rules.engine.leaves import Leaf, leaves_of
from rules.engine.outcomes import SCORE_NAMES, level_of
from rules.engine.parsed import ParsedDocument, reads_score
from rules.language import Node, Scope, Type, names_in
from rules.language.types import OF_CATALOGUE

AMOUNT_CAP, ANNUAL_RATE, TERM_CAP = "amount_cap_minor", "annual_rate", "term_cap_months"


@dataclass(frozen=True, slots=True)
class PlannedRule:
    """An enabled rule. `level` is None where it changes no outcome."""

    code: str
    node: Node
    names: tuple[str, ...]
    leaves: tuple[Leaf, ...]
    level: int | None
    refers_unknown: bool
    reads_score: bool


@dataclass(frozen=True, slots=True)
class PlannedTable:
    """The offer table: (condition, outputs in the order amount cap, rate, term cap) per row, and what was requested."""

    rows: tuple[tuple[Node, tuple[Node, ...]], ...]
    amount_variable: str
    term_variable: str


@dataclass(frozen=True, slots=True)
class Plan:
    """One rule set, ready to be written for an executor."""

    inputs: tuple[str, ...]
    """Catalogued variables it reads."""
    types: dict[str, Type]
    """Type of each input."""
    derived: tuple[tuple[str, Node, Type], ...]
    rules: tuple[PlannedRule, ...]
    grades: tuple[tuple[str, float], ...]
    table: PlannedTable | None
    default_level: int
    scope: Scope

    @property
    def numbers(self) -> frozenset[str]:
        """Inputs that hold numbers."""
        return frozenset(name for name, kind in self.types.items() if kind is Type.NUMBER)


def plan_of(parsed: ParsedDocument) -> Plan:
    """The plan of a document without errors."""
    document = parsed.document
    rules = tuple(
        PlannedRule(
            code=rule.code,
            node=text.node,
            names=text.names,
            leaves=leaves_of(text.written, text.node, parsed.scope),
            level=level_of(rule.then.outcome, document.stage) if rule.then.outcome else None,
            refers_unknown=rule.on_unknown == "refer",
            reads_score=reads_score(parsed, text),
        )
        for rule, text in parsed.rules
        if rule.enabled
    )
    derived = tuple((entry.name, text.node, text.type) for entry, text in parsed.derived)
    table = _table(parsed)
    inputs = _inputs(parsed, [rule.node for rule in rules] + [node for _, node, _ in derived], table)
    return Plan(
        inputs=inputs,
        types={name: OF_CATALOGUE[parsed.variables[name].type] for name in inputs},
        derived=derived,
        rules=rules,
        grades=tuple((grade.grade, grade.max_pd) for grade in document.grades),
        table=table,
        default_level=level_of(document.default_outcome, document.stage),
        scope=parsed.scope,
    )


def _table(parsed: ParsedDocument) -> PlannedTable | None:
    offer = parsed.document.offer
    if offer is None:
        return None
    table = parsed.tables[offer.table]
    places = [
        next(number for number, output in enumerate(table.table.outputs) if output.name == name)
        for name in (AMOUNT_CAP, ANNUAL_RATE, TERM_CAP)
    ]
    rows = tuple((row.condition.node, tuple(row.outputs[place].node for place in places)) for row in table.rows)
    return PlannedTable(rows, offer.amount_variable, offer.term_variable)


def _inputs(parsed: ParsedDocument, nodes: list[Node], table: PlannedTable | None) -> tuple[str, ...]:
    if table is not None:
        nodes += [node for condition, outputs in table.rows for node in (condition, *outputs)]
    named = [name for node in nodes for name in names_in(node)]
    if table is not None:
        named += [table.amount_variable, table.term_variable]
    derived = {entry.name for entry, _ in parsed.derived}
    return tuple(dict.fromkeys(name for name in named if name not in derived and name not in SCORE_NAMES))
