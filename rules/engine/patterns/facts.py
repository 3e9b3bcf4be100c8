"""Facts: small, typed, and checked before the engine sees them."""

from collections.abc import Iterable
from typing import Final

import msgspec

from rules.engine.patterns.errors import FactInvalid

TEXT_FIELDS: Final = ("customer", "loan", "phone_key", "device_key", "address_key", "category", "source")
"""Fields that are equal or not; empty means unknown."""

INTEGER_FIELDS: Final = ("amount_minor",)
"""Fields that are ordered; None means unknown."""

TIME_FIELD: Final = "at"
"""Epoch seconds: ordered, never unknown, compared only with another fact's."""

FIELDS: Final = (*TEXT_FIELDS, *INTEGER_FIELDS, TIME_FIELD)

TEXT_LIMIT: Final = 80
INTEGER_LIMIT: Final = 2**62
"""The engine reads numbers with atol and adds to them: stay clear of the edge."""


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened. Keys are blind indexes in hex: what facts share, not what it is."""

    id: int
    kind: str
    at: int
    """Epoch seconds."""
    customer: str = ""
    loan: str = ""
    phone_key: str = ""
    device_key: str = ""
    address_key: str = ""
    amount_minor: int | None = None
    """Minor units."""
    category: str = ""
    source: str = ""


def facts_check(facts: Iterable[Fact]) -> list[Fact]:
    """The distinct facts by (at, id). Raises FactInvalid: wrong type, over-long text, two contents of one id."""
    by_id: dict[int, Fact] = {}
    for fact in facts:
        _check(fact)
        if by_id.setdefault(fact.id, fact) != fact:
            raise FactInvalid("Two different facts carry one id", fact=fact.id)
    return sorted(by_id.values(), key=lambda fact: (fact.at, fact.id))


def _check(fact: Fact) -> None:
    for name in ("id", "at", *INTEGER_FIELDS):
        value = getattr(fact, name)
        if name in INTEGER_FIELDS and value is None:
            continue
        if type(value) is not int or abs(value) >= INTEGER_LIMIT:
            raise FactInvalid("A number of a fact is not a whole number in range", fact=fact.id, field=name)
    for name in ("kind", *TEXT_FIELDS):
        value = getattr(fact, name)
        if type(value) is not str or len(value) > TEXT_LIMIT:
            raise FactInvalid("A text of a fact is not a short text", fact=fact.id, field=name)
