"""What regions do to repayment, fitted with regions held out."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.regions.features import Feature, feature_value
from monitoring.regions.influence import Influence, Least, MaturedLoans, influence_fit, yxtz
from monitoring.regions.months import month_add, months_until
from monitoring.regions.synthetic import REGIONS

NAMES = ("unemployment", "gdp_growth")


def loans_of(effects, *, count=6_000, seed=3, scatter=0.0):
    random = np.random.default_rng(seed)
    table = random.standard_normal((len(REGIONS), 2))
    homes = random.integers(0, len(REGIONS), count)
    borrower = random.standard_normal((count, 1))
    strain = table @ np.array(effects) + scatter * random.standard_normal(len(REGIONS))
    bad = random.random(count) < 1.0 / (1.0 + np.exp(2.0 - 0.5 * borrower[:, 0] - strain[homes]))
    return MaturedLoans(bad.astype(np.int8), [REGIONS[home] for home in homes], borrower, table[homes], NAMES)


@pytest.fixture(scope="module")
def found() -> Influence:
    return influence_fit(loans_of((0.5, -0.3)), Least())


def test_effects_have_the_sign_and_size_they_were_given(found):
    assert found.state == "ASSESSED"
    spread = found.spreads
    assert found.effects["unemployment"] / spread["unemployment"] == pytest.approx(0.5, abs=0.12)
    assert found.effects["gdp_growth"] / spread["gdp_growth"] == pytest.approx(-0.3, abs=0.12)


def test_a_worse_region_has_a_higher_coefficient(found):
    worse, better = {"unemployment": 2.0, "gdp_growth": -1.0}, {"unemployment": -2.0, "gdp_growth": 1.0}
    assert 0.0 <= yxtz(found, better).value < 0.5 < yxtz(found, worse).value <= 1.0


def test_the_mean_region_of_the_reference_is_at_one_half(found):
    assert yxtz(found, found.means).value == pytest.approx(0.5)


def test_the_reference_is_frozen_so_a_value_keeps_its_coefficient(found):
    values = {"unemployment": 1.0, "gdp_growth": 0.0}
    assert yxtz(found, values) == yxtz(replace(found, loans=9), values)


@given(st.floats(-5, 5), st.floats(-5, 5))
def test_it_is_between_zero_and_one_and_its_parts_add_up(found, first, second):
    judged = yxtz(found, {"unemployment": first, "gdp_growth": second})
    assert 0.0 <= judged.value <= 1.0
    assert judged.value == pytest.approx(1.0 / (1.0 + np.exp(-sum(judged.parts.values()))))


def test_an_unknown_feature_leaves_a_region_not_assessed(found):
    judged = yxtz(found, {"unemployment": 1.0, "gdp_growth": None})
    assert (judged.value, judged.missing) == (None, ("gdp_growth",))


@pytest.mark.parametrize(
    ("least", "why"),
    [(Least(loans=6_001), "FEW_LOANS"), (Least(bads=3_001), "FEW_BADS"), (Least(regions=37), "FEW_REGIONS")],
)
def test_below_a_minimum_nothing_is_assessed(least, why):
    found = influence_fit(loans_of((0.5, -0.3)), least)
    assert (found.state, found.why) == ("NOT_ASSESSED", why)
    assert yxtz(found, {"unemployment": 1.0, "gdp_growth": 0.0}).value is None


def test_a_feature_that_is_the_same_everywhere_or_mostly_unknown_is_left_out_and_named():
    made = loans_of((0.5, -0.3))
    same, unknown = made.regional.copy(), made.regional.copy()
    same[:, 1], unknown[: len(unknown) // 2, 1] = 4.0, np.nan
    assert influence_fit(replace(made, regional=same), Least()).left_out == {"gdp_growth": "SAME_EVERYWHERE"}
    assert influence_fit(replace(made, regional=unknown), Least()).left_out == {"gdp_growth": "UNKNOWN"}


def test_features_that_do_not_hold_in_regions_never_seen_are_not_used():
    """Regions differ by themselves, not by their features: learning them by heart does not help elsewhere."""
    for seed in range(1, 6):
        found = influence_fit(loans_of((0.0, 0.0), scatter=0.8, seed=seed), Least())
        assert (found.state, found.why) == ("NOT_ASSESSED", "NOT_BETTER")


def test_without_holding_regions_out_such_features_would_pass():
    """The twin: each loan its own group, regions torn apart between folds."""
    made = loans_of((0.0, 0.0), scatter=0.8, seed=1)
    torn = replace(made, region=[f"{region}-{place % 50}" for place, region in enumerate(made.region)])
    assert influence_fit(torn, Least()).state == "ASSESSED"


SERIES = {month: 100.0 + place for place, month in enumerate(months_until(date(2026, 1, 1), 30))}
LAST = max(SERIES)


@pytest.mark.parametrize(
    ("kind", "value"), [("LEVEL", 129.0), ("CHANGE", 12 / 117), ("VOLATILITY", pytest.approx(0.00024, abs=0.0001))]
)
def test_features_are_levels_changes_and_swings(kind, value):
    assert feature_value(Feature("x", "x", kind), SERIES, LAST, 0) == value


@pytest.mark.parametrize(("age", "is_known"), [(5, False), (6, True)])
def test_an_indicator_older_than_allowed_is_unknown(age, is_known):
    found = feature_value(Feature("x", "x", "LEVEL"), SERIES, month_add(LAST, 6), age)
    assert (found is not None) == is_known


def test_a_hole_in_the_year_leaves_the_swing_unknown():
    holed = {month: value for month, value in SERIES.items() if month != month_add(LAST, -5)}
    assert feature_value(Feature("x", "x", "VOLATILITY"), holed, LAST, 0) is None
