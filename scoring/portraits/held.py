"""Which of several statements about a variable counts, and whether another source says the same. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from scoring.catalogue import Variable, may_hold
from scoring.portraits.dimensions import Provenance
from scoring.portraits.observation import Observation, Value

TOLERANCE = 0.05
"""Two sources say the same number where they differ by at most this share of the larger; codes must be equal."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A variable as a portrait holds it."""

    variable: str
    value: Value
    event_at: datetime
    known_at: datetime
    source: str
    provenance: Provenance
    is_verified: bool
    """Checked by whoever told it, or observed by ourselves."""
    confirmed_by: str
    """An independent source that says the same; empty: none."""

    @property
    def is_authentic(self) -> bool:
        """Verified, or confirmed by an independent source."""
        return self.is_verified or bool(self.confirmed_by)


def held_values(
    observations: Iterable[Observation], variables: Mapping[str, Variable], as_of: datetime
) -> dict[str, Held]:
    """The variables known as of `as_of`, by name in alphabetical order.

    Of a variable the statement that is so last counts; of two for the same instant the one known later; then the
    source first in the alphabet. What is so or known only after `as_of`, and a value the variable cannot have, does
    not count. A statement without a value takes the variable out.
    """
    told: dict[str, list[Observation]] = {}
    for item in observations:
        if item.event_at <= as_of and item.known_at <= as_of and _is_fit(item, variables):
            told.setdefault(item.variable, []).append(item)
    return {name: held for name in sorted(told) if (held := _held(told[name], variables[name])) is not None}


def _is_fit(item: Observation, variables: Mapping[str, Variable]) -> bool:
    variable = variables.get(item.variable)
    if variable is None:
        return False
    return item.value is None or may_hold(variable, item.value)


def _held(told: list[Observation], variable: Variable) -> Held | None:
    latest = max(sorted(told, key=lambda item: item.source), key=lambda item: (item.event_at, item.known_at))
    if latest.value is None:
        return None
    value = float(latest.value) if variable.type == "number" else latest.value
    others = (item.source for item in told if _confirms(item, latest, variable))
    return Held(
        variable=latest.variable,
        value=value,
        event_at=latest.event_at,
        known_at=latest.known_at,
        source=latest.source,
        provenance=latest.provenance,
        is_verified=latest.is_verified or latest.provenance == "OBSERVED",
        confirmed_by=latest.confirmed_by or min(others, default=""),
    )


def _confirms(other: Observation, latest: Observation, variable: Variable) -> bool:
    """Another source says the same, and the customer is not the only one to say it."""
    declared = {other.provenance, latest.provenance} == {"SELF_DECLARED"}
    return other.source != latest.source and not declared and _is_same(other.value, latest.value, variable)


def _is_same(one: Value | None, two: Value | None, variable: Variable) -> bool:
    if variable.codes or isinstance(one, bool) or not isinstance(one, int | float) or not isinstance(two, int | float):
        return one == two
    return abs(one - two) <= TOLERANCE * max(abs(one), abs(two))
