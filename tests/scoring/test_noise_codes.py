"""Codes that say nothing, of which a table has many: no kind of model may take their luck for risk."""

import msgspec
import numpy as np
import polars as pl
import pytest

from scoring.metrics import auc
from scoring.training import hidden_layer, scorecard
from scoring.training.directions import directions_infer
from scoring.training.families import FAMILIES
from scoring.training.mlp import MlpParameters
from scoring.training.scorecard import ScorecardParameters
from scoring.training.svm import SvmParameters
from tests.factories.families import NEW_KINDS, columns, recipe
from tests.factories.scoring import loan_outcome, loan_table

PARAMETERS = {"scorecard": ScorecardParameters(), "svm": SvmParameters(), "mlp": MlpParameters(steps=150)}
ROWS = 1_600
TABLE = loan_table(ROWS)
NOISY = TABLE.with_columns(pl.Series("branch", np.random.default_rng(3).integers(0, 80, ROWS)).cast(pl.String))


def _lost(kind):
    """AUC that the noisy column costs on the half not learnt from."""
    half, outcome = ROWS // 2, loan_outcome(TABLE)
    figures = []
    for frame in (TABLE, NOISY):
        settings = msgspec.structs.replace(recipe(frame, kind), parameters=PARAMETERS[kind])
        fitted = FAMILIES[kind].fit(frame[:half], outcome[:half], settings)
        figures.append(auc(outcome[half:], fitted.model.predict_pd(frame[half:])))
    return figures[0] - figures[1]


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_many_codes_without_meaning_cost_little(kind):
    assert _lost(kind) < 0.02


@pytest.mark.parametrize(("kind", "module"), [("scorecard", scorecard), ("mlp", hidden_layer)])
def test_without_other_folds_to_order_the_codes_they_would_cost_much(kind, module, monkeypatch):
    monkeypatch.setattr(module, "CODE_FOLDS", 0)
    assert _lost(kind) > 0.03


def test_directions_are_inferred_alike_however_a_long_table_is_sorted(monkeypatch):
    monkeypatch.setattr("scoring.training.directions._PROBE_ROWS", 500)
    found = []
    for table in (TABLE, TABLE.sort("bad")):
        found.append(directions_infer(columns(table), table, loan_outcome(table)))
    assert found[0] == found[1]
    assert (found[0]["late"], found[0]["income"]) == (1, -1)
