"""Drift figures on synthetic populations: what chance alone does is no drift, and few cases are never "stable"."""

import msgspec
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.drift import verdicts as drift
from scoring.drift.bins import bins_of, counts_in, drift_bins, drift_bins_read


def synthetic(rows, shift=0.0, seed=1):
    return pl.Series("x", np.random.default_rng(seed).normal(shift, 1.0, rows))


def judged(rows, shift, *, least=50, reference=5_000, seed=2):
    bins = bins_of(synthetic(reference), "number")
    return drift.stability(bins.counts, counts_in(bins, synthetic(rows, shift, seed)), least=least)


@pytest.mark.parametrize(
    ("rows", "shift", "state"),
    [(3_000, 0.0, "stable"), (3_000, 0.5, "drifting"), (20, 3.0, "not_enough_data"), (60, 0.0, "not_enough_data")],
)
def test_the_verdict_depends_on_the_change_and_on_the_number_of_cases(rows, shift, state):
    assert judged(rows, shift).state == state


def test_a_tiny_sample_reaches_the_usual_limit_by_chance_and_is_not_called_drift():
    found = [judged(80, 0.0, seed=seed) for seed in range(100, 300)]
    assert sum(one.value >= drift.WATCH for one in found) > 60  # what a bare 0.10 would have raised
    assert sum(one.state == "drifting" for one in found) <= 20


def test_a_significant_but_small_change_is_no_drift():
    found = judged(200_000, 0.05, reference=200_000)
    assert found.value > found.critical and found.state == "stable"


def test_large_drift_is_named_so():
    assert judged(3_000, 0.8).is_large != judged(3_000, 0.35).is_large


def test_under_the_null_the_critical_value_holds_its_level():
    bins = bins_of(synthetic(4_000), "number")
    draws = [drift.stability(bins.counts, counts_in(bins, synthetic(2_000, seed=s)), least=1) for s in range(10, 410)]
    beyond = np.mean([one.value > one.critical for one in draws])
    assert 0.01 < beyond < 0.16  # 5 % were the reference itself free of chance


def test_looking_at_many_variables_raises_the_critical_value():
    one, many = (drift.stability([50, 50], [50, 50], least=1, tests=tests) for tests in (1, 20))
    assert many.critical > one.critical


def test_a_bin_empty_on_one_side_leaves_the_index_finite():
    found = drift.stability([100, 0, 100], [0, 100, 100], least=10)
    assert np.isfinite(found.value) and found.state == "drifting"


def test_without_cases_there_is_no_value():
    assert drift.stability([5, 5], [0, 0], least=1).value is None


@given(st.lists(st.one_of(st.none(), st.floats(allow_nan=True, allow_infinity=True)), min_size=1, max_size=60))
@settings(max_examples=60, deadline=None)
def test_every_value_falls_in_exactly_one_bin(values):
    series = pl.Series("x", values, dtype=pl.Float64)
    bins = bins_of(series, "number")
    assert sum(bins.counts) == series.len()
    assert counts_in(bins, series).tolist() == bins.counts


@given(st.lists(st.one_of(st.none(), st.text(max_size=3)), min_size=1, max_size=60), st.lists(st.text(max_size=3)))
@settings(max_examples=60, deadline=None)
def test_every_code_falls_in_exactly_one_bin_and_a_new_one_in_others(codes, later):
    bins = bins_of(pl.Series("x", codes, dtype=pl.String), "category")
    assert sum(bins.counts) == len(codes)
    counted = counts_in(bins, pl.Series("x", later, dtype=pl.String))
    assert counted.sum() == len(later) and len(counted) == len(bins.codes) + 2


def test_a_code_is_the_same_as_text_whole_number_or_float():
    bins = bins_of(pl.Series("x", [1, 1, 2]), "category")
    for same in (pl.Series("x", [1.0, 1.0, 2.0]), pl.Series("x", ["1", "1", "2"])):
        assert counts_in(bins, same).tolist() == bins.counts


def test_a_variable_may_be_called_count():
    assert bins_of(pl.Series("count", ["a", "b", "b", None]), "category").codes == ["b", "a"]


def test_stored_quantiles_cut_the_bins_of_a_number():
    bins = bins_of(pl.Series("x", [1.0, 2.0, 3.0, None]), "number", [0.0, 1.5, 2.5, 9.0])
    assert bins.edges == [0.0, 1.5, 2.5] and bins.counts == [0, 1, 1, 1, 1]


def test_bins_are_read_back_as_they_were_stored():
    frame = pl.DataFrame({"a": [1.0, 2.0], "b": ["u", "v"]})
    made = drift_bins(frame, [0.1, 0.2], {"a": "number", "b": "category"})
    assert drift_bins_read(msgspec.to_builtins(made)) == made


def test_a_rule_that_hits_more_often_drifts_and_one_by_chance_does_not():
    found = drift.rate_changes({"A": 50, "B": 100}, 1_000, {"A": 150, "B": 108}, 1_000, least=100, change=0.05)
    assert (found["A"].state, found["B"].state) == ("drifting", "stable")


def test_a_small_change_of_a_rule_is_no_drift_however_significant():
    found = drift.rate_changes({"A": 1_000}, 100_000, {"A": 2_000}, 100_000, least=100, change=0.05)["A"]
    assert found.p_value < 1e-9 and found.state == "stable"


def test_few_decisions_say_nothing_of_rules():
    assert drift.rate_changes({"A": 5}, 30, {"A": 25}, 30, least=100, change=0.05)["A"].state == "not_enough_data"


def test_among_many_rules_holm_keeps_chance_from_looking_like_drift():
    raw = drift.two_proportions(10, 200, 24, 200)
    many = {f"R{place}": 10 for place in range(20)}
    later = {**many, "R0": 24}
    assert raw < 0.05
    assert drift.rate_changes({"R0": 10}, 200, {"R0": 24}, 200, least=100, change=0.05)["R0"].state == "drifting"
    assert drift.rate_changes(many, 200, later, 200, least=100, change=0.05)["R0"].state == "stable"


def test_the_continuity_correction_is_the_textbooks():
    # z = (|0.30 - 0.45| - 0.01) / sqrt(0.375 * 0.625 * 0.02) = 2.0447
    assert drift.two_proportions(30, 100, 45, 100) == pytest.approx(0.0409, abs=2e-4)


def outcomes(rows=3_000, slope=1.0, shift=0.0, seed=5):
    chance = np.random.default_rng(seed)
    logit = chance.normal(-1.5, 1.0, rows)
    truth = 1.0 / (1.0 + np.exp(-(slope * logit + shift)))
    return (chance.random(rows) < truth).astype(float), 1.0 / (1.0 + np.exp(-logit))


@pytest.mark.parametrize(
    ("slope", "shift", "drifting"),
    [(1.0, 0.0, set()), (0.4, -0.9, {"slope"}), (1.0, 0.8, {"in_the_large"})],
)
def test_calibration_drifts_where_pds_are_no_longer_true(slope, shift, drifting):
    truth, pds = outcomes(slope=slope, shift=shift)
    found = drift.calibration(truth, pds, slope_change=0.25, log_odds_change=0.25, is_enough=True)
    assert {name for name, one in found.items() if one.state == "drifting"} >= drifting
    assert drifting or all(one.state == "stable" for one in found.values())


def test_a_model_that_ranks_worse_than_its_card_says_drifts():
    truth, pds = outcomes()
    now = drift.ranking(truth, pds, reference=0.35, drop=0.05, is_enough=True)
    then = drift.ranking(truth, pds, reference=0.60, drop=0.05, is_enough=True)
    assert (now.state, then.state) == ("stable", "drifting")


def test_few_outcomes_say_nothing():
    truth, pds = outcomes(rows=100)
    assert not drift.has_enough_outcomes(truth, least=200, bads_least=10)
    assert drift.ranking(truth, pds, reference=0.9, drop=0.05, is_enough=False).state == "not_enough_data"
    found = drift.calibration(truth, pds, slope_change=0.1, log_odds_change=0.1, is_enough=False)
    assert {one.state for one in found.values()} == {"not_enough_data"}


def test_a_grade_that_defaults_more_than_it_says_drifts():
    pds = np.repeat([0.02, 0.20], 500)
    truth = np.concatenate([np.arange(500) < 60, np.arange(500) < 100]).astype(float)
    found = drift.grades(truth, pds, ["A"] * 500 + ["B"] * 500)
    assert (found["A"].state, found["B"].state) == ("drifting", "stable")
    assert drift.grades(truth[:0], pds[:0]) == {}
