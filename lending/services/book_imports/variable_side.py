"""What the catalogue says of a bureau's variables and of a loan's: told from the room above, which keeps the
catalogue."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

import msgspec

from lending.services.customer_facts import FactValue


class UnknownVariable(LookupError):
    """The catalogue has no fact of this name."""


Value = str | int | float | bool


class LoanAttribute(msgspec.Struct, frozen=True):
    """A variable of applications that is read from a loan after payout, and its names for people."""

    name: str
    en: str
    zh: str


class AttributesRead(msgspec.Struct, frozen=True):
    """Attributes as a loan keeps them, and why others are none: a code by the variable's name."""

    attributes: Mapping[str, Value] = {}
    problems: Mapping[str, str] = {}


def _no_attributes(_product: str) -> Sequence[LoanAttribute]:
    return ()


def _none_known(_product: str, given: Mapping[str, FactValue]) -> AttributesRead:
    return AttributesRead(problems=dict.fromkeys(given, "unknown_variable"))


def _not_pinned() -> AbstractContextManager[None]:
    return nullcontext()


class VariableSide(msgspec.Struct, frozen=True):
    """How a variable's value is read from a text, and the one that may stand in where it is missing."""

    value_read: Callable[[str, str], FactValue]
    """Raises UnknownVariable, and ValueProblem where the text is no such value."""
    default_of: Callable[[str], str | None]
    """None: nothing may be filled in."""
    provenance_of: Callable[[str], str] = lambda _name: ""
    """Who the catalogue says a fact comes from where its source does not say; empty: it does not."""
    attributes_of: Callable[[str], Sequence[LoanAttribute]] = _no_attributes
    """Those of a product by its code; of "", of all products, each name once."""
    attributes_read: Callable[[str, Mapping[str, FactValue]], AttributesRead] = _none_known
    """Values of a product's attributes by the variables' names, texts read as the catalogue's types."""
    pinned: Callable[[], AbstractContextManager[None]] = _not_pinned
    """While it lasts, one catalogue answers, asked for once."""


_SIDE: list[VariableSide] = []


def variable_side_register(side: VariableSide) -> None:
    """Say who knows the catalogue; the last one that registers."""
    _SIDE[:] = [side]


def variables_pinned() -> AbstractContextManager[None]:
    """Have all rows of a part read by the catalogue of now."""
    return _SIDE[0].pinned() if _SIDE else nullcontext()


def variable_value(name: str, text: str) -> FactValue:
    """A value of a catalogued fact from a text. Raises UnknownVariable, ValueProblem."""
    if not _SIDE:
        raise UnknownVariable(name)
    return _SIDE[0].value_read(name, text)


def variable_default(name: str) -> str | None:
    """What stands in for a missing value, where the catalogue's policy is a default."""
    return _SIDE[0].default_of(name) if _SIDE else None


def variable_provenance(name: str) -> str:
    """Who a fact comes from where its source does not say, a value of CustomerFact.Provenance; empty: not known."""
    return _SIDE[0].provenance_of(name) if _SIDE else ""


def loan_attributes_of(product: str) -> Sequence[LoanAttribute]:
    """What a loan of the product may say of itself beside its own fields; of "", of all products."""
    return _SIDE[0].attributes_of(product) if _SIDE else ()


def loan_attributes_read(product: str, given: Mapping[str, FactValue]) -> AttributesRead:
    """Attributes of a loan from values by the variables' names."""
    return _SIDE[0].attributes_read(product, given) if _SIDE else _none_known(product, given)
