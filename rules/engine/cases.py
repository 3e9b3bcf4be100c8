"""A version's own cases: applications with the result they must give."""

from collections.abc import Sequence
from typing import Any

import msgspec

from rules.engine.document import Case, RuleSetDocument
from rules.engine.problems import Problem, problem
from rules.engine.program import Program
from rules.engine.trace import Evaluation, ScoreInput


class CaseDifference(msgspec.Struct, frozen=True):
    """One thing that is not as expected."""

    field: str
    expected: Any
    found: Any


class CaseResult(msgspec.Struct, frozen=True):
    """What a case gave."""

    name: str
    is_passed: bool
    outcome: str
    differences: list[CaseDifference]


def run_cases(program: Program, document: RuleSetDocument) -> list[CaseResult]:
    """Every case of `document` evaluated by `program`, in order. Raises EvaluationFailed on a value of a wrong type."""
    return [_run(program, case) for case in document.cases]


def case_evaluate(program: Program, case: Case) -> Evaluation:
    """The case as an application; no pattern hits."""
    return program.evaluate(case.inputs, score=ScoreInput(case.pd, case.score_points))


def case_problems(results: Sequence[CaseResult]) -> list[Problem]:
    """A problem for every difference."""
    return [
        problem(
            "case_failed",
            path=f"cases/{number}/expect/{difference.field}",
            field=difference.field,
            expected=difference.expected,
            found=difference.found,
        )
        for number, result in enumerate(results)
        for difference in result.differences
    ]


def _run(program: Program, case: Case) -> CaseResult:
    evaluation = case_evaluate(program, case)
    expect = case.expect
    offered = evaluation.offer.amount_offered_minor if evaluation.offer is not None else None
    found = {
        "outcome": (expect.outcome, evaluation.outcome),
        "grade": (expect.grade, evaluation.grade),
        "reasons": (expect.reasons, evaluation.reasons),
        "amount_offered_minor": (expect.amount_offered_minor, offered),
        "hits": (expect.hits, [code for code in _listed(expect.hits) if code in evaluation.hits]),
        "misses": (expect.misses, [code for code in _listed(expect.misses) if code not in evaluation.hits]),
    }
    differences = [
        CaseDifference(field, expected, actual)
        for field, (expected, actual) in found.items()
        if expected is not msgspec.UNSET and expected != actual
    ]
    return CaseResult(case.name, not differences, evaluation.outcome, differences)


def _listed(value: object) -> list[str]:
    return value if isinstance(value, list) else []
