"""Our figures are scikit-learn's and SciPy's, and defined where those are not."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ks_2samp
from sklearn import metrics as reference

from scoring import metrics


@st.composite
def _scored(draw):
    size = draw(st.integers(2, 200))
    outcome = draw(st.lists(st.integers(0, 1), min_size=size, max_size=size).filter(lambda y: 0 < sum(y) < len(y)))
    # Few distinct values, so that ties are common.
    pd = draw(st.lists(st.integers(1, 19).map(lambda k: k / 20), min_size=size, max_size=size))
    return np.array(outcome, dtype=float), np.array(pd)


@given(_scored())
def test_it_agrees_with_the_reference_with_ties(scored):
    outcome, pd = scored
    assert metrics.auc(outcome, pd) == pytest.approx(reference.roc_auc_score(outcome, pd))
    assert metrics.gini(outcome, pd) == pytest.approx(2 * reference.roc_auc_score(outcome, pd) - 1)
    assert metrics.brier(outcome, pd) == pytest.approx(reference.brier_score_loss(outcome, pd))
    assert metrics.log_loss(outcome, pd) == pytest.approx(reference.log_loss(outcome, pd))
    assert metrics.ks(outcome, pd) == pytest.approx(ks_2samp(pd[outcome == 1], pd[outcome == 0]).statistic)


def test_it_finds_no_calibration_error_where_each_tenth_has_its_bad_rate():
    pd = np.repeat(np.arange(10) / 10, 10)
    outcome = np.concatenate([np.r_[np.ones(k), np.zeros(10 - k)] for k in range(10)])
    assert metrics.ece(outcome, pd) == pytest.approx(0)


def test_it_weights_calibration_error_by_count():
    outcome, pd = np.array([0.0] * 5 + [1.0] * 6), np.array([0.2] * 11)
    table = metrics.calibration_table(outcome, pd)
    assert [row["count"] for row in table] == [2] + [1] * 9
    assert metrics.ece(outcome, pd) == pytest.approx((5 * 0.2 + 6 * 0.8) / 11)


def test_it_catches_all_bads_first_with_a_perfect_ranking():
    outcome = np.r_[np.ones(10), np.zeros(90)]
    gains = metrics.gains_table(outcome, np.linspace(0.9, 0.1, 100))
    assert gains[0] == {"count": 10, "bad_rate": 1, "caught": 1, "lift": 10}
    assert gains[-1]["caught"] == gains[-1]["lift"] == 1


def test_it_defines_the_stability_index_with_empty_bins():
    assert metrics.psi([10, 20, 30], [10, 20, 30]) == 0
    assert metrics.psi([50, 50, 0], [50, 50, 0]) == 0
    assert 0 < metrics.psi([50, 50, 0], [50, 40, 10]) < 10
    assert metrics.psi([50, 50], [25, 75]) == pytest.approx(-0.25 * np.log(0.5) + 0.25 * np.log(1.5))


@pytest.mark.parametrize("counts", [([1, 2], [1, 2, 3]), ([0, 0], [1, 2]), ([1, 2], [-1, 2])])
def test_it_refuses_counts_that_are_no_populations(counts):
    with pytest.raises(ValueError):
        metrics.psi(*counts)


@pytest.mark.parametrize(
    ("outcome", "pd"), [([], []), ([0, 1], [0.5]), ([0, 2], [0.1, 0.2]), ([0, 1], [0.1, np.nan]), ([1, 1], [0.1, 0.2])]
)
def test_it_refuses_to_rank_what_has_no_ranking(outcome, pd):
    with pytest.raises(ValueError):
        metrics.auc(outcome, pd)
