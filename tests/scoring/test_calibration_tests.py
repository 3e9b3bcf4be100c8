"""Tests of calibration find what is wrong, leave what is right, and agree with others' formulas."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2
from sklearn.linear_model import LogisticRegression

from scoring.calibration_tests import calibration_tests, cox, grade_tests, hosmer_lemeshow, pd_bands

CHANCE = np.random.default_rng(22)
MARGIN = CHANCE.normal(-1.5, 1.0, 8_000)
PD = 1 / (1 + np.exp(-MARGIN))
OUTCOME = (CHANCE.random(8_000) < PD).astype(float)


def _moved(intercept, slope):
    return 1 / (1 + np.exp(-(intercept + slope * MARGIN)))


def test_true_pds_have_slope_one_and_intercept_zero():
    found = cox(OUTCOME, PD)
    assert abs(found.slope - 1) < 3 * found.slope_error
    assert abs(found.intercept) < 3 * found.intercept_error
    assert abs(found.in_the_large) < 0.1
    assert found.p_value > 0.01


@pytest.mark.parametrize(
    ("pd", "slope", "intercept"), [(_moved(0, 2), 0.5, 0.0), (_moved(0, 0.5), 2.0, 0.0), (_moved(0.7, 1), 1.0, -0.7)]
)
def test_pds_that_are_too_extreme_too_timid_or_too_high_are_told_apart(pd, slope, intercept):
    found = cox(OUTCOME, pd)
    assert found.slope == pytest.approx(slope, rel=0.1)
    assert found.intercept == pytest.approx(intercept, abs=0.15)
    assert found.p_value < 1e-6


def test_the_regression_is_that_of_scikit_learn():
    free = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1_000).fit(np.log(PD / (1 - PD)).reshape(-1, 1), OUTCOME)
    found = cox(OUTCOME, PD)
    assert found.slope == pytest.approx(free.coef_[0, 0], abs=1e-5)
    assert found.intercept == pytest.approx(free.intercept_[0], abs=1e-5)


def test_standard_errors_are_those_of_repeated_samples():
    slopes = [cox((CHANCE.random(8_000) < PD).astype(float), PD).slope for _ in range(60)]
    assert np.std(slopes) == pytest.approx(cox(OUTCOME, PD).slope_error, rel=0.3)


@given(cases=st.integers(30, 80), bads=st.integers(0, 30), rate=st.floats(0.02, 0.6))
def test_a_grade_is_tested_exactly(cases, bads, rate):
    outcome = np.repeat([1.0, 0.0], [bads, cases - bads])
    chances = [math.comb(cases, k) * rate**k * (1 - rate) ** (cases - k) for k in range(cases + 1)]
    exact = sum(chance for chance in chances if chance <= chances[bads] * (1 + 1e-7))
    (found,) = grade_tests(outcome, np.full(cases, rate), ["A"] * cases)
    assert found.p_value == pytest.approx(min(exact, 1.0), abs=1e-6)
    assert found.state == ("breach" if found.p_value < 0.05 else "no_breach")


def test_many_grades_make_one_surprise_less_surprising():
    grades = [f"G{place}" for place in range(10) for _ in range(100)]
    outcome = np.concatenate([np.repeat([1.0, 0.0], [18 if place == 0 else 10, 82 if place == 0 else 90])
                              for place in range(10)])  # fmt: skip
    found = grade_tests(outcome, np.full(1_000, 0.1), grades)
    surprise = next(one for one in found if one.grade == "G0")
    assert surprise.p_value < 0.05 < surprise.p_value_holm
    assert {one.state for one in found} == {"no_breach"}


def test_a_small_grade_is_neither_right_nor_wrong():
    found = grade_tests([1.0] * 10 + [0.0] * 40, [0.01] * 10 + [0.2] * 40, ["A"] * 10 + ["B"] * 40)
    assert [one.state for one in found] == ["not_enough_data", "breach"]
    assert found[1].bads == 0


def test_hosmer_and_lemeshow_by_hand():
    found = hosmer_lemeshow([0.0, 1.0, 1.0, 1.0], [0.2, 0.2, 0.5, 0.5], groups=2)
    statistic = (1 - 0.4) ** 2 / (0.4 * 0.8) + (2 - 1) ** 2 / (1 * 0.5)
    assert found.statistic == pytest.approx(statistic)
    assert found.p_value == pytest.approx(chi2.sf(statistic, 2))
    assert hosmer_lemeshow(OUTCOME, PD).p_value > 0.01
    assert hosmer_lemeshow(OUTCOME, _moved(0.7, 1)).p_value < 1e-6


def test_all_tests_together_name_rows_and_sources():
    found = calibration_tests(OUTCOME, PD, on="out_of_fold")
    assert found["on"] == "out_of_fold"
    assert [one["cases"] for one in found["bands"]] == [800] * 10
    assert {one["state"] for one in found["bands"]} == {"no_breach"}
    assert found["sources"].keys() == {"cox", "binomial", "hosmer_lemeshow"}
    assert "breach" in {one["state"] for one in calibration_tests(OUTCOME, _moved(0.7, 1), on="x")["bands"]}


def test_bands_are_equal_and_in_order():
    assert pd_bands([0.4, 0.1, 0.3, 0.2], bands=2) == ["02", "01", "02", "01"]


@pytest.mark.parametrize(("outcome", "pd"), [([], []), ([1, 0], [0.5]), ([1, 2], [0.5, 0.4]), ([1, 1], [0.5, 0.4])])
def test_what_cannot_be_tested_is_refused(outcome, pd):
    with pytest.raises(ValueError):
        cox(outcome, pd)
