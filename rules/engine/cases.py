"""A version's own cases: applications with the result they must give."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec

from rules.engine.document import Case, CaseEvent, RuleSetDocument
from rules.engine.patterns.facts import Fact
from rules.engine.patterns.program import PatternHit, PatternProgram
from rules.engine.problems import Problem, problem
from rules.engine.program import Program
from rules.engine.reasons import reasons_of
from rules.engine.trace import Evaluation, ScoreInput

APPLICANT = "applicant"
"""How a case's events call its own applicant: as `CaseEvent.customer` has it unless it says otherwise."""
_DECIDED_AT = int(datetime(2020, 1, 1, tzinfo=UTC).timestamp())
"""Any instant will do: patterns compare times with each other."""


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
    """Every case of `document` evaluated by `program`, in order. Raises EvaluationFailed on a value of a wrong type,
    PatternInvalid on patterns that do not compile."""
    patterns = case_patterns(document)
    return [_run(case, case_evaluate(program, case, patterns)) for case in document.cases]


def case_patterns(document: RuleSetDocument) -> PatternProgram | None:
    """The document's patterns; None where it has none, or no case has events."""
    enabled = [pattern for pattern in document.patterns if pattern.enabled]
    if not enabled or not any(case.events for case in document.cases):
        return None
    # Loads the engine of patterns, which only documents with patterns need.
    from rules.engine.patterns.compile import compile_patterns

    return compile_patterns(enabled)


def case_evaluate(program: Program, case: Case, patterns: PatternProgram | None = None) -> Evaluation:
    """The case as an application, its events matched by `patterns`."""
    hits = case_hits(patterns, case.events) if patterns is not None else []
    score = ScoreInput(case.pd, case.score_points)
    return program.evaluate(case.inputs, score=score, pattern_hits=hits, business_date=case.business_date or None)


def case_hits(patterns: PatternProgram, events: Sequence[CaseEvent]) -> list[PatternHit]:
    """The pattern hits of a case. Its events are all there is: the application itself too, where one asks for it."""
    return patterns.match(list(case_facts(events)), _DECIDED_AT, about=APPLICANT) if events else []


def case_facts(events: Iterable[CaseEvent], decided_at: int = _DECIDED_AT) -> Iterable[Fact]:
    """Events as facts, numbered in their order; `decided_at` in epoch seconds."""
    for number, event in enumerate(events):
        yield Fact(
            id=number,
            kind=event.kind,
            at=decided_at - event.seconds_before,
            customer=event.customer,
            phone_key=event.phone_key,
            device_key=event.device_key,
            address_key=event.address_key,
            category=event.category,
            amount_minor=event.amount_minor,
        )


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


def _run(case: Case, evaluation: Evaluation) -> CaseResult:
    expect = case.expect
    offered = evaluation.offer.amount_offered_minor if evaluation.offer is not None else None
    found = {
        "outcome": (expect.outcome, evaluation.outcome),
        "grade": (expect.grade, evaluation.grade),
        "reasons": (expect.reasons, reasons_of(evaluation)),
        "amount_offered_minor": (expect.amount_offered_minor, offered),
        "hits": (expect.hits, [code for code in _listed(expect.hits) if code in evaluation.hits]),
        "misses": (expect.misses, [code for code in _listed(expect.misses) if code not in evaluation.hits]),
        "tables": (expect.tables, {name: _told(evaluation, name) for name in _named(expect.tables)}),
    }
    differences = [
        CaseDifference(field, expected, actual)
        for field, (expected, actual) in found.items()
        if expected is not msgspec.UNSET and expected != actual
    ]
    return CaseResult(case.name, not differences, evaluation.outcome, differences)


def _told(evaluation: Evaluation, name: str) -> Any:
    value = evaluation.value_of(name) if name in evaluation.program.places else None
    return list(value) if isinstance(value, tuple) else value


def _listed(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _named(value: object) -> Iterable[str]:
    return value if isinstance(value, dict) else ()
