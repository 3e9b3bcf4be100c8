"""The result of one evaluation: outcome, reasons, offer, and for every rule what it saw."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress, count
from typing import Any, Literal, Protocol

import msgspec

from rules.engine.compiled import Compiled
from rules.engine.offer import OfferMade, legal_limits, offer_made
from rules.engine.outcomes import BUSINESS_DATE, MILDEST, UNKNOWN_LEVEL
from rules.engine.trace_parts import CharacteristicHit, TableHit, scorecards_told, tables_told
from rules.language.interpret import interpret

Truth = Literal["true", "false", "unknown"]
_WORDS: dict[bool | None, Truth] = {True: "true", False: "false", None: "unknown"}


class ScoreInput(msgspec.Struct, frozen=True):
    """What the model said. `pd` from 0 to 1; `grade` counts only where the document defines no grades."""

    pd: float | None
    points: float | None = None
    grade: str | None = None


class PatternHitLike(Protocol):
    """A pattern hit as the pattern program gives it."""

    @property
    def code(self) -> str: ...
    @property
    def outcome(self) -> str: ...
    @property
    def reason(self) -> str: ...


class ComparisonTrace(msgspec.Struct, frozen=True):
    """One comparison of numbers: `distance` = value − threshold; None where a side is unknown."""

    text: str
    operator: str
    value: float | None
    threshold: float | None
    distance: float | None


class RuleTrace(msgspec.Struct, frozen=True):
    """One rule as it was evaluated."""

    code: str
    truth: Truth
    values: dict[str, Any]
    comparisons: list[ComparisonTrace]
    outcome: str
    reason: str
    points: float


class Evaluation:
    """What a rule set says of one application; `rules.engine.reasons` says why.

    Cheap to make; what only people read is worked out when asked for.
    """

    __slots__ = (
        "_level",
        "_raw",
        "distances",
        "has_no_offer",
        "offer",
        "pattern_hits",
        "program",
        "seen",
        "truth_values",
    )

    def __init__(
        self,
        program: Compiled,
        values: Mapping[str, Any],
        pattern_hits: Sequence[PatternHitLike],
        raw: tuple[Any, ...],
    ) -> None:
        """`raw` is what the compiled function returned (`rules.engine.source`)."""
        self.program = program
        self.pattern_hits = pattern_hits
        self._raw = raw
        self._level: int = raw[1]
        self.truth_values: tuple[bool | None, ...] = raw[2]
        """True, False or None (unknown) per enabled rule, in the order of `program.codes`."""
        self.seen: tuple[Any, ...] = raw[3]
        """The values the rules saw, in the order of `program.plan.seen`."""
        self.distances: tuple[float | None, ...] = raw[4]
        """Value − threshold of every comparison, rule by rule."""
        self.offer: OfferMade | None = None
        self.has_no_offer = False
        """An approval that became REFER because no offer could be made."""
        if raw[6] is not None:
            self._make_offer(values)

    def _make_offer(self, values: Mapping[str, Any]) -> None:
        offer = self.program.plan.offer
        if offer is None:
            return
        amount, term = values.get(offer.amount_variable), values.get(offer.term_variable)
        if not offer.caps:
            self.offer = offer_made(amount, term, self._raw[7])
        elif (date := self.seen[self.program.places[BUSINESS_DATE]]) is not None:
            caps = [planned.cap for planned in offer.caps]
            self.offer = offer_made(amount, term, self._raw[7], legal_limits(caps, self.caps, date))
        if self.offer is None:
            self.has_no_offer = True
            self._level = UNKNOWN_LEVEL

    @property
    def outcome(self) -> str:
        """The outcome; see `is_default` and `has_no_offer` for how it came about."""
        outcome: str = self.program.ladder[self._level]
        return outcome

    @property
    def level(self) -> int:
        """Severity of the outcome, 0 the mildest."""
        level: int = self._level
        return level

    @property
    def is_default(self) -> bool:
        """Nothing changed the outcome, so the default outcome holds."""
        return bool(self._raw[0] < 0)

    @property
    def grade(self) -> str | None:
        """The grade of the PD; None without one."""
        grade: str | None = self._raw[5]
        return grade

    @property
    def table_row(self) -> int | None:
        """Row hit in the offer table: from 0; -1 none; -2 a row could not be told; None: the table was not asked."""
        row: int | None = self._raw[6]
        return row

    @property
    def caps(self) -> tuple[bool | None, ...]:
        """The truth of each legal cap's condition, in the order of the document."""
        caps: tuple[bool | None, ...] = self._raw[10]
        return caps

    @property
    def hits(self) -> list[str]:
        """Codes of the rules that are true, in document order."""
        return list(compress(self.program.codes, self.truth_values))

    @property
    def unknown(self) -> list[str]:
        """Codes of the rules that could not be told."""
        return [self.program.codes[number] for number in self.unknown_numbers()]

    def hit_numbers(self) -> Iterable[int]:
        """Places of the rules that are true."""
        return compress(count(), self.truth_values)

    def unknown_numbers(self) -> list[int]:
        """Places of the rules that could not be told."""
        if None not in self.truth_values:
            return []
        return [number for number, truth in enumerate(self.truth_values) if truth is None]

    @property
    def missing(self) -> list[str]:
        """Variables, derived variables and score names that were unknown to a rule that could not be told."""
        found: dict[str, None] = {}
        for number in self.unknown_numbers():
            found |= {name: None for name, value in self.values_of(number).items() if value is None}
        return list(found)

    @property
    def truths(self) -> dict[str, bool | None]:
        """True, False or None (unknown) by rule code."""
        return dict(zip(self.program.codes, self.truth_values, strict=True))

    def values_of(self, number: int) -> dict[str, Any]:
        """The values rule `number` saw, by name."""
        places = self.program.places
        return {name: self.seen[places[name]] for name in self.program.plan.rules[number].names}

    def distances_of(self, number: int) -> tuple[float | None, ...]:
        """The distances to the thresholds of rule `number`, in the order of its comparisons."""
        rule = self.program.plan.rules[number]
        return self.distances[rule.first_distance : rule.first_distance + len(rule.leaves)]

    @property
    def derived(self) -> dict[str, Any]:
        """Derived variables by name."""
        return {entry.name: self.value_of(entry.name) for entry in self.program.document.derived}

    def value_of(self, name: str) -> Any:
        """The value of a name in scope that was seen. KeyError for one that nothing reads."""
        return self.seen[self.program.places[name]]

    @property
    def tables(self) -> dict[str, TableHit]:
        """Every decision table but the offer's, in the order of the document: rows hit and results."""
        plan, places = self.program.plan, self.program.places
        values = {name: self.seen[places[name]] for table in plan.tables for name in table.names}
        return tables_told(plan, self.program.document, self._raw[8], values)

    @property
    def scorecards(self) -> dict[str, list[CharacteristicHit]]:
        """Every scorecard in the order of the document: bins, points and points lost by characteristic."""
        return scorecards_told(self.program.plan, self.program.document, self._raw[9])

    @property
    def points(self) -> float:
        """Sum of the points of the rules that hit."""
        return sum((self.program.thens[number].points for number in self.hit_numbers()), 0.0)

    @property
    def settings(self) -> dict[str, Any]:
        """What rules that hit have set; later rules override."""
        found: dict[str, Any] = {}
        for number in self.hit_numbers():
            found |= self.program.thens[number].set
        return found

    @property
    def score_cut_offs(self) -> list[str]:
        """Rules that hit, made the outcome worse and read the score: the model's own reasons are owed for them."""
        return [
            self.program.codes[number]
            for number in self.hit_numbers()
            if self.program.plan.rules[number].reads_score and (self.program.plan.rules[number].level or 0) > MILDEST
        ]

    def rule_traces(self) -> list[RuleTrace]:
        """Every enabled rule with its truth, the values it saw, and each comparison with threshold and distance."""
        return [self._rule_trace(number) for number in range(len(self.truth_values))]

    def _rule_trace(self, number: int) -> RuleTrace:
        rule, then = self.program.plan.rules[number], self.program.thens[number]
        values = self.values_of(number)
        comparisons = [
            ComparisonTrace(
                text=leaf.text,
                operator=leaf.operator,
                value=interpret(leaf.value, values),  # type: ignore[arg-type]
                threshold=interpret(leaf.threshold, values),  # type: ignore[arg-type]
                distance=distance,
            )
            for leaf, distance in zip(rule.leaves, self.distances_of(number), strict=True)
        ]
        return RuleTrace(
            rule.code, _WORDS[self.truth_values[number]], values, comparisons, then.outcome, then.reason, then.points
        )

    def trace_json(self) -> dict[str, Any]:
        """The whole trace as compact JSON data: truths by rule, values by `program.plan.seen`, distances by comparison.

        `Program.trace_read` gives the same RuleTraces back from it, `tables_read` and `scorecards_read` the rest:
        tables as [rows hit, rows not told], scorecards as [value, bin] by characteristic, in the order of the plan.
        """
        told: dict[str, Any] = {
            "truths": self.truth_values,
            "seen": self.seen,
            "distances": self.distances,
            "table_row": self.table_row,
            "points": self.points,
            "settings": self.settings,
        }
        if self._raw[8]:
            told["tables"] = self._raw[8]
        if self._raw[9]:
            told["scorecards"] = self._raw[9]
        if self.caps:
            told["caps"] = self.caps
        return told
