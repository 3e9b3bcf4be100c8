"""Whether placing by Yxtz keeps an offer from protected groups: the reach of a placement by share of population. Pure.

The shares are kept for this test only and enter no coefficient.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Place:
    """A region that could be offered to: its population (any unit) and each protected group's share of it, 0..1."""

    population: float
    shares: Mapping[str, float]


@dataclass(frozen=True)
class Impact:
    """Of a group's people, the share who live where it is offered, beside that of everybody else; `ratio` of the two.

    NOT_TESTED where a share is unknown somewhere, or nobody of either side is there, or nothing is offered at all.
    """

    group: str
    reach: float | None
    reach_of_others: float | None
    ratio: float | None
    state: Literal["PASSED", "FLAGGED", "NOT_TESTED"]


def adverse_impact(places: Mapping[str, Place], offered: frozenset[str], least: float) -> list[Impact]:
    """The impact of offering in some regions only, a row a group; FLAGGED below `least` (four fifths: 0.8).

    Every region counts, also one that is not assessed: nobody there gets the offer either. No group known anywhere: one
    row without a name, NOT_TESTED.
    """
    groups = sorted({group for place in places.values() for group in place.shares})
    if not groups:
        return [Impact("", None, None, None, "NOT_TESTED")]
    return [_impact(group, places, offered, least) for group in groups]


def is_clear(impacts: list[Impact]) -> bool:
    """Whether every group was tested and none is flagged: an unknown impact is no silent yes."""
    return bool(impacts) and all(impact.state == "PASSED" for impact in impacts)


def _impact(group: str, places: Mapping[str, Place], offered: frozenset[str], least: float) -> Impact:
    if any(group not in place.shares for place in places.values()):
        return Impact(group, None, None, None, "NOT_TESTED")
    inside = {code: place.population * place.shares[group] for code, place in places.items()}
    outside = {code: place.population * (1.0 - place.shares[group]) for code, place in places.items()}
    reach, others = _reach(inside, offered), _reach(outside, offered)
    if reach is None or others is None or others <= 0.0:
        return Impact(group, reach, others, None, "NOT_TESTED")
    ratio = reach / others
    return Impact(group, reach, others, ratio, "FLAGGED" if ratio < least else "PASSED")


def _reach(people: Mapping[str, float], offered: frozenset[str]) -> float | None:
    total = sum(people.values())
    return sum(count for code, count in people.items() if code in offered) / total if total > 0.0 else None
