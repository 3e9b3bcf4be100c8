"""Ratios, gaps and verdicts from counts: formulas against other sources, and what is flagged and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from scipy.stats.contingency import relative_risk

from scoring.fairness.ratios import Count, Thresholds, attribute_fairness, gap_interval, rate_interval, ratio_interval

COUNTS = st.integers(1, 3_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(("a", "n", "b", "m"), [(104, 190, 596, 810), (243, 339, 1852, 2041), (5, 40, 30, 50)])
def test_the_ratio_and_its_interval_are_those_of_katz(a, n, b, m):
    found, known = ratio_interval(a, n, b, m), relative_risk(a, n, b, m)
    bounds = known.confidence_interval(0.95)
    assert (found.value, found.low, found.high) == pytest.approx((known.relative_risk, bounds.low, bounds.high))


@given(COUNTS)
def test_a_rate_lies_within_wilsons_interval(counts):
    approved, count = counts
    found = rate_interval(approved, count)
    known = binomtest(approved, count).proportion_ci(0.95, method="wilson")
    assert (found.low, found.high) == pytest.approx((known.low, known.high), abs=1e-9)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_gap_is_newcombes_printed_example():
    found = gap_interval(56, 70, 48, 80)  # Newcombe (1998), table II, example (a), method 10
    assert (found.value, found.low, found.high) == pytest.approx((0.2, 0.0524, 0.3339), abs=5e-5)


@given(COUNTS, COUNTS)
def test_intervals_are_ordered_whatever_the_counts(one, other):
    for found in (ratio_interval(*one, *other), gap_interval(*one, *other)):
        if found is not None:
            assert found.low <= found.value <= found.high


def test_a_group_of_which_nobody_is_approved_is_flagged():
    found = attribute_fairness("sex", [Count("1", 100, 0), Count("2", 100, 60)])
    assert (found.state, found.reference, found.ratio.value) == ("flag", "2", 0.0)
    assert found.ratio.high < 0.2


@pytest.mark.parametrize(
    ("counts", "state", "cause"),
    [
        ([Count("1", 339, 243), Count("2", 2041, 1852)], "flag", "below_least"),  # 0.790: under four fifths
        ([Count("1", 8340, 6309), Count("2", 12755, 10143)], "pass", "within"),  # 0.951, and the interval excludes 1
        ([Count("1", 40, 15), Count("2", 40, 20)], "not_enough_data", "chance_not_excluded"),
        ([Count("1", 29, 2), Count("2", 500, 400)], "not_enough_data", "too_few"),
        ([Count("1", 9, 2), Count("2", 500, 400), Count("3", 491, 390)], "pass", "within"),  # below 2 %: left out
        ([Count("1", 500, 400)], "not_enough_data", "too_few"),
        ([], "not_enough_data", "too_few"),
        ([Count("1", 500, 0), Count("2", 500, 0)], "pass", "nobody_approved"),
    ],
)
def test_a_verdict_is_one_of_three(counts, state, cause):
    found = attribute_fairness("sex", counts)
    assert (found.state, found.cause) == (state, cause)


def test_a_band_that_fares_better_than_the_rest_is_not_flagged():
    counts = [Count(">=60", 51, 45), Count("not >=60", 949, 500)]
    assert attribute_fairness("age", counts, reference="not >=60").state == "pass"
    assert attribute_fairness("age", counts).state == "flag"  # the twin: without a stated reference the best is one


def test_too_many_unknown_cannot_pass_but_do_not_hide_a_flag():
    fair = [Count("1", 400, 300), Count("2", 400, 300)]
    assert attribute_fairness("sex", fair, unknown=300).cause == "too_many_unknown"
    assert attribute_fairness("sex", fair, unknown=300, thresholds=Thresholds(unknown_most=0.5)).state == "pass"
    assert attribute_fairness("sex", [Count("1", 400, 100), fair[1]], unknown=300).state == "flag"


def test_equal_opportunity_is_measured_among_the_good_and_only_with_outcomes():
    with_outcomes = [Count("1", 200, 100, 150, 90), Count("2", 200, 150, 150, 135)]
    found = attribute_fairness("sex", with_outcomes).groups[0]
    assert found.good_rate == pytest.approx(0.6)
    assert found.gap.value == pytest.approx(-0.3)
    without = attribute_fairness("sex", [Count("1", 200, 100), Count("2", 200, 150)]).groups[0]
    assert without.gap is without.good_rate is None
