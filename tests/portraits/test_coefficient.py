"""GRx: a PD on a governed scale, what each dimension adds to it, and when there is none."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.portraits.coefficient import coefficient_of, horizon_problem
from scoring.portraits.policy import PortraitPolicy
from scoring.scaling import pd_from_margin

POLICY = PortraitPolicy(p0=0.02, p1=0.5, horizon_months=12)
DIMENSION_OF = {
    "late": "repayment_willingness",
    "income": "repayment_ability",
    "savings": "repayment_ability",
    "odd": "",
}
probabilities = st.floats(1e-6, 1 - 1e-6)


def logit(p):
    return math.log(p / (1 - p))


def of(pd, contributions=None, policy=POLICY):
    return coefficient_of(pd, contributions or {}, DIMENSION_OF, policy)


@given(pd=probabilities, p0=st.floats(0.001, 0.4), p1=st.floats(0.5, 0.99))
def test_it_is_the_clipped_place_of_the_log_odds_between_two_governed_pds(pd, p0, p1):
    found = of(pd, policy=PortraitPolicy(p0=p0, p1=p1, horizon_months=12))
    place = (logit(pd) - logit(p0)) / (logit(p1) - logit(p0))
    assert found.unclipped == pytest.approx(place, abs=1e-8)
    assert found.value == pytest.approx(min(1.0, max(0.0, place)), abs=1e-8)


def test_it_is_0_at_p0_1_at_p1_and_higher_is_riskier():
    assert (of(0.02).value, of(0.5).value) == (0.0, 1.0)
    assert (of(0.001).value, of(0.9).value) == (0.0, 1.0)
    values = [of(pd).value for pd in (0.03, 0.1, 0.2, 0.4)]
    assert values == sorted(values) and len(set(values)) == 4


@given(st.dictionaries(st.sampled_from(sorted(DIMENSION_OF)), st.floats(-3, 3)), st.floats(-3, 1))
def test_contributions_by_dimension_add_up_before_the_clip(contributions, base):
    total = sum(contributions.values())
    pd = pd_from_margin(base + total)
    found = of(pd, contributions)
    assert found.start + sum(found.parts.values()) == pytest.approx(found.unclipped, abs=1e-8)
    # The PD is a rounded figure, so the base is what its own log odds leave.
    assert found.start == pytest.approx((logit(pd) - total - logit(0.02)) / (logit(0.5) - logit(0.02)), abs=1e-6)


def test_variables_of_one_dimension_are_one_part_and_those_in_none_are_apart():
    span = logit(0.5) - logit(0.02)
    found = of(0.1, {"income": 0.5, "savings": -0.2, "late": 1.0, "odd": 0.25})
    assert found.parts == pytest.approx(
        {"repayment_ability": 0.3 / span, "repayment_willingness": 1.0 / span, "other": 0.25 / span}, abs=1e-8
    )


@pytest.mark.parametrize(("horizon", "problem"), [(12, ""), (1, "horizon_differs"), (None, "horizon_unknown")])
def test_a_pd_of_another_or_unknown_horizon_is_refused(horizon, problem):
    assert horizon_problem(POLICY, horizon) == problem
