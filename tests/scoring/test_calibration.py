"""A calibration bends the margin and never turns an order round, one by one and in bulk alike."""

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.package.calibration import Calibration, Hinge
from scoring.training.calibration import calibration_fit
from tests.factories.scoring import loan_table, scoring_model

BENT = Calibration(-0.2, 0.8, "piecewise", [Hinge(-1.0, 0.5), Hinge(0.25, -1.1)])
RAW = np.linspace(-6, 6, 1_001).astype(np.float32)


@pytest.mark.parametrize("calibration", [Calibration(-0.1, 0.9), BENT])
def test_one_margin_is_calibrated_bit_for_bit_as_many(calibration):
    assert calibration.margins(RAW).tolist() == [calibration.margin(float(raw)) for raw in RAW]


@pytest.mark.parametrize("calibration", [Calibration(-0.1, 0.9), BENT])
def test_it_rises_everywhere(calibration):
    assert calibration.problems() == []
    assert (np.diff(calibration.margins(RAW)) > 0).all()


@given(st.floats(-5, 5, width=32), st.floats(-5, 5, width=32))
def test_stretched_contributions_add_up_to_the_log_odds(raw, base):
    stretch = float(BENT.stretch(np.array([raw]), base)[0])
    assert stretch > 0
    assert BENT.margin(base) + stretch * (raw - base) == pytest.approx(BENT.margin(raw), abs=1e-5)


@pytest.mark.parametrize(
    "wrong",
    [
        Calibration(0.0, -1.0),
        Calibration(0.0, 1.0, "piecewise", [Hinge(0.0, -1.0)]),
        Calibration(0.0, 1.0, "piecewise", [Hinge(1.0, 0.1), Hinge(0.0, 0.1)]),
        Calibration(0.0, 1.0, "logistic", [Hinge(1.0, 0.1)]),
        Calibration(0.0, 1.0, "piecewise"),
        Calibration(float("nan"), 1.0),
    ],
)
def test_it_names_what_is_wrong(wrong):
    assert wrong.problems()


def test_a_logistic_one_is_stored_as_it_always_was():
    assert msgspec.to_builtins(Calibration(0.5, 2.0)) == {"intercept": 0.5, "slope": 2.0, "kind": "logistic"}


def test_a_model_under_a_bent_calibration_explains_the_margin_it_gives():
    straight = scoring_model()
    schema = msgspec.structs.replace(straight.schema, calibration=BENT)
    model = type(straight)(schema=schema, body=straight.body, card={}, content_hash="")
    frame = loan_table(200)
    sums = model.base + model.explain(frame).sum(axis=1)
    assert np.abs(sums - model.margin_frame(frame)).max() < 1e-4
    row = frame.to_dicts()[0]
    assert [c.value for c in model.contributions(row)] == pytest.approx(model.explain(frame)[0].tolist(), abs=1e-9)
    assert model.score(row).margin == model.margin_frame(frame)[0]


def test_margins_far_off_or_nearly_constant_do_not_throw_it_out_of_bounds():
    chance = np.random.default_rng(3)
    outcome = (chance.random(120) < 0.4).astype(float)
    for margins in (outcome * 60.0 - 30.0, np.full(120, 7.0), chance.normal(size=120) * 1e-9, -50.0 * outcome):
        found = calibration_fit(margins, outcome)
        pds = 1.0 / (1.0 + np.exp(-found.margins(margins)))
        assert abs(pds.mean() - outcome.mean()) < 0.02
        assert found.problems() == []
