"""A tuned fit can be made again from its parameters, trusts no code of few rows, and holds no effect that turns."""

from functools import partial

import msgspec
import numpy as np
import polars as pl
import pytest

from scoring.training.booster import BoosterParameters, booster_train, booster_watch, matrix_of, raw_margins
from scoring.training.calibration import calibration_fit, calibration_kind
from scoring.training.columns import columns_plan
from scoring.training.directions import directions_infer
from scoring.training.features import features_fit, training_matrix
from scoring.training.fitting import Recipe, fit_xgboost
from scoring.training.tuning import deepest_tree
from tests.factories.scoring import QUICK, loan_outcome, loan_table

FRAME = loan_table(700)
OUTCOME = loan_outcome(FRAME)
COLUMNS = columns_plan(FRAME, target="bad").columns


def test_its_parameters_alone_give_the_same_model_again(monkeypatch):
    monkeypatch.setattr("scoring.training.tuning._FEWEST_TRIALS", 2)
    monkeypatch.setattr("scoring.training.tuning._MOST_TRIALS", 2)
    recipe = Recipe(COLUMNS, partial(directions_infer, COLUMNS), 42)
    tuned = fit_xgboost(FRAME, OUTCOME, recipe)
    again = fit_xgboost(FRAME, OUTCOME, msgspec.structs.replace(recipe, parameters=tuned.parameters))
    assert again.model.body == tuned.model.body
    assert again.model.schema == tuned.model.schema


def test_the_first_rounds_of_a_watched_training_are_those_of_a_shorter_one():
    features = features_fit(COLUMNS, FRAME, OUTCOME, {})
    data = training_matrix(features, lambda rows, bads: [], FRAME, OUTCOME, 0)
    rows = matrix_of(data[:500], OUTCOME[:500])
    watched = matrix_of(data[500:], OUTCOME[500:], like=rows)
    booster, losses = booster_watch(rows, watched, QUICK, features, patience=30)
    shorter = booster_train(rows, msgspec.structs.replace(QUICK, rounds=12), features)
    assert len(losses) >= 12
    assert raw_margins(booster, data, 12).tolist() == raw_margins(shorter, data).tolist()


def _many_codes(rows=2_000):
    chance = np.random.default_rng(8)
    outcome = (chance.random(rows) < 0.3).astype(float)
    frame = pl.DataFrame({"employer": [f"E{code}" for code in chance.integers(0, 250, rows)]})
    columns = columns_plan(frame.with_columns(bad=outcome), target="bad").columns
    return frame, outcome, lambda part, bads: features_fit(columns, part, bads, {})


@pytest.mark.parametrize(("folds", "knows"), [(10, False), (0, True)])
def test_a_code_of_few_rows_does_not_know_the_outcome_of_its_own_row(folds, knows):
    frame, outcome, feature_fit = _many_codes()
    features = feature_fit(frame, outcome)
    data = training_matrix(features, feature_fit, frame, outcome, folds)[:, 0]
    # The employers are noise: what correlates with the outcome is the row's own. The twin has no folds.
    assert (np.corrcoef(data, outcome)[0, 1] > 0.2) is np.bool_(knows)


def test_an_effect_that_turns_with_another_variable_gets_no_direction():
    chance = np.random.default_rng(9)
    x, z = chance.normal(size=(2, 6_000))
    margin = 1.2 * x * np.where(z > -0.6, 1.0, -0.8) + 0.8 * z
    outcome = (chance.random(6_000) < 1 / (1 + np.exp(-margin))).astype(float)
    frame = pl.DataFrame({"x": x, "z": z, "bad": outcome})
    columns = columns_plan(frame, target="bad").columns
    assert "x" not in directions_infer(columns, frame, outcome)
    # The twin: turned nowhere, it has one.
    straight = (chance.random(6_000) < 1 / (1 + np.exp(-1.2 * x - 0.8 * z))).astype(float)
    assert directions_infer(columns, frame, straight) == {"x": 1, "z": 1}


def test_a_special_code_that_breaks_the_order_leaves_a_variable_free():
    chance = np.random.default_rng(10)
    x = chance.integers(0, 50, 6_000).astype(float)
    pd = 0.05 + x / 100
    is_special = chance.random(6_000) < 0.05
    broken = np.where(is_special, -1.0, x)
    outcome = (chance.random(6_000) < np.where(is_special, 0.9, pd)).astype(float)
    frame = pl.DataFrame({"x": broken, "bad": outcome})
    columns = columns_plan(frame, target="bad").columns
    assert directions_infer(columns, frame, outcome) == {}
    kept = frame.filter(pl.Series(~is_special))
    assert directions_infer(columns, kept, outcome[~is_special]) == {"x": 1}


def test_it_bends_a_calibration_that_a_straight_line_cannot_mend():
    chance = np.random.default_rng(11)
    margin = chance.normal(0, 1.5, 8_000)
    bent = np.where(margin > 0, 2.5 * margin, 0.3 * margin) - 1.0
    outcome = (chance.random(8_000) < 1 / (1 + np.exp(-bent))).astype(float)
    assert calibration_kind(margin, outcome, 1) == "piecewise"
    fitted = calibration_fit(margin, outcome, "piecewise")
    assert fitted.problems() == []
    assert np.abs(fitted.margins(margin) - bent).mean() < 0.15
    assert calibration_kind(margin[:1_000], outcome[:1_000], 1) == "logistic"


def test_a_bent_calibration_rises_even_where_the_outcomes_fall():
    chance = np.random.default_rng(12)
    margin = chance.normal(0, 1.0, 5_000)
    outcome = (chance.random(5_000) < 1 / (1 + np.exp(np.abs(margin) - 1))).astype(float)
    assert calibration_fit(margin, outcome, "piecewise").problems() == []


def test_deeper_trees_are_for_larger_tables():
    assert [deepest_tree(rows) for rows in (1_000, 5_000, 20_000)] == [4, 5, 6]


def test_parameters_recorded_before_there_were_kinds_of_calibration_mean_what_they_meant():
    recorded = {"rounds": 10, "max_depth": 2, "seed": 1}
    parameters = msgspec.convert(recorded, BoosterParameters)
    assert (parameters.calibration, parameters.code_folds) == ("logistic", 0)
