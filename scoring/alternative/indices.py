"""Indices of social activity and of consumption, each from counts and amounts alone, 0 to 1. Pure.

Neither says who somebody knows nor what they bought: contents, names and merchants stay outside.
"""

import math
from collections.abc import Mapping
from typing import Literal

import msgspec

Activity = Literal["contacts", "interactions", "groups", "posts", "active_days"]
ACTIVITIES: tuple[Activity, ...] = ("contacts", "interactions", "groups", "posts", "active_days")
"""Distinct people, messages and calls, groups joined, posts written, and days with any of it, in 90 days."""
FEWEST_PURCHASES = 10

# Divisions of the UN's COICOP 2018 that a household can hardly do without, and those it can; the rest counts for
# neither. The division is the usual one of household economics (Seale, Regmi and Bernstein, USDA TB-1904, 2003, find
# food, housing and health below unit income elasticity, recreation and restaurants above); the cut is our choice.
NEEDED = frozenset({"food", "housing", "health", "transport", "communication", "education"})
CHOSEN = frozenset({"alcohol_tobacco", "recreation", "restaurants_hotels", "jewellery", "gambling"})
NEITHER = frozenset({"clothing", "furnishings", "insurance", "other"})


class ActivityScale(msgspec.Struct, frozen=True):
    """The count of each activity at which it contributes one half: the portfolio's medians among those who have any, so
    that 0.5 is what is usual here, not elsewhere."""

    halves: Mapping[str, float]


def social_activity_index(counts: Mapping[str, int], scale: ActivityScale) -> float | None:
    """How active somebody is with others, 0 (not at all) to 1; the mean over the activities told of `x / (x + half)`.

    The hyperbola saturates (Hill's curve of order 1): ten times the median is 0.91, so that nobody gains by flooding.
    None where no activity is told. Raises ValueError for a negative count or an unknown activity.
    """
    unknown = set(counts) - set(ACTIVITIES)
    if unknown or any(count < 0 for count in counts.values()):
        raise ValueError(f"counts are of {', '.join(ACTIVITIES)} and not negative")
    if not counts:
        return None
    parts = [count / (count + scale.halves[activity]) for activity, count in counts.items()]
    return round(sum(parts) / len(parts), 6)


class Consumption(msgspec.Struct, frozen=True):
    """What purchases show, or None where there are too few of them."""

    preference: float | None
    """Share of what is chosen in what is chosen or needed, by amount: 0 all needed, 1 all chosen."""
    variety: float | None
    """Shannon entropy of the amounts over categories, over that of equal amounts in all of them: 0 one category, 1 all
    alike."""


def consumption_indices(amounts_minor: Mapping[str, int], purchases: int) -> Consumption:
    """Indices from amounts (minor units, refunds taken off) by category and the number of purchases.

    Raises ValueError for an unknown category or a negative amount.
    """
    every = NEEDED | CHOSEN | NEITHER
    if set(amounts_minor) - every or any(amount < 0 for amount in amounts_minor.values()):
        raise ValueError(f"amounts are of {', '.join(sorted(every))} and not negative")
    if purchases < FEWEST_PURCHASES:
        return Consumption(None, None)
    chosen, needed = (sum(amounts_minor.get(name, 0) for name in names) for names in (CHOSEN, NEEDED))
    preference = round(chosen / (chosen + needed), 6) if chosen + needed else None
    total = sum(amounts_minor.values())
    shares = [amount / total for amount in amounts_minor.values() if amount] if total else []
    entropy = -sum(share * math.log(share) for share in shares) / math.log(len(every)) if shares else None
    return Consumption(preference, None if entropy is None else round(abs(entropy), 6))
