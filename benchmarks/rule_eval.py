"""Rule evaluation: one application with its whole trace, against hand-written Python and ZEN; columns against numpy."""

import time
from typing import Any

from benchmarks.harness import Row, compared, interleaved
from benchmarks.rule_eval_data import benchmark_program, benchmark_rows, frame_of
from benchmarks.rule_eval_numpy import numpy_columns, numpy_outcomes
from benchmarks.rule_eval_reference import reference_outcome
from benchmarks.rule_eval_zen import Evaluate, zen_decisions, zen_encodings, zen_expression

SCALAR_ROWS, COLUMN_ROWS = 500, 100_000
MICROSECONDS = 1e6


def rule_eval_scalar() -> Row:
    """60 rules × 60 fields, 8 % missing: every truth, the values seen and all distances, against branches only."""
    program, rows = benchmark_program(), benchmark_rows(SCALAR_ROWS)
    for row in rows:
        assert program.evaluate(row).outcome == reference_outcome(row)

    def ours() -> None:
        evaluate = program.evaluate
        for row in rows:
            evaluation = evaluate(row)
            _taken(evaluation.outcome, evaluation.truth_values, evaluation.seen, evaluation.distances)

    def reference() -> None:
        for row in rows:
            reference_outcome(row)

    our, other = interleaved([ours, reference], calls=len(rows), rounds=31)
    words = "hand-written, branch-only, null-safe Python function for the same 60 rules, returning the outcome alone"
    return compared("rule_eval_scalar", our, other, unit="µs", per_second=MICROSECONDS, words=words)


def rule_eval_zen() -> list[Row]:
    """The same against ZEN, which gives truths only: its fastest decision, and a bare expression of 60 truths, which is
    no decision and names no rule."""
    return [
        _against_zen("rule_eval_zen", zen_decisions()),
        _against_zen("rule_eval_zen_expression", zen_expression()),
    ]


def _against_zen(name: str, forms: dict[str, Evaluate]) -> Row:
    program, rows = benchmark_program(), benchmark_rows(SCALAR_ROWS)
    form, encoding, evaluate, contexts = _fastest_zen(rows, forms)

    def ours() -> None:
        for row in rows:
            evaluation = program.evaluate(row)
            _taken(evaluation.outcome, evaluation.truth_values, evaluation.seen, evaluation.distances)

    def reference() -> None:
        for context in contexts:
            evaluate(context)

    our, other = interleaved([ours, reference], calls=len(rows), rounds=15)
    words = f"zen-engine, rules parsed beforehand, its fastest here: {form}, input as {encoding}"
    return compared(name, our, other, unit="µs", per_second=MICROSECONDS, words=words)


def rule_eval_columns() -> Row:
    """A portfolio of 100,000: outcome and a nullable truth per rule, against numpy masks."""
    program, rows = benchmark_program(), benchmark_rows(COLUMN_ROWS // 5)
    rows = rows * 5
    frame, columns = frame_of(rows), numpy_columns(rows)
    outcomes = program.evaluate_columns(frame)["outcome"].to_list()
    names = ("APPROVE", "REFER", "DECLINE")
    assert outcomes == [names[level] for level in numpy_outcomes(columns)[1]]

    def ours() -> None:
        program.evaluate_columns(frame)

    def reference() -> None:
        numpy_outcomes(columns)

    our, other = interleaved([ours, reference], calls=len(rows), rounds=9)
    words = "hand-written numpy masks on columns encoded beforehand, unknown not told from false; one thread each"
    return compared("rule_eval_columns", our, other, unit="µs", per_second=MICROSECONDS, words=words)


def _taken(*_: object) -> None:
    """The caller has the values in hand."""


def _fastest_zen(rows: list[dict[str, Any]], forms: dict[str, Evaluate]) -> tuple[str, str, Evaluate, list[Any]]:
    """The form and encoding in which ZEN is fastest, after checking that each form gives our truths."""
    found: tuple[float, str, str, Evaluate, list[Any]] | None = None
    encodings = zen_encodings(rows)
    program = benchmark_program()
    for form, evaluate in forms.items():
        for row in rows[:50]:
            hits = sum(truth is True for truth in program.evaluate(row).truth_values) - 1
            assert _zen_hits(evaluate(row)) == hits, form
        for encoding, contexts in encodings.items():
            started = time.process_time()
            for context in contexts[:200]:
                evaluate(context)
            spent = time.process_time() - started
            if found is None or spent < found[0]:
                found = (spent, form, encoding, evaluate, contexts)
    assert found is not None
    return found[1:]


def _zen_hits(answer: Any) -> int:
    """How many rules ZEN says hit, from any of its forms."""
    if isinstance(answer, list):
        return sum(truth is True for truth in answer)
    result = answer["result"]
    if isinstance(result, list):
        return len(result)
    return sum(truth is True for name, truth in result.items() if name.startswith("R"))
