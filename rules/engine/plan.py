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
    first_distance: int
    """Place of its first leaf's distance among all distances."""
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
    """Catalogued variables it reads, those that hold numbers first."""
    types: dict[str, Type]
    """Type of each input."""
    derived: tuple[tuple[str, Node, Type], ...]
    rules: tuple[PlannedRule, ...]
    grades: tuple[tuple[str, float], ...]
    table: PlannedTable | None
    default_level: int
    scope: Scope
    seen: tuple[str, ...]
    """Every name whose value is kept in the trace: inputs, the score's names, derived variables."""

    whole: frozenset[str]
    """Inputs catalogued as whole numbers."""

    @property
    def number_inputs(self) -> tuple[str, ...]:
        """Inputs that hold numbers."""
        return tuple(name for name in self.inputs if self.types[name] is Type.NUMBER)


def plan_of(parsed: ParsedDocument) -> Plan:
    """The plan of a document without errors."""
    document = parsed.document
    rules = _rules(parsed)
    derived = tuple((entry.name, text.node, text.type) for entry, text in parsed.derived)
    table = _table(parsed)
    inputs = _inputs(parsed, [rule.node for rule in rules] + [node for _, node, _ in derived], table)
    types = {name: OF_CATALOGUE[parsed.variables[name].type] for name in inputs}
    inputs = tuple(sorted(inputs, key=lambda name: types[name] is not Type.NUMBER))
    return Plan(
        inputs=inputs,
        types=types,
        whole=frozenset(name for name in inputs if parsed.variables[name].type == "integer"),
        derived=derived,
        rules=rules,
        grades=tuple((grade.grade, grade.max_pd) for grade in document.grades),
        table=table,
        default_level=level_of(document.default_outcome, document.stage),
        scope=parsed.scope,
        seen=(*inputs, *SCORE_NAMES, *(name for name, _, _ in derived)),
    )


def _rules(parsed: ParsedDocument) -> tuple[PlannedRule, ...]:
    stage = parsed.document.stage
    rules: list[PlannedRule] = []
    distances = 0
    for rule, text in parsed.rules:
        if not rule.enabled:
            continue
        leaves = leaves_of(text.written, text.node, parsed.scope)
        level = level_of(rule.then.outcome, stage) if rule.then.outcome else None
        refers = rule.on_unknown == "refer"
        score = reads_score(parsed, text)
        rules.append(PlannedRule(rule.code, text.node, text.names, leaves, distances, level, refers, score))
        distances += len(leaves)
    return tuple(rules)


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
