"""What is governed about alternative data: law by region and date, the ethics review and the pilot of a source. Pure.

Each is a governed document: a second person approves it, and it counts between its dates.
"""

import datetime as dt
import hashlib
from typing import Annotated, Any, Literal

import msgspec

from scoring.alternative_sources import AlternativeSource

JURISDICTION, REVIEW, PILOT = "jurisdiction_rule", "ethics_review", "pilot"
ACTIVITY_SCALE = "activity_scale"
_Half = Annotated[float, msgspec.Meta(ge=1, le=1_000_000)]
_Country = Annotated[str, msgspec.Meta(pattern="^[A-Z]{2}$")]
_Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    en: str
    zh: str


class JurisdictionRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the law of a region forbids to read of the people who live there; name: the region's code."""

    citation: Text
    countries: list[_Country]
    """ISO 3166-1 alpha-2."""
    forbids: list[AlternativeSource]


class EthicsReview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a source may be used at all, and on what evidence; name: the source."""

    purpose: Text
    necessity: Text
    risks: Text
    conditions: Text
    reviewers: list[str]
    value_report: _Hash


class ActivityHalves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The count in 90 days at which each activity contributes one half to the index; the portfolio's medians."""

    contacts: _Half
    interactions: _Half
    groups: _Half
    posts: _Half
    active_days: _Half


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that must hold of an application for the pilot to cover it."""

    variable: str
    comparison: Literal["at_least", "at_most", "equal"]
    value: str


class Pilot(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a source is tried: on whom, on how many, until when; name: the source."""

    product: str
    cap: Annotated[int, msgspec.Meta(ge=1, le=100_000)]
    """Applications for which the source may be read."""
    ends_on: dt.date
    """Last day, included."""
    share: Annotated[float, msgspec.Meta(gt=0, le=1)] = 1.0
    """Of those the conditions hold for, chosen by a hash of the customer and so always the same."""
    segment: list[Condition] = []
    """All of them hold; what is not known does not."""


def condition_holds(condition: Condition, values: dict[str, Any]) -> bool:
    """Whether it holds of an application's values; unknown, or of another type, is no."""
    value = values.get(condition.variable)
    if isinstance(value, bool) or value is None or isinstance(value, str):
        text = str(value).lower() if isinstance(value, bool) else value
        return condition.comparison == "equal" and text == condition.value
    try:
        bound = float(condition.value)
    except ValueError:
        return False
    if condition.comparison == "equal":
        return bool(value == bound)
    return bool(value >= bound) if condition.comparison == "at_least" else bool(value <= bound)


def share_holds(share: float, *, pilot_hash: str, customer_id: int) -> bool:
    """Whether a customer belongs to the share: the same answer for all their applications under one pilot."""
    digest = hashlib.sha256(f"{pilot_hash}/{customer_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * 2**64
