"""A compiled rule set: one function for an application, Polars expressions for a portfolio, the same definition."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any

import polars as pl

from riskengine.errors import InvalidInput
from rules.engine.choice import AMOUNT_CONTROL, MAIN, choice_document
from rules.engine.columns import ColumnProgram
from rules.engine.compiled import Compiled
from rules.engine.document import RuleSetDocument
from rules.engine.hit_policies import SETTLE
from rules.engine.outcomes import NO_LEVEL
from rules.engine.parsed import document_parse
from rules.engine.plan import Plan, plan_of
from rules.engine.reading import DocumentInvalid
from rules.engine.source import source_of
from rules.engine.structure import structure_problems
from rules.engine.trace import Evaluation, PatternHitLike, RuleTrace, ScoreInput
from rules.engine.trace_parts import CharacteristicHit, TableHit
from rules.language.to_python import RUNTIME, finite_or_none
from scoring.catalogue import Catalogue

__all__ = ["Evaluation", "EvaluationFailed", "Program", "RuleTrace", "ScoreInput", "compile_program"]


class EvaluationFailed(InvalidInput):
    """The values are not of the catalogue's types, so the rules cannot be evaluated."""

    code = "rule_evaluation_failed"


def compile_program(document: RuleSetDocument, catalogue: Catalogue, *, product: str, stage: str) -> "Program":
    """The document compiled. Raises DocumentInvalid with every problem where a text, or what it names, is wrong."""
    parsed = document_parse(document, catalogue, product=product)
    problems = parsed.problems + structure_problems(parsed, product=product, stage=stage)
    errors = [found for found in problems if found.severity == "error"]
    if errors:
        raise DocumentInvalid(errors)
    chosen_by = choice_document(parsed)
    choice = compile_program(chosen_by, catalogue, product=product, stage=stage) if chosen_by else None
    program = Program(document, plan_of(parsed), choice)
    if any(parsed.variables[name].source == "model" for name in program.inputs):
        program.purposes |= {AMOUNT_CONTROL}
    return program


class Program(Compiled):
    """One version of a policy, immutable and safe from any thread."""

    def __init__(self, document: RuleSetDocument, plan: Plan, choice: "Program | None" = None) -> None:
        """`choice`: what says which model scores, where the document does (`rules.engine.choice`)."""
        super().__init__(document, plan)
        self.choice = choice
        self.inputs: tuple[str, ...] = tuple(dict.fromkeys((*plan.inputs, *(choice.inputs if choice else ()))))
        """Variables it reads, to choose the model too."""
        self.purposes = frozenset(choice.codes if choice else ())
        """Purposes of models, beside the main one, that it may ask for."""
        namespace: dict[str, Any] = {**RUNTIME, "settle": SETTLE, "itemgetter": itemgetter}
        exec(compile(source_of(plan), "<rule set>", "exec"), namespace)  # noqa: S102 - source from our own typed trees
        self._function = namespace["evaluate"]

    def purpose_chosen(self, values: Mapping[str, Any], business_date: str | None) -> str | None:
        """The purpose of the model that scores: of the first condition that holds, else MAIN; None if unknown.

        Raises EvaluationFailed.
        """
        if self.choice is None:
            return MAIN
        for purpose, truth in self.choice.evaluate(values, business_date=business_date).truths.items():
            if truth is not False:
                return purpose if truth else None
        return MAIN

    def evaluate(
        self,
        values: Mapping[str, Any],
        *,
        score: ScoreInput | None = None,
        pattern_hits: Sequence[PatternHitLike] = (),
        business_date: str | None = None,
    ) -> Evaluation:
        """The policy applied to one application on a business date (YYYY-MM-DD; None is unknown).

        `values`: by variable name; absent or None is unknown, and so is a number that is NaN or infinite. Types as
        catalogued, integers whole and within ±2**53 (checked by the caller). It must not change afterwards. Raises
        EvaluationFailed where a wrong type is met.
        """
        level = NO_LEVEL
        if pattern_hits:
            level = max((self._levels[hit.outcome] for hit in pattern_hits if hit.outcome), default=NO_LEVEL)
        pd = points = grade = None
        if score is not None:
            pd, points, grade = finite_or_none(score.pd), finite_or_none(score.points), score.grade
        try:
            raw = self._function(values, pd, points, grade, level, business_date)
        except (TypeError, OverflowError, AttributeError) as error:
            raise EvaluationFailed("A value is not of its variable's type.", detail=type(error).__name__) from error
        return Evaluation(self, values, pattern_hits, raw)

    def trace_read(self, trace: Mapping[str, Any]) -> list[RuleTrace]:
        """The rule traces held in what `Evaluation.trace_json` gave, also after a way through JSON."""
        return self._evaluation_of(trace).rule_traces()

    def tables_read(self, trace: Mapping[str, Any]) -> dict[str, TableHit]:
        """The decision tables held in a trace, by name."""
        return self._evaluation_of(trace).tables

    def scorecards_read(self, trace: Mapping[str, Any]) -> dict[str, list[CharacteristicHit]]:
        """The scorecards held in a trace, by name."""
        return self._evaluation_of(trace).scorecards

    def _evaluation_of(self, trace: Mapping[str, Any]) -> Evaluation:
        parts = (trace.get("tables", ()), trace.get("scorecards", ()), trace.get("caps", ()))
        raw = (NO_LEVEL, 0, trace["truths"], trace["seen"], trace["distances"], None, None, None, *parts)
        return Evaluation(self, {}, (), raw)

    @cached_property
    def columns(self) -> ColumnProgram:
        """The portfolio's executor, built when first needed."""
        return ColumnProgram(self.plan, self.ladder)

    def evaluate_columns(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The policy applied to every row; see ColumnProgram.evaluate."""
        return self.columns.evaluate(frame)
