"""Nobody is scored by a model that knows them; a twin lets the models know everybody and sees red."""

from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pytest

from monitoring.services import out_of_fold
from monitoring.services.out_of_fold import (
    ModelNotRefittable,
    ScoredByOwnModel,
    TooFewOutcomes,
    folds_of,
    out_of_fold_pds,
)
from scoring.metrics import auc
from scoring.package import ScoringModel
from scoring.training.booster import BoosterParameters
from scoring.training.columns import Column
from scoring.training.fitting import Recipe, fit_xgboost

DATA = Path(__file__).resolve().parents[2] / "data" / "taiwan_dev70.parquet"
NAMES = ["LIMIT_BAL", "PAY_0", "PAY_2", "BILL_AMT1", "BILL_AMT2", "PAY_AMT1"]


@pytest.fixture(scope="module")
def table():
    frame = pl.read_parquet(DATA)[:900]
    return frame.select(NAMES), np.arange(900), frame["default"].to_numpy().astype(bool)


@pytest.fixture(scope="module")
def model(table):
    frame, _, bad = table
    parameters = BoosterParameters(rounds=40, max_depth=5, min_child_weight=1.0)
    recipe = Recipe([Column(name, "number") for name in NAMES], lambda rows, bads: {}, 42, parameters)
    fitted = fit_xgboost(frame, bad.astype(float), recipe)
    card = {"parameters": msgspec.to_builtins(parameters), "seed": 42}
    return ScoringModel(schema=fitted.model.schema, body=fitted.model.body, card=card, content_hash="x")


@pytest.fixture(autouse=True)
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_scores_of_accounts_unseen_are_worse_than_those_of_accounts_learnt(table, model):
    frame, customers, bad = table
    unseen = out_of_fold_pds(model, frame, customers, bad, folds_of(customers, bad)).values
    assert 0.65 < auc(bad, unseen) < auc(bad, model.predict_pd(frame)) - 0.05


def test_a_model_that_was_trained_on_everybody_is_found_out(table, model, monkeypatch):
    frame, customers, bad = table
    monkeypatch.setattr(out_of_fold, "training_rows", lambda folds, number: np.arange(folds.size))
    with pytest.raises(ScoredByOwnModel):
        out_of_fold_pds(model, frame, customers, bad, folds_of(customers, bad))


def test_a_customer_with_two_loans_stands_in_one_fold(table):
    _, _, bad = table
    customers = np.arange(900) // 2
    folds = folds_of(customers, bad)
    assert (folds[::2] == folds[1::2]).all() and sorted(set(folds.tolist())) == [1, 2, 3, 4, 5]


def test_the_same_data_is_trained_on_once_and_other_data_anew(table, model, var):
    frame, customers, bad = table
    folds = folds_of(customers, bad)
    first = out_of_fold_pds(model, frame, customers, bad, folds)
    again = out_of_fold_pds(model, frame, customers, bad, folds)
    assert not first.is_cached and again.is_cached and (first.values == again.values).all()
    other = bad.copy()
    other[0] = not other[0]
    assert not out_of_fold_pds(model, frame, customers, other, folds).is_cached


def test_too_few_outcomes_and_models_without_a_recipe_are_refused(table, model):
    frame, customers, bad = table
    with pytest.raises(TooFewOutcomes):
        folds_of(customers[:30], bad[:30])
    foreign = ScoringModel(schema=model.schema, body=model.body, card={}, content_hash="y")
    with pytest.raises(ModelNotRefittable):
        out_of_fold_pds(foreign, frame, customers, bad, folds_of(customers, bad))
