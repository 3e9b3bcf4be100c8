"""GRx, the personal risk coefficient: a PD on a governed scale from 0 to 1, higher is riskier. Pure.

    GRx = clip((logit PD − logit p0) / (logit p1 − logit p0), 0, 1)

A model's margin is base + the sum of its contributions, so before the clip GRx is a start plus a part a dimension.
Nothing here reads the quality of a portrait.
"""

from collections.abc import Mapping
from typing import Literal

import msgspec
import polars as pl

from scoring.portraits.policy import PortraitPolicy
from scoring.scaling import margin_from_pd

_DIGITS = 9
OTHER = "other"
"""Contributions of variables that stand in no dimension."""
Cause = Literal[
    "",
    "no_policy",
    "no_product",
    "no_model",
    "horizon_unknown",
    "horizon_differs",
    "prohibited_read",
    "variables_missing",
]


class Coefficient(msgspec.Struct, frozen=True, kw_only=True):
    """The coefficient and what it is made of, or why there is none."""

    state: Literal["ASSESSED", "NOT_ASSESSED"]
    cause: Cause = ""
    names: list[str] = []
    """Variables concerned, where the cause is about some."""
    value: float | None = None
    """0 to 1, higher is riskier."""
    unclipped: float | None = None
    """start + the sum of `parts`."""
    start: float | None = None
    """What the average of the model's training data has."""
    parts: dict[str, float] = {}
    """By dimension (`other` for variables in none): what it adds before the clip; positive raises the risk."""
    pd: float | None = None
    horizon_months: int | None = None
    """Of the model, where there is one and it states it."""


def not_assessed(cause: Cause, *, names: list[str] | None = None, horizon_months: int | None = None) -> Coefficient:
    """No coefficient, and why."""
    return Coefficient(state="NOT_ASSESSED", cause=cause, names=names or [], horizon_months=horizon_months)


def horizon_problem(policy: PortraitPolicy, horizon_months: int | None) -> Cause:
    """Why PDs of this horizon must not be put on the policy's scale; empty if they may."""
    if horizon_months is None:
        return "horizon_unknown"
    return "" if horizon_months == policy.horizon_months else "horizon_differs"


def coefficient_of(
    pd: float, contributions: Mapping[str, float], dimension_of: Mapping[str, str], policy: PortraitPolicy
) -> Coefficient:
    """The coefficient of a PD (0 < pd < 1) over the policy's horizon.

    `contributions` are the model's by variable, in margin space; `dimension_of` gives the dimension by variable.
    """
    low = margin_from_pd(policy.p0)
    span = margin_from_pd(policy.p1) - low
    unclipped = (margin_from_pd(pd) - low) / span
    sums: dict[str, float] = {}
    for name, value in contributions.items():
        place = dimension_of.get(name) or OTHER
        sums[place] = sums.get(place, 0.0) + value / span
    parts = {place: round(sums[place], _DIGITS) for place in sorted(sums)}
    return Coefficient(
        state="ASSESSED",
        value=round(min(1.0, max(0.0, unclipped)), _DIGITS),
        unclipped=round(unclipped, _DIGITS),
        start=round(round(unclipped, _DIGITS) - sum(parts.values()), _DIGITS),
        parts=parts,
        pd=pd,
        horizon_months=policy.horizon_months,
    )


def coefficient_column(pd: pl.Expr, policy: PortraitPolicy | None) -> pl.Expr:
    """The value alone, of PDs over the policy's horizon column-wise; null where the PD or the policy is."""
    if policy is None:
        return pl.lit(None, pl.Float64)
    low = margin_from_pd(policy.p0)
    span = margin_from_pd(policy.p1) - low
    return (((pd / (1.0 - pd)).log() - low) / span).clip(0.0, 1.0).round(_DIGITS)
