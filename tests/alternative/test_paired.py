"""The interval of a difference of AUCs is that of DeLong, covers the truth, and never ranks folds together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.metrics import auc
from scoring.paired import paired_auc

RNG = np.random.default_rng(7)


def sample(n=400, gain=0.0, seed=1):
    rng = np.random.default_rng(seed)
    outcome = (rng.random(n) < 0.3).astype(float)
    common = rng.normal(size=n)
    first = outcome + common + rng.normal(size=n)
    second = outcome * (1.0 + gain) + common + rng.normal(size=n)
    return outcome, first, second


def by_the_definition(outcome, first, second):
    """The variance as the paper writes it, over every pair of a bad and a good."""
    bad, good = outcome == 1, outcome == 0
    psi = [np.sign(v[bad][:, None] - v[good][None, :]) * 0.5 + 0.5 for v in (first, second)]
    difference = psi[1] - psi[0]
    rows, columns = difference.mean(axis=1), difference.mean(axis=0)
    return np.sqrt(rows.var(ddof=1) / rows.size + columns.var(ddof=1) / columns.size)


def test_it_agrees_with_the_definition_and_with_the_auc_of_the_reports():
    outcome, first, second = sample()
    found = paired_auc(outcome, first.round(1), second.round(1))
    assert found.first == pytest.approx(auc(outcome, first.round(1)))
    assert found.second == pytest.approx(auc(outcome, second.round(1)))
    assert found.standard_error == pytest.approx(by_the_definition(outcome, first.round(1), second.round(1)))


def test_its_interval_covers_no_difference_in_about_19_of_20_samples():
    covered = [
        (found := paired_auc(*sample(seed=seed))).low <= 0.0 <= found.high for seed in range(200)
    ]  # the two are equally good
    assert 0.90 <= np.mean(covered) <= 0.99


def test_a_real_gain_is_told_and_the_same_scores_differ_by_nothing():
    outcome, first, second = sample(n=3000, gain=1.0)
    assert paired_auc(outcome, first, second).is_better
    same = paired_auc(outcome, first, first)
    assert (same.difference, same.low, same.high, same.p_value) == (0.0, 0.0, 0.0, 1.0)
    assert not same.is_better


def test_folds_are_not_ranked_against_each_other():
    outcome, first, second = sample()
    fold = np.arange(outcome.size) % 4
    shifted = second + 100.0 * fold
    assert paired_auc(outcome, first, shifted).second < 0.6
    assert paired_auc(outcome, first, shifted, fold=fold) == paired_auc(outcome, first, second, fold=fold)


def test_a_fold_of_one_outcome_is_left_out():
    outcome, first, second = sample()
    fold = np.where(outcome == 1, 0, np.arange(outcome.size) % 2)
    found = paired_auc(outcome, first, second, fold=fold)
    assert (found.n, found.bads) == (int((fold == 0).sum()), int(outcome.sum()))


@given(st.integers(0, 10_000))
def test_the_order_of_the_two_turns_the_sign_and_nothing_else(seed):
    outcome, first, second = sample(n=60, seed=seed)
    there, back = paired_auc(outcome, first, second), paired_auc(outcome, second, first)
    assert there.difference == pytest.approx(-back.difference)
    assert there.low == pytest.approx(-back.high)
    assert there.p_value == pytest.approx(back.p_value)


@pytest.mark.parametrize(
    ("outcome", "first", "second"),
    [([], [], []), ([1, 1], [0.1, 0.2], [0.1, 0.2]), ([1, 0], [0.1], [0.1, 0.2]), ([1, 0], [np.nan, 1], [0, 1])],
)
def test_what_cannot_be_compared_is_refused(outcome, first, second):
    with pytest.raises(ValueError, match=r"outcome|ranking|predictions"):
        paired_auc(outcome, first, second)
