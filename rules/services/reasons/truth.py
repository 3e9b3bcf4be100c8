"""Whether the reasons that rules give are true: checked by taking the rules behind them away, or leaving only them.

A rule's reason claims that its rule brought the outcome about. So the rules behind one reason, alone in the policy,
must give the same outcome for the same reason; and without the rules behind all of the reasons, score cut-offs
included where the score was a cause, the outcome must be another.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from rules.engine.document import RuleSetDocument
from rules.engine.outcomes import MILDEST
from rules.engine.principal import reasons_of_outcome
from rules.engine.program import Evaluation, Program, ScoreInput, compile_program
from rules.engine.reasons import reasons_of, reasons_of_rule
from scoring.catalogue import Catalogue

Application = tuple[Mapping[str, Any], ScoreInput | None]


class RuleTruths(msgspec.Struct, kw_only=True):
    """Counts of applications that rules did not approve, and of the reasons they gave for it."""

    rows: int = 0
    """Applications with at least one reason of a rule."""
    reasons: int = 0
    suffice: int = 0
    """Reasons whose rules alone give the outcome for that reason."""
    rows_moved: int = 0
    """Applications whose outcome is another without the rules behind their reasons."""
    failures: list[str] = []
    """Up to twenty, by reason code; never a value."""

    @property
    def share(self) -> float:
        """Of applications and reasons together, those that hold; 1 where there are none."""
        checked = self.reasons + self.rows
        return (self.suffice + self.rows_moved) / checked if checked else 1.0


class RuleChecker:
    """One policy, and what is left of it when rules are taken away; each remainder is compiled once."""

    def __init__(self, document: RuleSetDocument, catalogue: Catalogue, product: str) -> None:
        """Raises DocumentInvalid."""
        self._document = msgspec.structs.replace(document, patterns=[], cases=[])
        self._catalogue, self._product = catalogue, product
        self._compiled: dict[frozenset[str], Program] = {}
        self._all = frozenset(rule.code for rule in document.rules)
        self.program = self._of(self._all)

    def check(self, applications: Iterable[Application], truths: RuleTruths | None = None) -> RuleTruths:
        """Count over applications: completed values by name, and the score."""
        truths = truths or RuleTruths(failures=[])
        for values, score in applications:
            self._check(values, score, truths)
        return truths

    def _check(self, values: Mapping[str, Any], score: ScoreInput | None, truths: RuleTruths) -> None:
        evaluation = self.program.evaluate(values, score=score)
        if evaluation.level == MILDEST or evaluation.is_default or evaluation.has_no_offer:
            return
        told, is_score_cause = reasons_of_outcome(evaluation, evaluation.outcome)
        behind = {reason: rules for reason in told if (rules := self._rules_behind(evaluation, reason))}
        if not behind:
            return
        truths.rows += 1
        for reason, rules in behind.items():
            alone = self._of(frozenset(rules)).evaluate(values, score=score)
            does_hold = alone.outcome == evaluation.outcome and reason in reasons_of(alone)
            self._count(truths, reason, "suffice", is_true=does_hold)
            truths.reasons += 1
        taken = {code for rules in behind.values() for code in rules}
        if is_score_cause:
            taken |= set(evaluation.score_cut_offs)
        rest = self._of(self._all - taken).evaluate(values, score=score)
        # What cannot be told without them falls back to the default outcome: that is not their doing.
        did_move = rest.level != evaluation.level or rest.is_default or bool(rest.unknown)
        self._count(truths, ", ".join(behind), "rows_moved", is_true=did_move)

    def _rules_behind(self, evaluation: Evaluation, reason: str) -> set[str]:
        program = evaluation.program
        return {
            program.codes[number]
            for number in evaluation.hit_numbers()
            if program.thens[number].outcome == evaluation.outcome and reason in reasons_of_rule(evaluation, number)
        }

    def _of(self, codes: frozenset[str]) -> Program:
        if codes not in self._compiled:
            kept = [rule for rule in self._document.rules if rule.code in codes]
            document = msgspec.structs.replace(self._document, rules=kept)
            self._compiled[codes] = compile_program(document, self._catalogue, product=self._product, stage="PRE_LOAN")
        return self._compiled[codes]

    @staticmethod
    def _count(truths: RuleTruths, words: str, what: str, *, is_true: bool) -> None:
        setattr(truths, what, getattr(truths, what) + is_true)
        if not is_true and len(truths.failures) < 20:
            truths.failures.append(f"{what}: {words}")
