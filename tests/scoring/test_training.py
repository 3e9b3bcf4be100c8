"""Training is honest and repeatable: nothing of the rows left out, nothing of the clock, no order turned round."""

from functools import partial

import msgspec
import numpy as np
import polars as pl
import pytest

from scoring.metrics import auc, ece
from scoring.package.schema import Feature
from scoring.training.booster import BoosterParameters, booster_bytes, booster_train, matrix_of
from scoring.training.calibration import calibration_fit
from scoring.training.columns import columns_plan
from scoring.training.cross_validation import cross_validate
from scoring.training.directions import directions_infer, directions_read
from scoring.training.errors import TrainingInputError
from scoring.training.features import features_fit
from scoring.training.fitting import Recipe, fit_xgboost
from scoring.training.sweep import monotonicity_violations
from scoring.training.tuning import average_parameters, trial_count, tune
from tests.factories.scoring import QUICK, loan_outcome, loan_table, scoring_model

FRAME = loan_table()
OUTCOME = loan_outcome(FRAME)
COLUMNS = columns_plan(FRAME, target="bad").columns


def _recipe(parameters=QUICK, columns=COLUMNS):
    return Recipe(columns, partial(directions_infer, columns), 42, parameters)


def test_it_infers_the_directions_that_are_there_and_no_other():
    assert directions_infer(COLUMNS, FRAME, OUTCOME) == {"late": 1, "income": -1, "purpose": 1}


def test_it_infers_no_direction_for_a_risk_that_turns():
    chance = np.random.default_rng(3)
    x = chance.normal(size=3_000)
    outcome = (chance.random(3_000) < 0.1 + 0.5 * (np.abs(x) > 1)).astype(float)
    frame = pl.DataFrame({"x": x, "bad": outcome})
    assert directions_infer(columns_plan(frame, target="bad").columns, frame, outcome) == {}


def test_it_reads_directions_from_a_file_and_names_every_wrong_one(tmp_path):
    path = tmp_path / "directions.json"
    path.write_text('{"late": "higher_is_riskier", "income": -1, "noise": 0}')
    assert directions_read(path, COLUMNS) == {"late": 1, "income": -1, "noise": 0, "purpose": 1}
    path.write_text('{"late": "sideways", "nothing": 1}')
    with pytest.raises(TrainingInputError) as refused:
        directions_read(path, COLUMNS)
    assert len(refused.value.facts["problems"]) == 2


def test_it_keeps_every_promised_direction_and_sees_one_that_is_broken():
    model = scoring_model()
    assert monotonicity_violations(model, FRAME) == 0
    turned = [msgspec.structs.replace(feature, monotone=-feature.monotone) for feature in model.schema.features]
    # The twin: the same trees under the opposite promise must be caught.
    broken = type(model)(
        schema=msgspec.structs.replace(model.schema, features=turned),
        body=model.body,
        card={},
        content_hash="",
    )
    assert monotonicity_violations(broken, FRAME) > 1_000


def test_it_orders_codes_by_smoothed_bad_rate_and_pools_rare_ones():
    codes = ["a"] * 100 + ["b"] * 100 + ["rare"] * 2 + [None] * 40
    outcome = np.array([1.0] * 10 + [0.0] * 90 + [1.0] * 50 + [0.0] * 50 + [1.0] * 2 + [1.0] * 40)
    frame = pl.DataFrame({"code": codes})
    (feature,) = features_fit(columns_plan(frame.with_columns(bad=outcome), target="bad").columns, frame, outcome, {})
    assert list(feature.codes) == ["a", "b"]
    assert feature.codes["a"] < 0 < feature.other < feature.missing
    assert feature.codes["a"] < feature.codes["b"] < feature.missing


def test_it_calibrates_margins_that_say_too_much():
    chance = np.random.default_rng(4)
    margin = chance.normal(-1, 1.5, 20_000)
    outcome = (chance.random(20_000) < 1 / (1 + np.exp(-margin))).astype(float)
    fitted = calibration_fit(2 * margin + 1, outcome)
    assert fitted.slope == pytest.approx(0.5, abs=0.02)
    assert fitted.intercept == pytest.approx(-0.5, abs=0.05)
    pd = 1 / (1 + np.exp(-(fitted.intercept + fitted.slope * (2 * margin + 1))))
    assert ece(outcome, pd) < 0.01


def test_it_never_turns_the_order_round_even_where_the_margin_is_upside_down():
    outcome = np.array([0.0, 1.0] * 200)
    assert calibration_fit(-outcome + np.linspace(0, 0.1, 400), outcome).slope > 0


def test_the_trees_are_the_same_with_one_thread_and_two():
    data = np.random.default_rng(5).normal(size=(3_000, 8)).astype(np.float32)
    outcome = (data[:, 0] > 0).astype(float)
    features = [Feature(f"x{place}", "number", None) for place in range(8)]
    one, two = (
        booster_bytes(booster_train(matrix_of(data, outcome), QUICK, features, threads=threads)) for threads in (1, 2)
    )
    assert one == two


def test_the_same_rows_and_seed_give_the_same_model_tuning_included(monkeypatch):
    monkeypatch.setattr("scoring.training.tuning._FEWEST_TRIALS", 3)
    monkeypatch.setattr("scoring.training.tuning._MOST_TRIALS", 3)
    one, two = (fit_xgboost(FRAME[:500], OUTCOME[:500], _recipe(None)) for _ in range(2))
    assert one.model.body == two.model.body
    assert one.model.schema == two.model.schema
    assert one.tuning.trials == 3


def test_tuning_sees_no_row_but_those_it_is_given(monkeypatch):
    monkeypatch.setattr("scoring.training.tuning._MOST_TRIALS", 2)
    seen = []

    def feature_fit(rows, bads):
        seen.append(set(rows["noise"].to_list()))
        return features_fit(COLUMNS, rows, bads, {})

    given = FRAME[:300]
    tune(given, OUTCOME[:300], feature_fit, seed=1)
    assert set.union(*seen) == set(given["noise"].to_list())
    # Four fifths to train each inner model on; all of them once, to tell the pairs that act together.
    assert sorted(len(rows) for rows in seen) == [240] * 5 + [300]


def test_the_number_of_trials_depends_on_the_size_alone():
    assert trial_count(1_000, 20) == 24
    assert trial_count(21_095, 20) == 16
    assert trial_count(150_000, 10) == 22
    assert trial_count(150_000, 100) == 10


def test_it_averages_rates_geometrically():
    one, two = BoosterParameters(learning_rate=0.02, max_depth=2), BoosterParameters(learning_rate=0.08, max_depth=3)
    mean = average_parameters([one, two])
    assert (mean.learning_rate, mean.max_depth) == (0.04, 2)


def test_out_of_fold_figures_are_not_optimistic_on_noise():
    chance = np.random.default_rng(6)
    frame = pl.DataFrame(
        {
            **{f"x{place}": chance.normal(size=600) for place in range(6)},
            "code": [f"c{number}" for number in chance.integers(0, 60, 600)],
            "bad": chance.integers(0, 2, 600),
        }
    )
    columns = columns_plan(frame, target="bad").columns
    result = cross_validate(
        frame, loan_outcome(frame), fit_xgboost, _recipe(columns=columns), folds=5, progress=lambda line: None
    )
    # Three standard errors of the AUC of noise on 600 rows.
    assert abs(result.metrics["auc"] - 0.5) < 0.07


def test_cross_validation_gives_means_over_folds_and_finds_what_is_there():
    result = cross_validate(FRAME, OUTCOME, fit_xgboost, _recipe(), folds=4, progress=lambda line: None)
    assert result.metrics["auc"] == pytest.approx(np.mean([fold["auc"] for fold in result.folds]))
    assert 0.7 < result.metrics["auc"] < 0.9
    assert result.monotonicity_violations == 0
    assert len(result.folds) == 4
    assert sum(row["count"] for row in result.gains) == len(OUTCOME)


def test_the_model_learnt_beats_its_best_variable():
    fitted = fit_xgboost(FRAME[:900], OUTCOME[:900], _recipe())
    held_out = fitted.model.predict_pd(FRAME[900:])
    assert auc(OUTCOME[900:], held_out) > auc(OUTCOME[900:], FRAME["late"][900:].to_numpy())


def test_its_reference_population_is_the_safer_half():
    reference = scoring_model().schema.reference
    assert "safer half" in reference.label_en
    assert set(reference.contributions) == set(scoring_model().features)
    assert sum(reference.contributions.values()) < 0
