"""One row's margin and contributions without the library are the library's own."""

import json
from pathlib import Path

import numpy as np
import pytest
import xgboost as xgb

from scoring.package import package_read
from scoring.package.forest import Forest, UnusualTreesError, forest_verified, probe_rows
from scoring.package.shapley import LeafGames, games_verified

MODELS = Path(__file__).parents[2] / "data/models"


def trained(depth, rounds=60, missing=0.1, **parameters):
    chance = np.random.default_rng(depth)
    data = chance.normal(size=(1_500, 8)).astype(np.float32)
    data[:, 3] = data[:, 3].round()
    outcome = (data[:, 0] + data[:, 1] * data[:, 2] + chance.normal(size=1_500) > 0).astype(int)
    data[chance.random(data.shape) < missing] = np.nan
    settings = {"objective": "binary:logistic", "max_depth": depth, "nthread": 1, "base_score": 0.3, **parameters}
    return xgb.train(settings, xgb.DMatrix(data, outcome), rounds)


def contributions(booster, rows):
    return booster.predict(xgb.DMatrix(rows, nthread=1), pred_contribs=True, validate_features=False)


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_margins_are_the_librarys_to_the_last_bit(depth, missing):
    booster = trained(depth, missing=missing)
    forest = forest_verified(booster)
    rows = np.concatenate([probe_rows(forest, 300), np.random.default_rng(1).normal(size=(300, 8)).astype(np.float32)])
    library = booster.inplace_predict(rows, predict_type="margin", validate_features=False)
    assert [forest.margin(row) for row in rows] == library.tolist()


@pytest.mark.parametrize("depth", [1, 3, 4, 6])
def test_contributions_are_the_librarys(depth):
    booster = trained(depth)
    forest = forest_verified(booster)
    rows = probe_rows(forest, 80)
    games = LeafGames(forest)
    assert (
        np.abs(np.array([games.contributions(row) for row in rows]) - contributions(booster, rows)[:, :-1]).max() < 2e-5
    )


@pytest.mark.parametrize("product", ["instalment", "card"])
def test_the_shipped_models_are_scored_this_way(product):
    predictor = package_read((MODELS / f"{product}.package").read_bytes())._predictor
    assert predictor._forest is not None
    assert predictor._games is not None
    for row in probe_rows(predictor._forest, 200):
        assert predictor.margin(row) == predictor.library_margin(row)


def test_unusual_boosters_are_left_to_the_library():
    assert forest_verified(trained(2, booster="dart", rate_drop=0.2)) is None
    many = xgb.train({"objective": "multi:softprob", "num_class": 3}, xgb.DMatrix(np.eye(3), [0, 1, 2]), 2)
    with pytest.raises(UnusualTreesError):
        Forest(json.loads(bytes(many.save_raw("json"))))


def test_switched_off_a_changed_leaf_or_cover_is_seen():
    booster = trained(3)
    forest = forest_verified(booster)
    games = games_verified(forest, lambda rows: contributions(booster, rows))
    assert games is not None
    forest.cover = forest.cover * 0.9
    assert games_verified(forest, lambda rows: contributions(booster, rows)) is None
    saved = json.loads(bytes(booster.save_raw("json")))
    tree = saved["learner"]["gradient_booster"]["model"]["trees"][0]
    leaf = tree["left_children"].index(-1)
    tree["split_conditions"][leaf] += 1e-3
    other = xgb.Booster(model_file=bytearray(json.dumps(saved).encode()))
    rows = probe_rows(forest, 300)
    changed = other.inplace_predict(rows, predict_type="margin", validate_features=False)
    assert [forest.margin(row) for row in rows] != changed.tolist()
