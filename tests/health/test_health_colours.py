"""Colours: thresholds, what is never GREEN, worse is never better, and rows and columns agree."""

import msgspec
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.health import colour as colours
from monitoring.health.colour import COLOURS, HealthInputs, HealthPolicy, colour_of, policy_problems
from monitoring.health.columns import SCHEMA, colours_of
from monitoring.health.words import REASONS

POLICY = HealthPolicy()
FINE = HealthInputs(
    grx=0.1, warning_rank=0, dpd=0, category_rank=0, data_age_days=5, completeness=1.0, history_months=12
)
inputs = st.builds(
    HealthInputs,
    grx=st.none() | st.sampled_from([0.0, 0.4999, 0.5, 0.7499, 0.75, 1.0]) | st.floats(0, 1),
    warning_rank=st.integers(0, 4),
    dpd=st.none() | st.sampled_from([0, 1, 30, 31]) | st.integers(0, 400),
    category_rank=st.none() | st.integers(0, 4),
    has_confirmed_diversion=st.booleans(),
    data_age_days=st.none() | st.sampled_from([44, 45]) | st.integers(0, 100),
    completeness=st.sampled_from([0.0, 0.5, 0.51, 1.0]),
    history_months=st.integers(0, 30),
    has_open_dispute=st.just(False) | st.booleans(),
)


def with_(**changed) -> HealthInputs:
    return msgspec.structs.replace(FINE, **changed)


@pytest.mark.parametrize(
    ("changed", "colour", "reasons"),
    [
        ({}, "GREEN", ()),
        ({"grx": 0.499999999}, "GREEN", ()),
        ({"grx": 0.5}, "AMBER", ("RISK_AMBER",)),
        ({"grx": 0.75}, "RED", ("RISK_RED",)),
        ({"dpd": 1}, "AMBER", ("PAST_DUE_AMBER",)),
        ({"dpd": 30}, "AMBER", ("PAST_DUE_AMBER",)),
        ({"dpd": 31}, "RED", ("PAST_DUE_RED",)),
        ({"warning_rank": 1}, "GREEN", ()),
        ({"warning_rank": 2}, "AMBER", ("WARNING_AMBER",)),
        ({"warning_rank": 4}, "RED", ("WARNING_RED",)),
        ({"category_rank": 1}, "AMBER", ("CATEGORY_AMBER",)),
        ({"category_rank": 2}, "RED", ("CATEGORY_RED",)),
        ({"has_confirmed_diversion": True}, "RED", ("DIVERSION_RED",)),
        ({"grx": None}, "NOT_ASSESSED", ("NO_COEFFICIENT",)),
        ({"dpd": None}, "NOT_ASSESSED", ("NO_DPD",)),
        ({"data_age_days": 44}, "GREEN", ()),
        ({"data_age_days": 45}, "NOT_ASSESSED", ("STALE",)),
        ({"data_age_days": None}, "NOT_ASSESSED", ("STALE",)),
        ({"completeness": 0.5}, "NOT_ASSESSED", ("INCOMPLETE",)),
        ({"history_months": 2}, "NOT_ASSESSED", ("SHORT_HISTORY",)),
        ({"has_open_dispute": True, "dpd": 90}, "NOT_ASSESSED", ("DISPUTED",)),
        (
            {"dpd": 90, "grx": 0.5, "warning_rank": 2, "category_rank": 2},
            "RED",
            ("PAST_DUE_RED", "CATEGORY_RED", "WARNING_AMBER"),
        ),
    ],
)
def test_a_threshold_counts_as_the_riskier_side(changed, colour, reasons):
    found = colour_of(with_(**changed), POLICY)
    assert (found.colour, found.reasons) == (colour, reasons)


def test_somebody_of_whom_nothing_is_known_is_not_green():
    assert colour_of(HealthInputs(), POLICY).colour == "NOT_ASSESSED"
    assert colour_of(FINE, None) == colours.Judgement("NOT_ASSESSED", ("NO_POLICY",))


def worse_pairs(one: HealthInputs, other: HealthInputs) -> HealthInputs:
    """At least as bad as both, figure by figure; not to know is the worst."""
    return HealthInputs(
        grx=None if one.grx is None or other.grx is None else max(one.grx, other.grx),
        warning_rank=max(one.warning_rank, other.warning_rank),
        dpd=None if one.dpd is None or other.dpd is None else max(one.dpd, other.dpd),
        category_rank=max(one.category_rank or 0, other.category_rank or 0),
        has_confirmed_diversion=one.has_confirmed_diversion or other.has_confirmed_diversion,
        data_age_days=(
            None
            if one.data_age_days is None or other.data_age_days is None
            else max(one.data_age_days, other.data_age_days)
        ),
        completeness=min(one.completeness, other.completeness),
        history_months=min(one.history_months, other.history_months),
        has_open_dispute=one.has_open_dispute or other.has_open_dispute,
    )


@given(inputs, inputs)
@settings(max_examples=400, deadline=None)
def test_worsening_any_figure_never_improves_the_colour(one, other):
    worse = colour_of(worse_pairs(one, other), POLICY).colour
    assert COLOURS.index(worse) >= max(COLOURS.index(colour_of(x, POLICY).colour) for x in (one, other))


@given(st.lists(inputs, min_size=1, max_size=30), st.sampled_from([POLICY, HealthPolicy(diversion="AMBER"), None]))
@settings(max_examples=60, deadline=None)
def test_columns_say_what_rows_say(rows, policy):
    frame = pl.DataFrame([msgspec.structs.asdict(row) for row in rows], schema=SCHEMA)
    found = colours_of(frame, policy).select("colour", "reasons").rows()
    expected = [colour_of(row, policy) for row in rows]
    assert found == [(one.colour, "|".join(one.reasons)) for one in expected]


@given(inputs)
@settings(max_examples=100, deadline=None)
def test_a_colour_other_than_green_has_one_to_three_reasons_with_words(one):
    found = colour_of(one, POLICY)
    assert (len(found.reasons) == 0) == (found.colour == "GREEN")
    assert len(found.reasons) <= 3
    assert all(REASONS[code][0] and REASONS[code][1] for code in found.reasons)


def test_the_twin_a_strict_comparison_would_be_noticed(monkeypatch):
    """Were equality not risky, the boundary rows above would be GREEN."""
    real = colours._findings
    monkeypatch.setattr(
        colours,
        "_findings",
        lambda given, policy: real(msgspec.structs.replace(given, grx=(given.grx or 0) - 1e-9), policy),
    )
    assert colour_of(with_(grx=0.5), POLICY).colour == "GREEN"


def test_a_policy_whose_red_begins_before_amber_is_named():
    assert policy_problems(HealthPolicy(amber_grx=0.8, red_dpd=1, amber_dpd=2)) == ["grx", "dpd"]
    assert policy_problems(POLICY) == []
