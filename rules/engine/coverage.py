"""What a version's cases reach: every rule both ways and unknown, each side of its thresholds, rows, bins, patterns."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal

import msgspec

from rules.engine.cases import case_evaluate, case_hits, case_patterns
from rules.engine.document import Case
from rules.engine.leaves import Leaf
from rules.engine.program import Program
from rules.engine.trace import Evaluation
from rules.engine.trace_parts import MISSING_BIN
from rules.language import tree
from scoring.catalogue import Catalogue, Variable

Kind = Literal["rule", "threshold", "row", "bin", "pattern"]
SIDES = ("below", "at", "above")
TRUTHS = {True: "true", False: "false", None: "unknown"}


class Goal(msgspec.Struct, frozen=True):
    """One thing a case can reach: a rule's truth (`side` true, false, unknown), a side of one of its comparisons, a row
    of a table, a bin of a characteristic, a pattern's hit. Places count from 0."""

    kind: Kind
    name: str
    """Code of the rule or pattern, name of the table, `scorecard.characteristic`."""
    place: int = 0
    """Of a comparison among the rule's, of a row, of a bin among special codes and bins; -1 for a missing value."""
    side: str = ""

    @property
    def key(self) -> str:
        """The goal as one word, for forms."""
        return "/".join([self.kind, self.name, str(self.place), self.side])


class CoverageReport(msgspec.Struct, frozen=True):
    """Every goal with the number of cases that reach it, in the order of the document."""

    counts: dict[Goal, int]

    @property
    def reached(self) -> int:
        """Goals that some case reaches."""
        return sum(count > 0 for count in self.counts.values())

    @property
    def missing(self) -> list[Goal]:
        """Goals that no case reaches."""
        return [goal for goal, count in self.counts.items() if not count]

    @property
    def share(self) -> float:
        """Goals reached, from 0 to 1; 1 where there is nothing to reach."""
        return self.reached / len(self.counts) if self.counts else 1.0


def coverage_of(program: Program, cases: Sequence[Case], catalogue: Catalogue | None = None) -> CoverageReport:
    """What these cases reach of `program`; with a catalogue, sides of thresholds outside its ranges are no goals.

    Raises EvaluationFailed, PatternInvalid.
    """
    patterns = case_patterns(msgspec.structs.replace(program.document, cases=list(cases)))
    counts: Counter[Goal] = Counter()
    for case in cases:
        counts.update(set(goals_reached(case_evaluate(program, case, patterns))))
        hits = case_hits(patterns, case.events) if patterns is not None else []
        counts.update({Goal("pattern", hit.code) for hit in hits})
    beyond = _beyond_ranges(program, catalogue) if catalogue is not None else frozenset()
    return CoverageReport({goal: counts[goal] for goal in goals_of(program) if goal not in beyond})


def _beyond_ranges(program: Program, catalogue: Catalogue) -> frozenset[Goal]:
    """Sides of thresholds that no allowed value of the variable is on."""
    variables = catalogue.of_product(program.document.product)
    found: set[Goal] = set()
    for rule in program.plan.rules:
        for place, leaf in enumerate(rule.leaves):
            name, threshold = named_threshold(leaf) or ("", 0.0)
            low, high = _range(name, variables)
            sides = {
                "below": low is not None and threshold <= low,
                "at": (low is not None and threshold < low) or (high is not None and threshold > high),
                "above": high is not None and threshold >= high,
            }
            found |= {Goal("threshold", rule.code, place, side) for side, is_beyond in sides.items() if is_beyond}
    return frozenset(found)


def _range(name: str, variables: Mapping[str, Variable]) -> tuple[float | None, float | None]:
    if name == "pd":
        return 0.0, 1.0
    if name not in variables:
        return None, None
    codes = [float(code.code) for code in variables[name].codes if isinstance(code.code, int)]
    return (min(codes), max(codes)) if codes else (variables[name].minimum, variables[name].maximum)


def named_threshold(leaf: Leaf) -> tuple[str, float] | None:
    """The variable and the number a comparison asks about; None where a side is computed."""
    threshold = leaf.threshold.value if isinstance(leaf.threshold, tree.Literal) else None
    return (leaf.value.name, threshold) if isinstance(leaf.value, tree.Name) and isinstance(threshold, float) else None


def goals_of(program: Program) -> Iterator[Goal]:
    """Everything there is to reach."""
    document = program.document
    for rule in program.plan.rules:
        for side in TRUTHS.values() if rule.names else (TRUTHS[True],):
            yield Goal("rule", rule.code, 0, side)
        for place in range(len(rule.leaves)):
            yield from (Goal("threshold", rule.code, place, side) for side in SIDES)
    for table in document.tables:
        yield from (Goal("row", table.name, place) for place in range(len(table.rows)))
    for scorecard in document.scorecards:
        for entry in scorecard.characteristics:
            name = f"{scorecard.name}.{entry.name}"
            yield from (Goal("bin", name, place) for place in range(len(entry.special) + len(entry.bins)))
            if entry.missing_points is not None:
                yield Goal("bin", name, MISSING_BIN)
    yield from (Goal("pattern", pattern.code) for pattern in document.patterns if pattern.enabled)


def goals_reached(evaluation: Evaluation) -> Iterable[Goal]:
    """What one evaluation reaches, patterns apart."""
    program = evaluation.program
    for number, (rule, truth) in enumerate(zip(program.plan.rules, evaluation.truth_values, strict=True)):
        yield Goal("rule", rule.code, 0, TRUTHS[truth])
        for place, distance in enumerate(evaluation.distances_of(number)):
            if distance is not None:
                yield Goal("threshold", rule.code, place, SIDES[(distance >= 0) + (distance > 0)])
    for name, told in evaluation.tables.items():
        yield from (Goal("row", name, row) for row in told.rows)
    offer = program.document.offer
    if offer is not None and evaluation.table_row is not None and evaluation.table_row >= 0:
        yield Goal("row", offer.table, evaluation.table_row)
    for name, characteristics in evaluation.scorecards.items():
        yield from (Goal("bin", f"{name}.{taken.name}", taken.bin) for taken in characteristics)
