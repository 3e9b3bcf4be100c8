"""The policies in force on a day; without one nothing is assessed."""

from datetime import date
from typing import Final

from audit.services.governed_live import Live, governed_live
from monitoring.adjustment_policy import KIND_CODE as ADJUSTMENT
from monitoring.adjustment_policy import AdjustmentPolicy
from monitoring.region_policy import KIND_CODE as REGION
from monitoring.region_policy import RegionPolicy
from riskengine.errors import Conflict


class NoRegionPolicy(Conflict):
    """No policy on products and regions is in force: nothing says what is risky."""

    code = "no_region_policy"


PLAIN: Final = RegionPolicy()
"""What pages show fluctuations with where no policy is in force; nothing is judged by it."""


def region_policy_live(on: date) -> Live:
    """The policy in force. Raises NoRegionPolicy."""
    live = governed_live(REGION, on=on)
    if live is None:
        raise NoRegionPolicy("No policy on products and regions is in force.", on=on.isoformat())
    return live


def region_policy_of(live: Live) -> RegionPolicy:
    """What it says."""
    assert isinstance(live.value, RegionPolicy)  # noqa: S101  # its kind holds no other
    return live.value


def adjustment_policy_of(product: str, on: date) -> AdjustmentPolicy | None:
    """The assumptions for a product; None where none are in force."""
    live = governed_live(ADJUSTMENT, product, on=on)
    return None if live is None else live.value
