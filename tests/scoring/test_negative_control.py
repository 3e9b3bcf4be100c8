"""Where nothing can be learnt nothing is found, unless something saw the outcome that it is measured on."""

import numpy as np
import polars as pl
import pytest

from scoring.package.encoding import encode_frame
from scoring.services.models.honesty import ModelControlFailedError, ModelLeaksError, honesty_require
from scoring.training.booster import BoosterParameters
from scoring.training.columns import columns_plan
from scoring.training.features import features_fit
from scoring.training.fitting import Recipe, fit_xgboost
from scoring.training.folds import stratified_sample
from scoring.training.negative_control import NegativeControl, family_held_out_auc, negative_control
from tests.factories.scoring import loan_outcome, loan_table

FRAME = loan_table(300).with_columns(
    shop=pl.Series([f"s{number}" for number in np.random.default_rng(8).integers(0, 70, 300)])
)
OUTCOME = loan_outcome(FRAME)
FEATURES = FRAME.drop("bad")


@pytest.fixture
def _few_shuffles(monkeypatch):
    monkeypatch.setattr("scoring.training.negative_control.SHUFFLES", 8)


def _measure(frame):
    columns = columns_plan(frame, target="bad").columns
    few = BoosterParameters(rounds=15, learning_rate=0.3)
    return family_held_out_auc(fit_xgboost, Recipe(columns, lambda rows, outcome: {}, 42, few))


@pytest.mark.usefixtures("_few_shuffles")
def test_an_honest_procedure_finds_nothing_in_shuffled_outcomes():
    control = negative_control(FEATURES, OUTCOME, _measure(FEATURES), seed=42)
    assert control.is_passed
    assert (control.shuffles, control.rows) == (8, 300)


@pytest.mark.usefixtures("_few_shuffles")
def test_codes_ordered_by_the_outcomes_of_all_rows_are_caught():
    # The twin: the same family, but bad rates by shop are taken before the rows are parted.
    shop = columns_plan(FRAME.select("shop", "bad"), target="bad").columns

    def leaking(frame, outcome, seed):
        encoded = encode_frame(features_fit(shop, frame, outcome, {}), frame)[:, 0]
        prepared = frame.with_columns(shop=pl.Series(encoded))
        return _measure(prepared)(prepared, outcome, seed)

    control = negative_control(FEATURES, OUTCOME, leaking, seed=42)
    assert not control.is_passed
    assert control.auc > 0.55


def test_the_same_seed_gives_the_same_control():
    def measure(frame, outcome, seed):
        return float(outcome[: 100 + seed].mean())

    one, two = (negative_control(FEATURES, OUTCOME, measure, seed=3) for _ in range(2))
    assert one == two


def test_three_standard_errors_are_the_limit():
    assert NegativeControl(0.5149, 0.005, 20, 1000).is_passed
    assert not NegativeControl(0.5151, 0.005, 20, 1000).is_passed
    assert not NegativeControl(0.4849, 0.005, 20, 1000).is_passed


def test_a_card_of_a_failed_control_is_refused():
    honesty_require({"negative_control": {"auc": 0.501, "standard_error": 0.005, "is_passed": True}})
    with pytest.raises(ModelControlFailedError):
        honesty_require({"negative_control": {"auc": 0.6, "standard_error": 0.005, "is_passed": False}})


def test_a_card_with_a_suspect_that_nobody_waived_is_refused():
    suspect = {"column": "recoveries", "why": "alone AUC 0.93", "is_read": True, "waived_because": ""}
    honesty_require({})
    honesty_require({"leak_check": {"suspects": [suspect | {"is_read": False}]}})
    honesty_require({"leak_check": {"suspects": [suspect | {"waived_because": "known on the day"}]}})
    with pytest.raises(ModelLeaksError, match="recoveries") as refused:
        honesty_require({"leak_check": {"suspects": [suspect]}})
    assert refused.value.facts["columns"] == ["recoveries"]


def test_a_sample_of_rare_bads_keeps_enough_of_them():
    outcome = np.zeros(50_000)
    outcome[:60] = 1.0
    places = stratified_sample(outcome, 2_000, 42)
    assert outcome[places].sum() == 60
    assert 1_900 < len(places) < 2_100
    assert (np.diff(places) > 0).all()
