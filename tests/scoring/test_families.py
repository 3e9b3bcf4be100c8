"""What every kind of model promises: one row as its batch, explanations that add up, the same bytes again."""

import os
import signal

import msgspec
import numpy as np
import pytest

from scoring.metrics import auc
from scoring.package.encoding import encode_frame
from scoring.package.hidden_layer import BLOCK
from scoring.training.errors import TrainingInputError
from scoring.training.families import FAMILIES, family_of, family_parameters
from tests.factories.families import KINDS, NEW_KINDS, coded_table, family_model, fitted, recipe
from tests.factories.scoring import loan_outcome

FRAME = coded_table(300)


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_one_row_scores_as_in_its_batch_to_the_last_bit(kind):
    model = family_model(kind)
    assert model.predict_pd(FRAME).tolist() == [model.score(row).pd for row in FRAME.to_dicts()]


@pytest.mark.parametrize("kind", ["svm", "mlp"])
def test_before_rounding_too_a_row_s_margin_does_not_depend_on_its_neighbours(kind, monkeypatch):
    monkeypatch.setattr("scoring.package.hidden_layer._DIGITS", 17)
    model = family_model(kind)
    data = encode_frame(model.schema.features, FRAME[: BLOCK + 5])
    whole = model.raw_margins(data)
    assert whole.tolist() == [float(model.raw_margins(row[np.newaxis])[0]) for row in data]


@pytest.mark.parametrize("kind", KINDS)
def test_contributions_add_up_to_the_margin(kind):
    model = family_model(kind)
    sums = model.explain(FRAME[:40]).sum(axis=1) + model.base
    assert sums == pytest.approx(model.margin_frame(FRAME[:40]), abs=1e-4 if kind == "xgboost" else 1e-6)


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_one_row_is_explained_as_in_its_batch(kind):
    model = family_model(kind)
    many = model.explain(FRAME[:5])
    one = [[part.value for part in model.contributions(row)] for row in FRAME[:5].to_dicts()]
    assert many.tolist() == one


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_the_variable_that_drives_the_risk_drives_the_explanation(kind):
    parts = {
        part.variable: part.value for part in family_model(kind).contributions({**FRAME.row(1, named=True), "late": 5})
    }
    assert parts["late"] == max(parts.values()) > 0.2


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_it_ranks_rows_it_has_not_seen(kind):
    unseen = coded_table(1_500)[900:]
    assert auc(loan_outcome(unseen), family_model(kind).predict_pd(unseen)) > 0.67


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_the_same_rows_and_parameters_give_the_same_bytes(kind):
    frame = coded_table()
    again = FAMILIES[kind].fit(frame, loan_outcome(frame), recipe(frame, kind))
    assert again.model.body == fitted(kind).model.body
    assert again.model.schema == fitted(kind).model.schema


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_other_rows_give_other_bytes(kind):
    frame = coded_table().head(899)
    assert FAMILIES[kind].fit(frame, loan_outcome(frame), recipe(frame, kind)).model.body != fitted(kind).model.body


@pytest.mark.parametrize("kind", NEW_KINDS)
def test_a_process_forked_after_loading_and_scoring_scores_the_same(kind):
    model = family_model(kind)
    values = {"late": 3, "income": 2_000.0, "purpose": "car", "savings": None, "noise": 0.4}
    expected = model.score(values).pd
    model.contributions(values)
    child = os.fork()
    if child == 0:
        signal.alarm(20)
        os._exit(0 if model.score(values).pd == expected and model.contributions(values) else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_family_refuses_another_s_parameters():
    frame = coded_table(100)
    with pytest.raises(TypeError, match="SvmParameters are not MlpParameters"):
        FAMILIES["mlp"].fit(frame, loan_outcome(frame), recipe(frame, "svm"))


def test_parameters_come_back_from_a_card():
    given = fitted("svm").parameters
    assert family_parameters("svm", msgspec.to_builtins(given)) == given
    with pytest.raises(TrainingInputError, match="not parameters of mlp"):
        family_parameters("mlp", msgspec.to_builtins(given))


def test_an_unknown_kind_is_named_with_those_that_exist():
    with pytest.raises(TrainingInputError, match="xgboost, scorecard, svm, mlp"):
        family_of("forest")
