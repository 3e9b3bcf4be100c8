"""From the amount control's PD to a risk level and a cap of the amount: a governed table. Pure."""

from bisect import bisect_left
from itertools import pairwise
from math import floor
from typing import Annotated

import msgspec

from audit.governed_fields import MONEY_FORMAT

LEVELS = 5
KIND_CODE = "amount_control"
RISK_LEVEL, RISK_CAP = "risk_level", "risk_cap_minor"
"""Catalogued variables of source `model`: the level, 1 the safest, and the most that is granted at it."""


class Level(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One risk level, from the safest: PDs above the level before it and up to `max_pd` have it."""

    max_pd: Annotated[float, msgspec.Meta(gt=0, le=1)]
    cap_minor: Annotated[int, msgspec.Meta(ge=0, extra_json_schema={"format": MONEY_FORMAT})]
    """The most that is granted, in minor units of the product's currency."""
    share_of_asked: Annotated[float, msgspec.Meta(ge=0, le=1)] = 1.0
    """The most that is granted as a share of what was asked."""


class AmountControl(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Levels and caps of a product, from the safest level to the riskiest."""

    levels: list[Level]


def control_faults(control: AmountControl) -> list[str]:
    """Codes of what is wrong: level_count, last_level_open, levels_not_rising, caps_rising; empty if sound."""
    levels = control.levels
    found = [] if len(levels) == LEVELS else ["level_count"]
    if levels and levels[-1].max_pd != 1.0:
        found.append("last_level_open")
    if any(right.max_pd <= left.max_pd for left, right in pairwise(levels)):
        found.append("levels_not_rising")
    if any(right.cap_minor > left.cap_minor or right.share_of_asked > left.share_of_asked
           for left, right in pairwise(levels)):  # fmt: skip
        found.append("caps_rising")
    return found


def risk_level(control: AmountControl, pd: float) -> int:
    """The level of a PD, 1 to 5."""
    return bisect_left([level.max_pd for level in control.levels], pd) + 1


def risk_cap_minor(control: AmountControl, level: int, asked_minor: float) -> int:
    """The most granted at a level of an amount asked, in whole minor units: the lower of the two caps."""
    found = control.levels[level - 1]
    return min(found.cap_minor, floor(found.share_of_asked * asked_minor))
