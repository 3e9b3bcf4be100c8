"""What is governed about portraits: the span of the personal risk coefficient, its horizon, and the segments. Pure."""

from typing import Annotated

import msgspec

KIND = "portrait_policy"
MOST_SEGMENTS = 20
Probability = Annotated[float, msgspec.Meta(gt=0.0, lt=1.0)]


class Segment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of customers: those of whom `when`, a condition of the rule language over a portrait, holds."""

    code: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
    en: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    zh: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    when: Annotated[str, msgspec.Meta(min_length=1, max_length=4000)]


class PortraitPolicy(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the coefficient is 0 and where 1, over which horizon, and the segments in the order they are asked."""

    p0: Probability
    """PD at which the coefficient is 0; from here on down."""
    p1: Probability
    """PD at which it is 1; above p0."""
    horizon_months: Annotated[int, msgspec.Meta(ge=1, le=120)]
    """A model's PD counts only if the model states this horizon."""
    segments: list[Segment] = []
