"""What the catalogue says of a bureau's variables: told from the room above, which keeps the catalogue."""

from collections.abc import Callable

import msgspec

from lending.services.customer_facts import FactValue


class UnknownVariable(LookupError):
    """The catalogue has no fact of this name."""


class VariableSide(msgspec.Struct, frozen=True):
    """How a variable's value is read from a text, and the one that may stand in where it is missing."""

    value_read: Callable[[str, str], FactValue]
    """Raises UnknownVariable, and ValueProblem where the text is no such value."""
    default_of: Callable[[str], str | None]
    """None: nothing may be filled in."""


_SIDE: list[VariableSide] = []


def variable_side_register(side: VariableSide) -> None:
    """Say who knows the catalogue; the last one that registers."""
    _SIDE[:] = [side]


def variable_value(name: str, text: str) -> FactValue:
    """A value of a catalogued fact from a text. Raises UnknownVariable, ValueProblem."""
    if not _SIDE:
        raise UnknownVariable(name)
    return _SIDE[0].value_read(name, text)


def variable_default(name: str) -> str | None:
    """What stands in for a missing value, where the catalogue's policy is a default."""
    return _SIDE[0].default_of(name) if _SIDE else None
