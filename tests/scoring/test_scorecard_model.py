"""The scorecard: bins that run one way, special and missing values apart, points that are the score."""

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.package.scorecard import PER_UNIT, Scorecard
from scoring.scaling import margin_from_pd, points_from_margin_change
from scoring.training.directions import directions_infer
from scoring.training.fitting import Recipe
from scoring.training.logistic import logistic_fit
from scoring.training.scorecard import ScorecardParameters, fit_scorecard
from scoring.training.scorecard_bins import Binning, bins_fit
from scoring.training.special_codes import special_codes
from scoring.training.sweep import monotonicity_violations
from tests.factories.families import coded_table, columns, family_model, fitted
from tests.factories.scoring import loan_outcome

BINNING = Binning(most_bins=6, smallest_share=0.01, enough_rows=40, smoothing=10.0, turning_gain=25.0)


def _sheet() -> Scorecard:
    return msgspec.json.decode(fitted("scorecard").model.body, type=Scorecard)


def _values(rows: int = 800, seed: int = 3) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=rows).astype(np.float32)


def _outcome(margin: np.ndarray, seed: int = 4) -> np.ndarray:
    return (np.random.default_rng(seed).random(margin.size) < 1 / (1 + np.exp(-margin))).astype(float)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), direction=st.sampled_from([1, -1]), slope=st.floats(-2, 2))
def test_bins_run_the_way_they_are_held_to_whatever_the_data_say(seed, direction, slope):
    values = np.random.default_rng(seed).integers(0, 12, 300).astype(np.float32)
    outcome = _outcome(slope * (values - 6) / 4, seed)
    outcome[:2] = 0.0, 1.0
    bins = bins_fit(values, outcome, direction=direction, is_code=False, binning=BINNING)
    risks = np.array([cell.risk for cell in bins.cells])
    assert (np.diff(risks) * direction > 0).all()
    assert sum(cell.rows for cell in bins.cells) + sum(cell.rows for cell in bins.special.values()) == values.size


def test_without_a_direction_the_better_one_is_taken():
    values = _values()
    assert bins_fit(values, _outcome(values), direction=0, is_code=False, binning=BINNING).direction == 1
    assert bins_fit(values, _outcome(-values), direction=0, is_code=False, binning=BINNING).direction == -1


def test_a_curve_that_turns_is_kept_if_it_gains_enough_and_only_then():
    values = _values(3_000)
    outcome = _outcome(2 * np.abs(values) - 1.5)
    turning = bins_fit(values, outcome, direction=0, is_code=False, binning=BINNING)
    assert turning.direction == 0
    strict = msgspec.structs.replace(BINNING, turning_gain=1e9)
    assert bins_fit(values, outcome, direction=0, is_code=False, binning=strict).direction != 0


def test_noise_seldom_gets_a_curve_that_turns():
    """Cut where it serves best, half of all noise gains 13; the twin keeps nearly all of it."""
    samples = [(_values(seed=seed), _outcome(np.full(800, -1.0), 1_000 + seed)) for seed in range(60)]

    def turned(gain):
        binning = ScorecardParameters(turning_gain=gain).binning
        return sum(bins_fit(*one, direction=0, is_code=False, binning=binning).direction == 0 for one in samples)

    assert turned(ScorecardParameters().turning_gain) <= 3
    assert turned(6.0) >= 30


@pytest.mark.parametrize(("rows", "least"), [(400, 20), (2_000, 40), (20_000, 200)])
def test_every_bin_has_a_twentieth_of_the_rows_or_enough_of_them(rows, least):
    values = _values(rows)
    outcome = _outcome(6 * (values > 2.1) + 0 * values - 1)
    bins = bins_fit(values, outcome, direction=1, is_code=False, binning=BINNING)
    assert 1 < len(bins.cells) <= 6
    assert least <= min(cell.rows for cell in bins.cells) <= 5 * least


def test_missing_and_special_values_have_bins_of_their_own():
    values = np.abs(_values(1_000)) * 100
    values[:50], values[50:100] = np.nan, -999.0
    outcome = _outcome(values * 0 - 1)
    outcome[:50] = 1.0
    bins = bins_fit(values, np.nan_to_num(outcome), direction=1, is_code=False, binning=BINNING)
    assert (bins.missing.rows, bins.missing.bads) == (50, 50)
    assert bins.special[-999.0].rows == 50
    assert bins.risks(values[:1])[0] == bins.missing.risk > 1.0
    assert bins.risks(values[50:51])[0] == bins.special[-999.0].risk


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ([-999.0] * 20 + list(range(100)), [-999.0]),
        ([-9.0] * 20 + [-8.0] * 20 + [-7.0] * 20 + list(range(50)), [-9.0, -8.0, -7.0]),
        ([96.0] * 12 + [98.0] * 30 + [0.0] * 900 + list(range(14)), [96.0, 98.0]),
        ([365_243.0] * 30 + list(range(-2_000, 0, 4)), [365_243.0]),
        ([-1.0] * 20 + list(range(100)), [-1.0]),
        ([9_999.0, *range(100)], []),  # once is an outlier
        (list(range(-50, 50)) * 10, []),
        ([0.0, 1.0] * 100, []),
        ([1e6 + i for i in range(20)] + list(range(100)), []),
        ([], []),
        ([5.5] * 500, []),
    ],
)
def test_codes_among_amounts_are_found(values, codes):
    assert special_codes(np.array(values, dtype=np.float32)) == codes


def test_weights_are_never_negative_and_meet_the_optimum():
    chance = np.random.default_rng(1)
    design = chance.normal(size=(2_000, 4))
    outcome = _outcome(design @ np.array([1.0, 0.5, 0.0, -0.8]) - 1)
    intercept, weights = logistic_fit(design, outcome, lasso=0.0, ridge=0.0)
    assert weights[3] == 0.0 and (weights >= 0).all()
    slope = design.T @ (1 / (1 + np.exp(-(intercept + design @ weights))) - outcome) / len(outcome)
    assert slope[weights > 0] == pytest.approx(0, abs=1e-6)
    assert (slope[weights == 0] >= 0).all()


def test_penalties_shrink_and_leave_out():
    chance = np.random.default_rng(1)
    design = chance.normal(size=(1_000, 3))
    outcome = _outcome(design @ np.array([1.0, 0.1, 0.0]))
    _, free = logistic_fit(design, outcome, lasso=0.0, ridge=0.0)
    _, ridge = logistic_fit(design, outcome, lasso=0.0, ridge=0.5)
    _, lasso = logistic_fit(design, outcome, lasso=0.05, ridge=0.0)
    assert ridge[0] < free[0]
    assert lasso[0] > 0 and (lasso[1:] == 0).all()


def test_points_added_up_on_paper_are_the_score():
    sheet, model = _sheet(), family_model("scorecard")
    for row in coded_table(40).to_dicts():
        score = model.score(row)
        parts = model.contributions(row)
        averages = {one.name: one.average / PER_UNIT for one in sheet.characteristics}
        on_paper = sheet.base_points + sum(
            points_from_margin_change(part.value + averages[part.variable], model.schema.scale) for part in parts
        )
        assert on_paper == pytest.approx(score.points, abs=0.6)


def test_an_application_without_values_adds_up_the_bins_of_missing_ones():
    sheet, model = _sheet(), family_model("scorecard")
    nothing = sheet.intercept + sum(one.missing.margin for one in sheet.characteristics)
    assert margin_from_pd(model.score({}).pd) == pytest.approx(nothing / PER_UNIT, abs=1e-6)


def test_categories_are_grouped_in_the_order_of_their_bad_rate():
    feature = next(one for one in family_model("scorecard").schema.features if one.name == "purpose")
    assert feature.codes["travel"] == max(feature.codes.values())
    characteristic = next(one for one in _sheet().characteristics if one.name == "purpose")
    assert [one.margin for one in characteristic.bins] == sorted(one.margin for one in characteristic.bins)


def test_a_code_never_seen_counts_as_about_the_average():
    model = family_model("scorecard")
    seen = [model.score({"late": 1, "purpose": code}).pd for code in ("car", "repairs", "travel")]
    assert min(seen) <= model.score({"late": 1, "purpose": "boat"}).pd <= max(seen)


def test_it_keeps_its_directions_on_every_row_and_the_sweep_can_tell():
    model, frame = family_model("scorecard"), coded_table()
    assert {f.name: f.monotone for f in model.schema.features}["late"] == 1
    assert monotonicity_violations(model, frame) == 0
    turned = [msgspec.structs.replace(f, monotone=-f.monotone) for f in model.schema.features]
    wrong = type(model)(
        schema=msgspec.structs.replace(model.schema, features=turned), body=model.body, card={}, content_hash=""
    )
    assert monotonicity_violations(wrong, frame) > 0


def test_a_code_too_long_for_single_precision_is_no_amount_to_the_sweep():
    chance = np.random.default_rng(8)
    bads = (np.arange(600) % 2).astype(float)
    is_coded = (chance.random(600) < 0.5) & (bads == 1)
    frame = pl.DataFrame({"amount": np.where(is_coded, 99_999_999, chance.integers(500, 1_500, 600) - 400 * bads)})
    recipe = Recipe(columns(frame), lambda _frame, _outcome: {}, 42, ScorecardParameters())
    model = fit_scorecard(frame, bads, recipe).model
    assert model.special_values["amount"] == [1e8]
    assert max(model.schema.features[0].quantiles) < 2_000
    assert monotonicity_violations(model, frame) == 0


def test_a_variable_that_says_nothing_is_left_out():
    chance = np.random.default_rng(9)
    frame = coded_table(2_000).with_columns(pl.Series("coin", chance.integers(0, 2, 2_000)))
    parameters = ScorecardParameters()
    recipe = Recipe(columns(frame), lambda _frame, _outcome: {}, 42, parameters)
    assert "coin" not in fit_scorecard(frame, loan_outcome(frame), recipe).model.features
    kept = msgspec.structs.replace(recipe, parameters=msgspec.structs.replace(parameters, smallest_iv=-1.0, ridge=0.1))
    assert "noise" in fit_scorecard(frame, loan_outcome(frame), kept).model.features


def test_tuning_is_recorded_and_the_scale_is_the_one_asked_for():
    frame = coded_table(500)
    made = fit_scorecard(frame, loan_outcome(frame), Recipe(columns(frame), _infer(frame), 5))
    assert made.tuning is not None and made.tuning.trials == 4
    assert made.parameters == made.tuning.parameters
    scaled = msgspec.structs.replace(made.parameters, base_points=500.0, base_odds=20.0, pdo=50.0)
    again = fit_scorecard(frame, loan_outcome(frame), Recipe(columns(frame), _infer(frame), 5, scaled))
    row = frame.row(0, named=True)
    assert again.model.score(row).pd == made.model.score(row).pd
    assert again.model.schema.scale.pdo == 50.0


def _infer(frame: pl.DataFrame):
    return lambda rows, outcome: directions_infer(columns(frame), rows, outcome)


def test_a_code_that_few_rows_have_is_a_group_of_its_own():
    codes = np.where(np.arange(1_000) < 25, 1.0, 0.0).astype(np.float32)
    outcome = _outcome(np.where(codes == 1.0, 2.0, -2.0))
    assert len(bins_fit(codes, outcome, direction=1, is_code=True, binning=BINNING).cells) == 2
    assert len(bins_fit(codes, outcome, direction=1, is_code=False, binning=BINNING).cells) == 1
