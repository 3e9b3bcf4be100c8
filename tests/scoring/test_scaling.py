"""PD, odds and points say the same thing."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.scaling import (
    Scale,
    margin_from_pd,
    pd_from_margin,
    pds_from_margins,
    points_from_margin_change,
    points_from_pd,
)

SCALE = Scale(base_points=600, base_odds=50, pdo=20)


def test_it_gives_the_base_points_at_the_base_odds():
    assert points_from_pd(1 / 51, SCALE) == 600


def test_it_gives_pdo_more_points_when_the_odds_double():
    assert points_from_pd(1 / 101, SCALE) == 620
    assert points_from_margin_change(-math.log(2), SCALE) == pytest.approx(20)


@given(st.floats(1e-6, 1 - 1e-6))
def test_it_comes_back_to_the_pd_through_its_margin(pd):
    assert pd_from_margin(margin_from_pd(pd)) == pytest.approx(pd, abs=1e-9)


@given(st.lists(st.floats(-800, 800), min_size=1, max_size=40))
def test_it_gives_one_margin_the_pd_of_its_batch_bit_for_bit(margins):
    assert pds_from_margins(np.array(margins)).tolist() == [pd_from_margin(margin) for margin in margins]


@given(st.floats(-800, 800), st.floats(-800, 800))
def test_it_keeps_the_order_of_margins_and_stays_inside_zero_and_one(one, other):
    low, high = sorted([one, other])
    assert 0 < pd_from_margin(low) <= pd_from_margin(high) < 1


@pytest.mark.parametrize("pd", [0.0, 1.0, -0.1, 1.1, math.nan])
def test_it_refuses_a_pd_without_odds(pd):
    with pytest.raises(ValueError, match="between 0 and 1"):
        points_from_pd(pd, SCALE)


@pytest.mark.parametrize("fields", [{"base_odds": 0}, {"pdo": -1}, {"base_points": math.inf}])
def test_it_refuses_a_scale_that_is_none(fields):
    with pytest.raises(ValueError, match="positive"):
        Scale(**fields)
