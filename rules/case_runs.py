"""A version's own cases, tried by both executors: what came out, what was expected, whether the two agree. Pure."""

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl
from msgspec import UNSET

from rules.engine.document import Case
from rules.engine.program import Evaluation, Program, ScoreInput

FIELDS: dict[str, tuple[str, str]] = {
    "outcome": ("outcome", "结果"),
    "grade": ("grade", "等级"),
    "hits": ("rules that must hit", "应命中的规则"),
    "misses": ("rules that must not hit", "不应命中的规则"),
    "reasons": ("reasons", "理由"),
    "amount_offered_minor": ("amount offered", "报价金额"),
    "columns": ("result for a portfolio", "批量结果"),
}


class Difference(msgspec.Struct, frozen=True):
    """One thing that came out otherwise than expected."""

    field: str
    expected: Any
    found: Any


class CaseRun(msgspec.Struct, frozen=True):
    """One case and what the version makes of it. `columns` among the differences: the two executors disagree."""

    name: str
    outcome: str
    grade: str | None
    differences: list[Difference]

    @property
    def is_passed(self) -> bool:
        """Everything expected came out, and both executors agree."""
        return not self.differences


def cases_run(program: Program, cases: Sequence[Case]) -> list[CaseRun]:
    """Each case in turn, in order. Raises EvaluationFailed where an input has a wrong type."""
    if not cases:
        return []
    results = program.evaluate_columns(_frame(cases)).to_dicts()
    return [_run(program, case, result) for case, result in zip(cases, results, strict=True)]


def expectation_accepted(expect: dict[str, Any], run: CaseRun) -> dict[str, Any]:
    """The expectation of a case (as plain data) with what differs replaced by what came out."""
    accepted = dict(expect)
    for difference in run.differences:
        if difference.field == "hits":
            accepted["hits"] = [code for code in expect["hits"] if code in difference.found]
        elif difference.field == "misses":
            accepted["misses"] = [code for code in expect["misses"] if code not in difference.found]
        elif difference.field in expect:
            accepted[difference.field] = difference.found
    return accepted


def _frame(cases: Sequence[Case]) -> pl.DataFrame:
    names = {name: None for case in cases for name in case.inputs}
    columns: dict[str, list[Any]] = {name: [case.inputs.get(name) for case in cases] for name in names}
    columns["pd"] = [case.pd for case in cases]
    columns["score_points"] = [case.score_points for case in cases]
    return pl.DataFrame({name: pl.Series(values, strict=False) for name, values in columns.items()})


def _run(program: Program, case: Case, columns: dict[str, Any]) -> CaseRun:
    score = None if case.pd is None and case.score_points is None else ScoreInput(pd=case.pd, points=case.score_points)
    evaluation = program.evaluate(case.inputs, score=score)
    found = [*_expected(case, evaluation), *_disagreement(evaluation, columns)]
    return CaseRun(case.name, evaluation.outcome, evaluation.grade, found)


def _expected(case: Case, evaluation: Evaluation) -> list[Difference]:
    expect, hits = case.expect, set(evaluation.hits)
    offered = evaluation.offer.amount_offered_minor if evaluation.offer else None
    plain = (
        ("outcome", expect.outcome, evaluation.outcome),
        ("grade", expect.grade, evaluation.grade),
        ("reasons", expect.reasons, evaluation.reasons),
        ("amount_offered_minor", expect.amount_offered_minor, offered),
    )
    found = [Difference(name, wanted, got) for name, wanted, got in plain if wanted is not UNSET and wanted != got]
    if isinstance(expect.hits, list) and not hits.issuperset(expect.hits):
        found.append(Difference("hits", expect.hits, sorted(hits)))
    if isinstance(expect.misses, list) and hits.intersection(expect.misses):
        found.append(Difference("misses", expect.misses, sorted(hits.intersection(expect.misses))))
    return found


def _disagreement(evaluation: Evaluation, columns: dict[str, Any]) -> list[Difference]:
    scalar = {"outcome": evaluation.outcome, "grade": evaluation.grade, **evaluation.truths}
    batch = {name: columns[name] for name in scalar}
    return [] if scalar == batch else [Difference("columns", scalar, batch)]
