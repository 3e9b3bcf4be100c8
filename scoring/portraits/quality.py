"""How good what a portrait says is: four figures a dimension. They describe it and never enter a score. Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec

from scoring.catalogue import Variable
from scoring.portraits.held import Held

_DAY = timedelta(days=1)
_DIGITS = 4


class Quality(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Four shares of 0 to 1, higher is better; None where there is nothing to take a share of."""

    timeliness: float | None
    """Mean of `timeliness_of` over variables present that have a refresh period."""
    authenticity: float | None
    """Share of those present that are verified or confirmed by an independent source."""
    completeness: float | None
    """Share of those that could be present that are."""
    objectivity: float | None
    """Share told by third parties or observed by us, of those present; what is worked out from others counts neither
    way."""


QUALITY_FIGURES = Quality.__struct_fields__


def timeliness_of(age: timedelta, refresh_days: int) -> float:
    """clip(2 − age / refresh period, 0, 1): 1 while the source is within its period, 0 from twice the period on."""
    return min(1.0, max(0.0, 2.0 - age / _DAY / refresh_days))


def quality_of(
    held: Mapping[str, Held], names: Collection[str], variables: Mapping[str, Variable], as_of: datetime
) -> Quality:
    """The quality of the variables `names` (those that could be present), rounded to four digits."""
    present = [held[name] for name in names if name in held]
    timely = [
        timeliness_of(as_of - item.event_at, days)
        for item in present
        if (days := variables[item.variable].refresh_days) is not None
    ]
    told = [item.provenance in ("THIRD_PARTY", "OBSERVED") for item in present if item.provenance != "DERIVED"]
    return Quality(
        timeliness=_share(sum(timely), len(timely)),
        authenticity=_share(sum(item.is_authentic for item in present), len(present)),
        completeness=_share(len(present), len(names)),
        objectivity=_share(sum(told), len(told)),
    )


def _share(part: float, whole: int) -> float | None:
    return round(part / whole, _DIGITS) if whole else None
