"""Which of several statements about a variable counts, and whether another source says the same. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from scoring.catalogue import Variable, may_hold
from scoring.portrait_dimensions import Provenance
from scoring.portraits.observation import Observation, Value

TOLERANCE = 0.05
"""Two sources say the same number where they differ by at most this share of the larger; codes must be equal."""


class Held(msgspec.Struct, frozen=True, kw_only=True, gc=False):
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


class Unusable(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A statement that would have counted, had the catalogue let the variable have its value."""

    variable: str
    event_at: datetime
    known_at: datetime
    source: str


def held_values(
    observations: Iterable[Observation], variables: Mapping[str, Variable], as_of: datetime
) -> tuple[dict[str, Held], dict[str, Unusable]]:
    """The variables known as of `as_of`, and the statements that cannot be used, by name in alphabetical order.

    Of a variable the statement that is so last counts; of two for the same instant the one known later; then the
    source first in the alphabet. What is so or known only after `as_of`, and a value the variable cannot have, does
    not count. A statement without a value takes the variable out.
    """
    told: dict[str, list[Observation]] = {}
    unfit: dict[str, list[Observation]] = {}
    for item in observations:
        variable = variables.get(item.variable)
        if variable is not None and item.event_at <= as_of and item.known_at <= as_of:
            is_fit = item.value is None or may_hold(variable, item.value)
            (told if is_fit else unfit).setdefault(item.variable, []).append(item)
    last = {name: _latest(told[name]) for name in sorted(told)}
    held = {name: _held(one, told[name], variables[name]) for name, one in last.items() if one.value is not None}
    unusable = {name: _unusable(_latest(unfit[name]), last.get(name)) for name in sorted(unfit)}
    return held, {name: one for name, one in unusable.items() if one is not None}


def _latest(told: list[Observation]) -> Observation:
    if len(told) == 1:
        return told[0]
    return max(sorted(told, key=lambda item: item.source), key=lambda item: (item.event_at, item.known_at))


def _unusable(unfit: Observation, counts: Observation | None) -> Unusable | None:
    """None where another statement would have counted anyhow."""
    if counts is not None and _latest([unfit, counts]) is counts:
        return None
    return Unusable(variable=unfit.variable, event_at=unfit.event_at, known_at=unfit.known_at, source=unfit.source)


def _held(latest: Observation, told: list[Observation], variable: Variable) -> Held:
    value: Value = float(latest.value) if variable.type == "number" else latest.value  # type: ignore[arg-type,assignment]
    others = [item.source for item in told if _confirms(item, latest, variable)] if len(told) > 1 else []
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
