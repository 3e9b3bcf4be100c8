"""Proof that the two executors of a version agree, on its cases, around its thresholds, and on history."""

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl

from rules.engine.boundary import SCORE_COLUMNS, BoundaryRows, Row, row_evaluate
from rules.engine.cases import CaseResult, case_problems, run_cases
from rules.engine.certify_patterns import PatternAgreement, certify_patterns
from rules.engine.columns import DTYPES
from rules.engine.document import RuleSetDocument
from rules.engine.outcomes import BUSINESS_DATE
from rules.engine.problems import Problem, problem
from rules.engine.program import Program, compile_program
from rules.engine.trace import Evaluation
from scoring.catalogue import Catalogue

DIFFERENCE_LIMIT = 20
EVALUATIONS = 10_000
"""Applications compared at least."""


class Coverage(msgspec.Struct, frozen=True):
    """How the rows met one rule: how often it was true, false, unknown, and on each side of its thresholds."""

    code: str
    true: int
    false: int
    unknown: int
    below: int
    at: int
    above: int


class Difference(msgspec.Struct, frozen=True):
    """A row on which the executors differ."""

    row: int
    field: str
    scalar: Any
    columns: Any


class CertifyReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was compared and what came of it."""

    evaluations: int
    """Applications given to both executors: from history, from the cases, and generated."""
    from_history: int
    cases: list[CaseResult]
    coverage: list[Coverage]
    differences: list[Difference]
    patterns: list[PatternAgreement]
    problems: list[Problem]

    @property
    def is_passed(self) -> bool:
        """Both executors agree everywhere, so do the two ways of matching, and every case gives what it must."""
        return not self.problems


def certify(
    document: RuleSetDocument,
    catalogue: Catalogue,
    *,
    product: str,
    stage: str,
    history: pl.DataFrame | None = None,
    seed: int = 1,
    evaluations: int = EVALUATIONS,
) -> CertifyReport:
    """Compare both executors on the document's cases, generated boundary rows and `history` (columns by variable
    name), together on `evaluations` applications or more; and the patterns with their reference.

    Raises DocumentInvalid where the document does not compile, PatternInvalid where a pattern does not.
    """
    program = compile_program(document, catalogue, product=product, stage=stage)
    results = run_cases(program, document)
    past = _rows_of(program, history) if history is not None else []
    cases = [_case_row(program, number) for number in range(len(document.cases))]
    rows = BoundaryRows(program, catalogue, seed=seed).rows(least=evaluations - len(past) - len(cases)) + cases + past
    differences, coverage = compare_executors(program, rows)
    if program.choice is not None:
        told = BoundaryRows(program.choice, catalogue, seed=seed).rows(least=0) + past
        differences += compare_executors(program.choice, told)[0]
    agreements, pattern_problems = certify_patterns(document.patterns, seed=seed)
    problems = case_problems(results) + pattern_problems
    problems += [
        problem("executors_differ", field=found.field, scalar=found.scalar, columns=found.columns)
        for found in differences
    ]
    return CertifyReport(
        evaluations=len(rows),
        from_history=len(past),
        cases=results,
        coverage=coverage,
        differences=differences,
        patterns=agreements,
        problems=problems,
    )


def _rows_of(program: Program, history: pl.DataFrame) -> list[Row]:
    wanted = (*program.inputs, *SCORE_COLUMNS, BUSINESS_DATE)
    return history.select([name for name in wanted if name in history.columns]).to_dicts()


def _case_row(program: Program, number: int) -> Row:
    case = program.document.cases[number]
    values = {name: value for name, value in case.inputs.items() if name in program.inputs}
    return {**values, "pd": case.pd, "score_points": case.score_points, BUSINESS_DATE: case.business_date or None}


def compare_executors(program: Program, rows: Sequence[Row]) -> tuple[list[Difference], list[Coverage]]:
    """Every row through both executors: up to DIFFERENCE_LIMIT differences, and what the rows covered."""
    frame = frame_of(program, rows)
    answers = program.evaluate_columns(frame)
    computed = program.columns.computed(frame)
    told = [answers.get_column(name).to_list() for name in answers.columns]
    told += [computed.get_column(name).to_list() for name in computed.columns]
    fields = [*answers.columns, *computed.columns]
    counts = {code: [0] * 6 for code in program.codes}
    differences: list[Difference] = []
    for number, row in enumerate(rows):
        evaluation = row_evaluate(program, row)
        scalars = _scalar_answer(evaluation)
        for field, column in zip(fields, told, strict=True):
            scalar = scalars[field] if field in scalars else evaluation.value_of(field)
            if scalar != column[number] or (scalar is None) != (column[number] is None):
                differences.append(Difference(number, field, scalar, column[number]))
        for place, (code, truth) in enumerate(zip(program.codes, evaluation.truth_values, strict=True)):
            _count(counts[code], truth, evaluation.distances_of(place))
        if len(differences) >= DIFFERENCE_LIMIT:
            break
    return differences[:DIFFERENCE_LIMIT], [Coverage(code, *count) for code, count in counts.items()]


def frame_of(program: Program, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as the portfolio's executor wants them."""
    schema = {name: DTYPES[kind] for name, kind in program.plan.types.items()}
    schema |= dict.fromkeys(SCORE_COLUMNS, pl.Float64)
    schema[BUSINESS_DATE] = pl.String
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema, strict=False)


def _scalar_answer(evaluation: Evaluation) -> dict[str, Any]:
    offer = evaluation.offer
    return {
        "outcome": evaluation.outcome,
        "grade": evaluation.grade,
        "amount_offered_minor": offer.amount_offered_minor if offer else None,
        "annual_rate": offer.annual_rate if offer else None,
        "term_months": offer.term_months if offer else None,
        **evaluation.truths,
    }


def _count(count: list[int], truth: bool | None, distances: Sequence[float | None]) -> None:
    count[2 if truth is None else 0 if truth else 1] += 1
    for distance in distances:
        if distance is not None:
            count[3 if distance < 0 else 4 if distance == 0 else 5] += 1
