"""The kinds of small policy that change by four eyes: each app registers its own in `AppConfig.ready()`.

    kind_register(Kind("drift_policy", DriftPolicy, title=_("Drift policy"), help=_("When drift raises an alert.")))

A document of a kind is a frozen msgspec.Struct, from which the pages make its form (`audit.governed_fields`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

import msgspec
from django.utils.functional import Promise

from audit.governed_fields import fields_of

Words = str | Promise
ADD = "audit.add_governeddocument"


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages; any struct of exactly these two fields is one."""

    en: str
    zh: str


class Currency(NamedTuple):
    """What the money of a document is in: an ISO 4217 code, and how many digits its minor unit stands behind."""

    code: str
    digits: int


class KindAlreadyRegistered(LookupError):
    """Two owners claim one kind of governed document: a mistake in the code."""


class UnknownKind(LookupError):
    """No app has registered a kind of this code: a mistake in the code, or a row of an app that is gone."""


def no_problems(_value: Any, _name: str) -> list[str]:
    """The check of a kind whose struct says it all."""
    return []


def no_day_problems(_value: Any, _valid_from: date) -> list[str]:
    """Of a kind whose days may be any."""
    return []


def no_currency(_name: str) -> Currency | None:
    """Of a kind without money."""
    return None


@dataclass(frozen=True)
class Kind:
    """What a kind of document is called, what it holds and what must be true of it.

    `check(value, name)` gives every problem as a sentence in the reader's language; a draft may have some, what is
    submitted or approved may not; `day_check(value, valid_from)` finds those of its days. `name_choices` gives (name,
    label) of what there can be one document each for; without it the name is free and may be empty. `labels` names
    fields ("rate"), fields of rows ("tiers.rate") and choices ("mode=strict"); a field without one takes the title of
    its msgspec.Meta. A kind `is_protective` where its absence would allow more: one person never ends what two
    approved, they replace it.
    """

    code: str
    struct: type[msgspec.Struct]
    title: Words
    help: Words = ""
    check: Callable[[Any, str], list[str]] = no_problems
    day_check: Callable[[Any, date], list[str]] = no_day_problems
    name_choices: Callable[[], list[tuple[str, Words]]] | None = None
    labels: Mapping[str, Words] = field(default_factory=dict)
    currency: Callable[[str], Currency | None] = no_currency
    """The currency of a document's money by its name; None where the name says none."""
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """How values of a field ("month") or of a field of rows ("regions.region") are read, where not as they stand."""
    permission: str = ADD
    is_protective: bool = False


_KINDS: dict[str, Kind] = {}


def kind_register(kind: Kind) -> None:
    """Make a kind known. Raises KindAlreadyRegistered, or TypeError where no form can be made of its struct."""
    if kind.code in _KINDS:
        raise KindAlreadyRegistered(kind.code)
    fields_of(kind.struct)
    _KINDS[kind.code] = kind


def kind_of(code: str) -> Kind:
    """The kind of this code. Raises UnknownKind."""
    if code not in _KINDS:
        raise UnknownKind(code)
    return _KINDS[code]


def is_kind(code: str) -> bool:
    """Whether some app has registered this code."""
    return code in _KINDS


def kinds_all() -> list[Kind]:
    """Every kind, by code."""
    return [_KINDS[code] for code in sorted(_KINDS)]
