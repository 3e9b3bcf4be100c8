"""The benchmark compares like with like: the reference decides as our rules do."""

import numpy as np

from benchmarks.harness import Timing, compared, interleaved
from benchmarks.rule_eval_data import FIELDS, benchmark_program, benchmark_rows, frame_of
from benchmarks.rule_eval_numpy import numpy_columns, numpy_masks, numpy_outcomes
from benchmarks.rule_eval_reference import reference_outcome
from rules.language import names_in

ROWS = benchmark_rows(600)


def test_sixty_rules_read_sixty_fields_with_values_missing():
    program = benchmark_program()
    rules = program.plan.rules[:-1]
    assert len(rules) == 60
    assert {name for rule in rules for name in names_in(rule.node)} == set(FIELDS)
    missing = sum(value is None for row in ROWS for value in row.values())
    assert 0.05 < missing / (len(ROWS) * 60) < 0.12


def test_the_hand_written_function_and_numpy_decide_as_the_program_does():
    program = benchmark_program()
    evaluations = [program.evaluate(row) for row in ROWS]
    outcomes = [evaluation.outcome for evaluation in evaluations]
    assert outcomes == [reference_outcome(row) for row in ROWS]
    columns = numpy_columns(ROWS)
    assert outcomes == [("APPROVE", "REFER", "DECLINE")[level] for level in numpy_outcomes(columns)[1]]
    for number, mask in enumerate(numpy_masks(columns)):
        assert np.array_equal(mask, [evaluation.truth_values[number] is True for evaluation in evaluations])
    assert outcomes == program.evaluate_columns(frame_of(ROWS))["outcome"].to_list()


def test_the_trace_that_is_timed_is_whole():
    evaluation = benchmark_program().evaluate(ROWS[0])
    assert len(evaluation.truth_values) == 61
    assert len(evaluation.distances) == sum(len(rule.leaves) for rule in evaluation.program.plan.rules) > 60
    for trace in evaluation.rule_traces():
        for comparison in trace.comparisons:
            if comparison.distance is not None:
                assert comparison.distance == comparison.value - comparison.threshold


def test_a_ratio_is_taken_round_by_round():
    row = compared("x", Timing([2.0, 4.0, 6.0]), Timing([1.0, 2.0, 1.0]), unit="s", per_second=1, words="w")
    assert (row.ratio, row.value, row.reference_value) == (2.0, 4.0, 1.0)
    assert [len(timing.rounds) for timing in interleaved([int, str], calls=1, rounds=3)] == [3, 3]
