"""Pairs that act together are found, and a booster may be held to them where that pays on rows it has not seen."""

import msgspec
import numpy as np
import polars as pl
import pytest

from scoring.package.encoding import encode_frame
from scoring.training.booster import BoosterParameters, booster_train, matrix_of, raw_margins
from scoring.training.columns import columns_plan
from scoring.training.features import features_fit
from scoring.training.inner import inner_folds
from scoring.training.interactions import interacting_pairs
from scoring.training.tuning import pairs_held
from tests.factories.scoring import QUICK

ROWS = 4_000
NAMES = [f"x{place}" for place in range(6)]


def _drawn(seed, margin):
    chance = np.random.default_rng(seed)
    x = chance.normal(size=(ROWS, 6))
    outcome = (chance.random(ROWS) < 1 / (1 + np.exp(-margin(x)))).astype(float)
    return pl.DataFrame(dict(zip(NAMES, x.T, strict=True))), outcome


def _turning(x):
    return x[:, 0] * np.sign(x[:, 1]) + 0.5 * x[:, 2]


def _additive(x):
    return np.sin(2 * x[:, 0]) + np.abs(x[:, 1]) + 0.5 * x[:, 2]


def _features(frame, outcome):
    columns = columns_plan(frame.with_columns(bad=outcome), target="bad").columns
    return lambda rows, bads: features_fit(columns, rows, bads, {})


def _pairs(frame, outcome):
    features = _features(frame, outcome)(frame, outcome)
    return interacting_pairs(features, encode_frame(features, frame), outcome)


def test_a_pair_whose_effect_turns_is_found_and_no_other():
    assert _pairs(*_drawn(1, _turning)) == (("x0", "x1"),)


def test_curves_of_single_variables_make_no_pair_of_them():
    pairs = _pairs(*_drawn(2, _additive))
    assert not {("x0", "x1"), ("x0", "x2"), ("x1", "x2")} & set(pairs)
    assert len(pairs) <= 1  # of fifteen that are none, one in a thousand passes


def test_a_value_that_is_missing_makes_a_pair_where_it_matters_with_another():
    frame, _ = _drawn(3, _additive)
    chance = np.random.default_rng(4)
    gone = chance.random(ROWS) < 0.3
    margin = np.where(gone, 1.5, -0.5) * frame["x1"].to_numpy()
    outcome = (chance.random(ROWS) < 1 / (1 + np.exp(-margin))).astype(float)
    missing = frame.with_columns(x0=pl.when(pl.Series(gone)).then(None).otherwise(pl.col("x0")))
    assert ("x0", "x1") in _pairs(missing, outcome)


def _mixed_differences(interactions):
    """How far the margin is from a sum of what x0 and x2 do alone, over a grid of both."""
    frame, outcome = _drawn(5, lambda x: x[:, 0] * x[:, 2] + x[:, 0] * x[:, 1])
    features = _features(frame, outcome)(frame, outcome)
    parameters = msgspec.structs.replace(QUICK, interactions=interactions, max_depth=3, colsample_bynode=1.0)
    booster = booster_train(matrix_of(encode_frame(features, frame), outcome), parameters, features)
    low, high = np.meshgrid(np.linspace(-2, 2, 9), np.linspace(-2, 2, 9))
    rows = np.zeros((81, 6), dtype=np.float32)
    rows[:, 0], rows[:, 2] = low.ravel(), high.ravel()
    margins = raw_margins(booster, rows).reshape(9, 9)
    return np.abs(margins - margins[:1] - margins[:, :1] + margins[0, 0]).max()


@pytest.mark.parametrize(("interactions", "is_apart"), [((("x0", "x1"),), True), ((), False)])
def test_only_the_pairs_named_share_a_branch(interactions, is_apart):
    # The twin names none, and x0 and x2 act together.
    assert (_mixed_differences(interactions) < 1e-4) is np.bool_(is_apart)


@pytest.mark.parametrize(("pairs", "are_held"), [((("x0", "x1"),), True), ((("x3", "x4"),), False)])
def test_pairs_are_held_only_where_that_pays_on_rows_left_out(pairs, are_held):
    frame, outcome = _drawn(6, _turning)
    folds = inner_folds(frame, outcome, _features(frame, outcome), seed=1, max_bin=64, code_folds=0)
    free = BoosterParameters(max_depth=4, learning_rate=0.1, colsample_bynode=1.0, subsample=1.0, max_bin=64)
    found = pairs_held(folds, free, pairs, outcome)
    # The twin's pair is none: held to it, the model would lose the effect that turns.
    assert found.interactions == (pairs if are_held else ())


def test_parameters_of_cards_written_before_let_all_features_share_a_branch():
    assert msgspec.convert({"rounds": 10}, BoosterParameters).interactions == ()


def test_a_card_keeps_the_pairs():
    held = BoosterParameters(interactions=(("x0", "x1"),))
    assert msgspec.convert(msgspec.json.decode(msgspec.json.encode(held)), BoosterParameters) == held
