"""Screening shows what a variable is worth by three measures, and how surely."""

import numpy as np
import polars as pl
import pytest

from scoring.training.columns import columns_plan
from scoring.training.screening import information_value, screen, screening_rows
from tests.factories.scoring import loan_outcome, loan_table

FRAME = loan_table()
OUTCOME = loan_outcome(FRAME)
COLUMNS = columns_plan(FRAME, target="bad").columns
SCREENED = {one.column: one for one in screen(FRAME, OUTCOME, COLUMNS, seed=42)}


def test_variables_with_worth_are_kept_in_every_fold_and_noise_is_not():
    assert {SCREENED[name].svm_selected for name in ("late", "income", "purpose")} == {1.0}
    assert SCREENED["noise"].svm_selected < 1.0
    assert SCREENED["late"].gain > SCREENED["noise"].gain
    assert SCREENED["late"].iv > 5 * SCREENED["late"].iv_by_chance
    assert SCREENED["noise"].iv < 3 * SCREENED["noise"].iv_by_chance


def test_weights_have_the_sign_of_the_risk():
    assert SCREENED["late"].svm_weight > 0 > SCREENED["income"].svm_weight


def test_shares_of_gain_add_up_to_one():
    assert sum(one.gain for one in SCREENED.values()) == pytest.approx(1.0)


def test_the_same_seed_gives_the_same_rows_for_report_and_card():
    rows = screening_rows(screen(FRAME, OUTCOME, COLUMNS, seed=42))
    assert rows == screening_rows(list(SCREENED.values()))
    assert rows[0]["column"] == "late"


def test_a_value_of_extreme_size_moves_no_verdict():
    income = FRAME["income"].to_numpy().copy()
    income[:3] = 1e12
    screened = {one.column: one for one in screen(FRAME.with_columns(income=pl.Series(income)), OUTCOME, COLUMNS,
                                                  seed=42)}  # fmt: skip
    assert screened["income"].svm_selected == 1.0
    assert screened["income"].svm_weight == pytest.approx(SCREENED["income"].svm_weight, rel=0.15)


def test_information_value_by_hand():
    codes = pl.Series(["a"] * 100 + ["b"] * 100)
    outcome = np.array([1.0] * 20 + [0.0] * 80 + [1.0] * 60 + [0.0] * 40)
    goods, bads = np.array([80 / 120, 40 / 120]), np.array([20 / 80, 60 / 80])
    value, by_chance = information_value(codes, outcome)
    assert value == pytest.approx(float(np.sum((goods - bads) * np.log(goods / bads))))
    assert by_chance == pytest.approx(1 / 80 + 1 / 120)


def test_a_code_without_bads_and_missing_values_have_a_finite_value():
    known = [float(place) if place % 3 else None for place in range(300)]
    outcome = np.array([1.0 if value is None else 0.0 for value in known])
    value, _ = information_value(pl.Series(known), outcome)
    assert 1.0 < value < 20.0


def test_a_variable_known_of_rows_left_out_alone_has_no_weight():
    seldom = FRAME.with_columns(seldom=pl.Series([5.0, *[None] * (FRAME.height - 1)]))
    screened = {one.column: one for one in screen(seldom, OUTCOME, columns_plan(seldom, target="bad").columns, seed=42)}
    assert screened["seldom"].svm_selected == 0.0
    assert screened["late"].svm_selected == 1.0


def test_where_no_variable_leans_either_way_none_is_kept():
    frame = pl.DataFrame({"flat": [1.0] * 199 + [2.0]})
    outcome = np.tile([0.0, 1.0], 100)
    (only,) = screen(frame, outcome, columns_plan(frame, target="bad").columns, seed=42)
    assert (only.svm_selected, only.svm_weight) == (0.0, 0.0)
