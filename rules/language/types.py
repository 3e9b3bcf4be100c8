"""The types of the language, and what a name in scope may hold."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

import msgspec


class Type(StrEnum):
    """What a value is. ANY only stands where a problem has been reported, so that it is not reported twice."""

    NUMBER = "number"
    STRING = "text"
    BOOLEAN = "truth value"
    DATE = "date"
    NULL = "null"
    ANY = "anything"


TYPE_ZH: dict[Type, str] = {
    Type.NUMBER: "数字",
    Type.STRING: "文本",
    Type.BOOLEAN: "真假值",
    Type.DATE: "日期",
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


class Held(msgspec.Struct, frozen=True):
    """What a name holds: its type, and the codes it is limited to (None: no codes)."""

    type: Type
    codes: frozenset[float | str] | None = None


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
