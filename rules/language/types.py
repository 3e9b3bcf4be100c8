"""The types of the language, and what a name in scope may hold."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec


class Type(StrEnum):
    """What a value is. ANY only stands where a problem has been reported, so that it is not reported twice.

    How values are held, in every executor: a number is a double; a date its ISO text (which has the order of time); a
    duration of days and time a double of seconds; one of years and months a double of whole months. A list is known
    when compiled: its places are (see `tree.ListOf`), so no executor ever holds one.
    """

    NUMBER = "number"
    STRING = "text"
    BOOLEAN = "truth value"
    DATE = "date"
    DAYS = "duration of days"
    MONTHS = "duration of months"
    NUMBERS = "list of numbers"
    STRINGS = "list of texts"
    BOOLEANS = "list of truth values"
    DATES = "list of dates"
    DAYS_LIST = "list of durations of days"
    MONTHS_LIST = "list of durations of months"
    EMPTY = "empty list"
    NULL = "null"
    ANY = "anything"


TYPE_ZH: dict[Type, str] = {
    Type.NUMBER: "数字",
    Type.STRING: "文本",
    Type.BOOLEAN: "真假值",
    Type.DATE: "日期",
    Type.DAYS: "天数时长",
    Type.MONTHS: "月数时长",
    Type.NUMBERS: "数字列表",
    Type.STRINGS: "文本列表",
    Type.BOOLEANS: "真假值列表",
    Type.DATES: "日期列表",
    Type.DAYS_LIST: "天数时长列表",
    Type.MONTHS_LIST: "月数时长列表",
    Type.EMPTY: "空列表",
    Type.NULL: "空值",
    Type.ANY: "任意值",
}

OF_CATALOGUE: dict[str, Type] = {
    "integer": Type.NUMBER,
    "number": Type.NUMBER,
    "string": Type.STRING,
    "boolean": Type.BOOLEAN,
    "date": Type.DATE,
}

NUMERIC = frozenset({Type.NUMBER, Type.DAYS, Type.MONTHS})
"""Types held as doubles."""
_LISTS: dict[Type, Type] = {
    Type.NUMBER: Type.NUMBERS,
    Type.STRING: Type.STRINGS,
    Type.BOOLEAN: Type.BOOLEANS,
    Type.DATE: Type.DATES,
    Type.DAYS: Type.DAYS_LIST,
    Type.MONTHS: Type.MONTHS_LIST,
    Type.NULL: Type.EMPTY,
    Type.ANY: Type.ANY,
}
_ELEMENTS = {listed: element for element, listed in _LISTS.items()}


def list_of(element: Type) -> Type:
    """The type of a list of such values. KeyError for a list: there are no lists of lists."""
    return _LISTS[element]


def element_of(listed: Type) -> Type | None:
    """The type of a list's values (NULL of the empty list, ANY of ANY), or None for what is no list."""
    return _ELEMENTS.get(listed)


def is_list(found: Type) -> bool:
    """Whether the type is a list's."""
    return found is not Type.ANY and found in _ELEMENTS


class Held(msgspec.Struct, frozen=True):
    """What a name holds: its type, the codes it is limited to (None: no codes), and of a list its number of places."""

    type: Type
    codes: frozenset[float | str] | None = None
    places: int = 1


class Scope(msgspec.Struct, frozen=True):
    """The names an expression may read."""

    names: Mapping[str, Held]

    def with_names(self, more: Mapping[str, Held]) -> "Scope":
        """This scope and `more`, which wins."""
        return Scope({**self.names, **more})


def held(type_name: str, codes: Iterable[str | int] = ()) -> Held:
    """From a catalogue's type name and codes."""
    listed = frozenset(float(code) if isinstance(code, int) else code for code in codes)
    return Held(OF_CATALOGUE[type_name], listed or None)


def is_fit(found: Type, expected: Type) -> bool:
    """Whether a value of type `found` may stand where `expected` is needed; null and ANY fit everywhere."""
    return found == expected or Type.ANY in (found, expected) or found is Type.NULL
