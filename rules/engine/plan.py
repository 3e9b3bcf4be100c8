"""What is left of a parsed document for both executors: trees, levels, names; nothing that only people read."""

from collections.abc import Iterable
from dataclasses import dataclass

from rules.engine.leaves import Leaf, leaves_of
from rules.engine.outcomes import BUSINESS_DATE, SCORE_NAMES, level_of
from rules.engine.parsed import ParsedDocument, ParsedText, reads_score, scorecards_read
from rules.engine.parsed_parts import CELL_INPUT
from rules.engine.plan_parts import (
    AMOUNT_CAP,
    ANNUAL_RATE,
    TERM_CAP,
    Planned,
    PlannedDerived,
    PlannedOffer,
    PlannedScorecard,
    PlannedTable,
    planned_offer,
    planned_scorecard,
    planned_table,
)
from rules.language import Held, Node, Scope, Type
from rules.language.lower import lowered
from rules.language.tree import (
    And,
    Arithmetic,
    Between,
    Comparison,
    If,
    In,
    Interval,
    ListOf,
    Literal,
    Name,
    Negate,
    Not,
    Or,
    walk,
)
from rules.language.types import OF_CATALOGUE

__all__ = ["AMOUNT_CAP", "ANNUAL_RATE", "TERM_CAP", "Plan", "PlannedRule", "plan_of"]

_PLAIN_TYPES = frozenset({Type.NUMBER, Type.STRING, Type.BOOLEAN})
_PLAIN_NODES = frozenset({Literal, Negate, Arithmetic, Comparison, Between, Interval, In, And, Or, Not, If})


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
    scorecards: tuple[str, ...]
    """Scorecards whose totals it reads, through other definitions too."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One rule set, ready to be written for an executor."""

    inputs: tuple[str, ...]
    """Catalogued variables it reads, those that hold numbers first."""
    types: dict[str, Type]
    """Type of each input."""
    computed: tuple[Planned, ...]
    """Derived variables, tables and scorecards, each behind what it reads."""
    rules: tuple[PlannedRule, ...]
    grades: tuple[tuple[str, float], ...]
    offer: PlannedOffer | None
    default_level: int
    scope: Scope
    seen: tuple[str, ...]
    """Every name whose value is kept in the trace: inputs, the score's names, the business date where it is read,
    derived variables, results of tables, totals of scorecards."""

    whole: frozenset[str]
    """Inputs catalogued as whole numbers."""
    reads_date: bool
    """Whether the document reads the business date, or has legal caps, which do."""

    @property
    def number_inputs(self) -> tuple[str, ...]:
        """Inputs that hold numbers."""
        return tuple(name for name in self.inputs if self.types[name] is Type.NUMBER)

    @property
    def fractions(self) -> frozenset[str]:
        """Inputs that hold numbers which need not be whole: only they can be infinite or NaN."""
        return frozenset(name for name in self.inputs if self.types[name] is Type.NUMBER) - self.whole

    @property
    def derived(self) -> tuple[tuple[str, Node, Type], ...]:
        """Derived variables, each behind those it reads."""
        return tuple((part.name, part.node, part.type) for part in self.computed if isinstance(part, PlannedDerived))

    @property
    def tables(self) -> tuple[PlannedTable, ...]:
        """Decision tables, each behind those it reads."""
        return tuple(part for part in self.computed if isinstance(part, PlannedTable))

    @property
    def scorecards(self) -> tuple[PlannedScorecard, ...]:
        """Scorecards, each behind those it reads."""
        return tuple(part for part in self.computed if isinstance(part, PlannedScorecard))


def plan_of(parsed: ParsedDocument) -> Plan:
    """The plan of a document without errors."""
    document = parsed.document
    lowering = _Lowering(parsed.scope)
    computed = tuple(_computed(parsed, lowering))
    given = [name for part in computed if not isinstance(part, PlannedTable) for name in (part.name,)]
    results = [name for part in computed if isinstance(part, PlannedTable) for name in part.names]
    named = set(_names(parsed))
    inputs = tuple(name for name in _names(parsed) if name in parsed.variables and name not in {*given, *results})
    types = {name: OF_CATALOGUE[parsed.variables[name].type] for name in inputs}
    inputs = tuple(sorted(inputs, key=lambda name: types[name] is not Type.NUMBER))
    reads_date = BUSINESS_DATE in named or bool(parsed.caps)
    return Plan(
        inputs=inputs,
        types=types,
        whole=frozenset(name for name in inputs if parsed.variables[name].type == "integer"),
        computed=computed,
        rules=_rules(parsed, lowering),
        grades=tuple((grade.grade, grade.max_pd) for grade in document.grades),
        offer=planned_offer(parsed, lowering),
        default_level=level_of(document.default_outcome, document.stage),
        scope=parsed.scope,
        seen=(
            *inputs,
            *SCORE_NAMES,
            *((BUSINESS_DATE,) if reads_date else ()),
            *(entry.name for entry, _ in parsed.derived),
            *(name for table in parsed.asked_tables for name in table.names),
            *parsed.scorecards,
        ),
        reads_date=reads_date,
    )


class _Lowering:
    """Parameters are in the trees already; what is left is done in the scope of everything."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.lists: dict[str, ListOf] = {}
        """What the results of listed tables stand for."""

    def text(self, text: ParsedText) -> Node:
        return text.node if self._is_plain(text.node) else lowered(text.node, self.scope, self.lists)

    def test(self, test: Node, value: ParsedText) -> Node:
        if value.type in _PLAIN_TYPES and self._is_plain(test):
            return test
        return lowered(test, self.scope.with_names({CELL_INPUT: Held(value.type)}), self.lists)

    def _is_plain(self, node: Node) -> bool:
        """Whether lowering would change nothing: it checks the whole tree again, which most texts can do without."""
        for part in walk(node):
            if isinstance(part, Name):
                held = self.scope.names.get(part.name)
                if part.name != CELL_INPUT and (held is None or held.type not in _PLAIN_TYPES):
                    return False
            elif type(part) not in _PLAIN_NODES or (isinstance(part, Literal) and part.kind is not None):
                return False
        return True


def _computed(parsed: ParsedDocument, lowering: _Lowering) -> Iterable[Planned]:
    derived = {entry.name: text for entry, text in parsed.derived}
    for name in parsed.order:
        if name in derived:
            yield PlannedDerived(name, lowering.text(derived[name]), derived[name].type)
        elif name in parsed.tables:
            table = planned_table(parsed.tables[name], lowering)
            lowering.lists |= table.lists
            yield table
        else:
            yield planned_scorecard(parsed.scorecards[name], lowering)


def _rules(parsed: ParsedDocument, lowering: _Lowering) -> tuple[PlannedRule, ...]:
    stage = parsed.document.stage
    rules: list[PlannedRule] = []
    distances = 0
    for rule, text in parsed.rules:
        if not rule.enabled:
            continue
        node = lowering.text(text)
        leaves = leaves_of(text.written, node, parsed.scope)
        level = level_of(rule.then.outcome, stage) if rule.then.outcome else None
        rules.append(
            PlannedRule(
                code=rule.code,
                node=node,
                names=text.names,
                leaves=leaves,
                first_distance=distances,
                level=level,
                refers_unknown=rule.on_unknown == "refer",
                reads_score=reads_score(parsed, text),
                scorecards=scorecards_read(parsed, (text,)),
            )
        )
        distances += len(leaves)
    return tuple(rules)


def _names(parsed: ParsedDocument) -> tuple[str, ...]:
    """Every name that something evaluated reads: enabled rules, definitions, the offer; each once."""
    texts = [text for rule, text in parsed.rules if rule.enabled]
    texts += [text for _, text in parsed.derived]
    for table in parsed.asked_tables:
        texts += table.texts
    for scorecard in parsed.scorecards.values():
        texts += scorecard.texts
    offer = parsed.document.offer
    requested: list[str] = []
    if offer is not None:
        table = parsed.tables[offer.table]
        read = [table.table.outputs[place].name for place in range(len(table.table.outputs))]
        places = [read.index(name) for name in (AMOUNT_CAP, ANNUAL_RATE, TERM_CAP)]
        texts += [text for row in table.rows for text in (row.condition, *(row.outputs[place] for place in places))]
        requested = [offer.amount_variable, offer.term_variable]
        texts += [text for _, text in parsed.caps if text is not None]
    return tuple(dict.fromkeys([*(name for text in texts for name in text.names), *requested]))
