"""Who, above this app, reads the catalogue and may object to a new one: each registers explicitly at start."""

from collections.abc import Callable

from scoring.catalogue import Catalogue

Guard = Callable[[Catalogue, Catalogue], list[str]]
"""(the new catalogue, the live one) to what would break, in words."""
_GUARDS: dict[str, Guard] = {}


class GuardAlreadyRegistered(LookupError):
    """Two guards claim one name: a mistake in the code."""


def guard_register(name: str, guard: Guard) -> None:
    """Ask this guard before a catalogue goes live. Raises GuardAlreadyRegistered."""
    if name in _GUARDS and _GUARDS[name] is not guard:
        raise GuardAlreadyRegistered(name)
    _GUARDS[name] = guard


def guard_problems(new: Catalogue, live: Catalogue) -> list[str]:
    """What the new catalogue would break, by everybody who reads it."""
    return [problem for guard in _GUARDS.values() for problem in guard(new, live)]
