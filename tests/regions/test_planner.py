"""The adjustment planner: scenarios through affordability alone, feasible only over the whole of each range."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.regions.annuity import instalment, life
from monitoring.regions.planner import Assumptions, Bounds, Situation, plan_of, plan_search

SITUATION = Situation(
    steady=0.01,
    default_weight=0.5,
    threshold=0.1,
    missed_now=0.026,
    missed_before=0.02,
    customers_due=20_000,
    contracts=1_000,
    amount_minor=1_000_000.0,
    annual_rate=0.12,
    term_months=36,
)
ASSUMED = Assumptions(
    income_monthly_minor=150_000.0,
    annual_pd=0.03,
    lgd=0.6,
    funding_rate=0.03,
    default_elasticity=(0.8, 1.0, 1.5),
    volume_elasticity=(-1.0, -0.6, -0.2),
    horizon_months=12,
)
BOUNDS = Bounds((24, 36, 48, 60), (0.08, 0.10, 0.12, 0.14), burden_most=0.4, cost_rise_most=0.6, margin_least=0.02)


def test_an_instalment_pays_the_loan_off():
    balance, paid = 1.0, instalment(0.12, 24)
    for _ in range(24):
        balance = balance * 1.01 - paid
    assert balance == pytest.approx(0.0, abs=1e-12)
    assert instalment(0.0, 10) == 0.1


def test_without_defaults_interest_is_what_the_customer_pays_beyond_the_amount():
    found = life(0.12, 24, 0.0, 0.6, 0.0)
    assert found.interest == pytest.approx(instalment(0.12, 24) * 24 - 1.0)
    assert (found.loss, found.funding) == (0.0, 0.0)


def test_what_is_lost_at_once_is_the_loss_given_default():
    assert life(0.12, 24, 1.0, 0.6, 0.0).loss == pytest.approx(0.6)


def test_a_plan_brings_zh_below_dr_at_its_worst():
    found = plan_search(SITUATION, ASSUMED, BOUNDS)
    assert found.state == "PLAN"
    assert found.current.zh == pytest.approx((0.16, 0.16, 0.16))
    for plan in found.feasible:
        assert plan.zh[2] < SITUATION.threshold
        assert plan.burden <= 0.4
        assert plan.margin_share[0] >= 0.02
    margins = [plan.margin_minor[0] for plan in found.feasible]
    assert margins == sorted(margins, reverse=True)


def test_a_plan_that_would_end_exactly_at_dr_is_not_feasible():
    plan = plan_search(SITUATION, ASSUMED, BOUNDS).feasible[0]
    at_it = replace(SITUATION, threshold=plan.zh[2])
    assert "ZH" in plan_of(at_it, ASSUMED, BOUNDS, plan.term_months, plan.annual_rate).breaches


def test_what_holds_in_the_middle_only_is_not_feasible():
    """The twin: without the ends of the ranges the same terms would pass."""
    wide = replace(ASSUMED, default_elasticity=(0.0, 1.0, 1.5))
    narrow = replace(ASSUMED, default_elasticity=(1.0, 1.0, 1.0))
    assert plan_search(SITUATION, wide, BOUNDS).state == "NO_FEASIBLE_PLAN"
    assert plan_search(SITUATION, narrow, BOUNDS).state == "PLAN"


def test_no_feasible_plan_names_what_stood_against_it():
    found = plan_search(replace(SITUATION, steady=0.2), ASSUMED, BOUNDS)
    assert (found.state, found.feasible) == ("NO_FEASIBLE_PLAN", ())
    assert found.against["ZH"] == found.tried == 16


def test_the_planned_rate_is_left_out_of_the_rates_part_of_zh():
    """A dearer rate with the same instalment leaves Zh as it is: only affordability moves it."""
    longer, before = 48, instalment(0.12, 36)
    rates = [place / 10_000 for place in range(1, 6_000)]
    same = min(rates, key=lambda rate: abs(instalment(rate, longer) - before))
    plan = plan_of(SITUATION, ASSUMED, BOUNDS, longer, same)
    assert same > 0.12
    assert plan.zh == pytest.approx((0.16, 0.16, 0.16), abs=1e-4)


def test_todays_terms_change_nothing():
    plan = plan_of(SITUATION, ASSUMED, BOUNDS, 36, 0.12)
    assert plan.volume_minor == pytest.approx((1e9, 1e9, 1e9))
    assert plan.total_cost_minor == round((instalment(0.12, 36) * 36 - 1.0) * 1_000_000)


@given(st.integers(6, 60), st.floats(0.01, 0.4))
def test_a_dearer_instalment_never_lowers_zh_or_raises_volume(term, rate):
    plan = plan_of(SITUATION, ASSUMED, BOUNDS, term, rate)
    is_dearer = instalment(rate, term) >= instalment(0.12, 36)
    assert (plan.zh[0] >= 0.16 - 1e-9) if is_dearer else (plan.zh[2] <= 0.16 + 1e-9)
    assert (plan.volume_minor[2] <= 1e9 + 1) if is_dearer else (plan.volume_minor[0] >= 1e9 - 1)
    assert plan.zh[0] <= plan.zh[1] <= plan.zh[2]
