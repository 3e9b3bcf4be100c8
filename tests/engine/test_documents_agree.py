"""Whole generated rule sets: the function and the columns give the same outcome, grade, truths and derived values."""

import os
import random

import polars as pl
import pytest

from rules.engine.certify import compare_executors, frame_of
from rules.engine.columns import ColumnProgram
from rules.engine.reading import DocumentInvalid
from rules.language import as_text
from tests.factories.expressions import NUMBERS, TEXTS, TRUTHS, TreeMaker
from tests.factories.rule_documents import GRADES, program, rule, variable

FULL = os.environ.get("RISKENGINE_SOAK") == "1"
DOCUMENTS, ROWS = (400, 100) if FULL else (25, 60)
REFUSED = {"interval_empty", "expression_too_deep", "comparison_with_null"}
VARIABLES = (
    *[variable(name) for name in NUMBERS],
    *[variable(name, "string") for name in TEXTS],
    *[variable(name, "boolean") for name in TRUTHS],
)


def generated(rng):
    """A compiled rule set of 3 to 12 generated rules, some reading derived variables and the score."""
    maker = TreeMaker(rng)
    derived = [
        {"name": f"x{number}", "en": "x", "zh": "x", "expression": as_text(maker.number(3))} for number in range(2)
    ]
    rules = []
    for number in range(rng.randint(3, 12)):
        when = as_text(maker.truth(3))
        when = f"({when}) {rng.choice(['and', 'or'])} {rng.choice(['x0 > 1', 'x1 < x0', 'pd > 0.05', 'is_student'])}"
        outcome = rng.choice(["APPROVE", "REFER", "DECLINE", ""])
        rules.append(rule(f"R{number}", when, outcome, on_unknown=rng.choice(["refer", "ignore"])))
    return program(*VARIABLES, derived=derived, rules=rules, grades=GRADES), maker


def rows_of(maker, rng):
    """Generated values with a PD at, below and above the grades' limits."""
    rows = [maker.values() for _ in range(ROWS)]
    for row in rows:
        row |= {"pd": rng.choice([None, 0.0, 0.05, 0.050000001, 0.2, 0.7, 1.0]), "is_student": rng.choice([None, True])}
    return rows


def sound(rng):
    """Generated trees may hold an empty interval and the like, which validation refuses: then another is made."""
    while True:
        try:
            return generated(rng)
        except DocumentInvalid as error:
            assert {found.code for found in error.problems} <= REFUSED


@pytest.mark.soak
def test_scalar_and_columns_agree_on_generated_rule_sets():
    rng = random.Random(31)
    compared, outcomes = 0, set()
    for _ in range(DOCUMENTS):
        made, maker = sound(rng)
        rows = rows_of(maker, rng)
        differences, coverage = compare_executors(made, rows)
        assert differences == []
        assert sum(entry.true + entry.false + entry.unknown for entry in coverage) == len(rows) * len(made.codes)
        compared += len(rows)
        outcomes |= set(made.evaluate_columns(frame_of(made, rows))["outcome"])
    assert compared == DOCUMENTS * ROWS
    assert outcomes == {"APPROVE", "REFER", "DECLINE"}


def test_the_twin_an_executor_that_is_off_at_the_threshold_is_caught(monkeypatch):
    made = program(rules=[rule("D", "income >= 10", "DECLINE"), rule("A", "true", "APPROVE")])
    wrong = program(rules=[rule("D", "income > 10", "DECLINE"), rule("A", "true", "APPROVE")])
    rows = [{"income": value} for value in (9.0, 10.0, 11.0, None)]
    assert compare_executors(made, rows)[0] == []
    monkeypatch.setattr(made, "columns", ColumnProgram(wrong.plan, wrong.ladder))
    assert [found.row for found in compare_executors(made, rows)[0]] == [1, 1]


def test_columns_take_what_portfolios_bring():
    made = program(rules=[rule("D", "income / 3 > 1.1 or is_student", "DECLINE"), rule("A", "income > 0", "APPROVE")])
    frame = pl.DataFrame({"income": [3, 4, None], "D": ["other", "column", "names"]})
    assert made.evaluate_columns(frame)["outcome"].to_list() == ["REFER", "DECLINE", "REFER"]
    floats = pl.DataFrame({"income": [float("nan"), float("inf"), 4.0], "is_student": [False, None, True]})
    assert made.evaluate_columns(floats)["D"].to_list() == [None, None, True]
    assert made.evaluate_columns(pl.DataFrame({"income": []}, schema={"income": pl.Float32})).height == 0
    constant = pl.DataFrame({"n": range(3)}).with_columns(income=pl.lit(4.0))
    assert made.evaluate_columns(constant)["outcome"].to_list() == ["DECLINE"] * 3


def test_a_constant_column_divides_like_any_other():
    """A column held as one value would be divided by through its reciprocal."""
    made = program(rules=[rule("E", "income / amount_minor = 5.0 / 3", "REFER"), rule("A", "true", "APPROVE")])
    constant = pl.DataFrame({"income": [5.0, 5.0, 5.0]}).with_columns(amount_minor=pl.lit(3))
    assert made.evaluate({"income": 5.0, "amount_minor": 3}).hits == ["E", "A"]
    assert made.evaluate_columns(constant)["E"].to_list() == [True] * 3


def test_pattern_outcomes_are_merged_in_columns():
    made = program(rules=[rule("R", "income < 5", "REFER"), rule("A", "true", "APPROVE")])
    frame = pl.DataFrame({"income": [9.0, 9.0, 1.0], "pattern_outcome": [None, "DECLINE", "REFER"]})
    assert made.evaluate_columns(frame)["outcome"].to_list() == ["APPROVE", "DECLINE", "REFER"]


def test_whole_numbers_are_added_as_doubles_even_through_derived_variables():
    derived = [
        {"name": "big", "en": "b", "zh": "b", "expression": "amount_minor"},
        {"name": "one", "en": "o", "zh": "o", "expression": "max(term_months, 0)"},
    ]
    made = program(derived=derived, rules=[rule("MORE", "big + one > big", "REFER"), rule("A", "true", "APPROVE")])
    row = {"amount_minor": 2**53, "term_months": 1}
    assert made.evaluate(row).hits == ["A"]  # exact integers would say more
    assert made.evaluate_columns(pl.DataFrame([row]))["MORE"].to_list() == [False]


def test_a_document_without_rules_still_answers():
    made = program(rules=[])
    assert made.evaluate({}).outcome == "REFER"
    assert made.evaluate_columns(pl.DataFrame({"income": [1.0, 2.0]}))["outcome"].to_list() == ["REFER", "REFER"]
    assert made.evaluate_columns(pl.DataFrame()).height == 0


def test_a_divisor_that_happens_to_be_the_same_in_every_row_divides_exactly():
    rules = [rule("E", "income / -4.5 / (income / 3.3) = -0.7333333333333333", "REFER"), rule("A", "true", "APPROVE")]
    made = program(rules=rules)
    assert made.evaluate({"income": 0.9}).hits == ["E", "A"]
    for count in (1, 2, 500):
        assert made.evaluate_columns(pl.DataFrame({"income": [0.9] * count}))["E"].all()
