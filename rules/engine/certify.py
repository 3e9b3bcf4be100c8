"""Proof that the two executors of a version agree, on its cases, around its thresholds, and on history."""

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl

from rules.engine.boundary import SCORE_COLUMNS, BoundaryRows, Row, row_evaluate
from rules.engine.cases import CaseResult, case_problems, run_cases
from rules.engine.columns import DTYPES
from rules.engine.document import RuleSetDocument
from rules.engine.problems import Problem, problem
from rules.engine.program import Program, compile_program
from scoring.catalogue import Catalogue

DIFFERENCE_LIMIT = 20


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


class CertifyReport(msgspec.Struct, frozen=True):
    """What was compared and what came of it."""

    evaluations: int
    """Applications given to both executors."""
    cases: list[CaseResult]
    coverage: list[Coverage]
    differences: list[Difference]
    problems: list[Problem]

    @property
    def is_passed(self) -> bool:
        """Both executors agree everywhere and every case gives what it must."""
        return not self.problems


def certify(
    document: RuleSetDocument,
    catalogue: Catalogue,
    *,
    product: str,
    stage: str,
    history: pl.DataFrame | None = None,
    seed: int = 1,
) -> CertifyReport:
    """Compare both executors on the document's cases, generated boundary rows and `history` (columns by variable name).

    Raises DocumentInvalid where the document does not compile.
    """
    program = compile_program(document, catalogue, product=product, stage=stage)
    results = run_cases(program, document)
    rows = BoundaryRows(program, catalogue, seed=seed).rows()
    if history is not None:
        kept = [name for name in (*program.inputs, *SCORE_COLUMNS) if name in history.columns]
        rows += history.select(kept).to_dicts()
    differences, coverage = compare_executors(program, rows)
    problems = case_problems(results) + [
        problem("executors_differ", field=found.field, scalar=found.scalar, columns=found.columns)
        for found in differences
    ]
    return CertifyReport(len(rows), results, coverage, differences, problems)


def compare_executors(program: Program, rows: Sequence[Row]) -> tuple[list[Difference], list[Coverage]]:
    """Every row through both executors: up to DIFFERENCE_LIMIT differences, and what the rows covered."""
    answers = program.evaluate_columns(frame_of(program, rows)).to_dicts()
    counts = {code: [0] * 6 for code in program.codes}
    differences: list[Difference] = []
    for number, (row, answer) in enumerate(zip(rows, answers, strict=True)):
        evaluation = row_evaluate(program, row)
        for field, scalar in _scalar_answer(evaluation).items():
            if field in answer and (scalar != answer[field] or (scalar is None) != (answer[field] is None)):
                differences.append(Difference(number, field, scalar, answer[field]))
        for place, (code, truth) in enumerate(evaluation.truths.items()):
            _count(counts[code], truth, evaluation.distances_of(place))
        if len(differences) >= DIFFERENCE_LIMIT:
            break
    return differences[:DIFFERENCE_LIMIT], [Coverage(code, *count) for code, count in counts.items()]


def frame_of(program: Program, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as the portfolio's executor wants them."""
    schema = {name: DTYPES[kind] for name, kind in program.plan.types.items()}
    schema |= dict.fromkeys(SCORE_COLUMNS, pl.Float64)
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema, strict=False)


def _scalar_answer(evaluation: Any) -> dict[str, Any]:
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
