"""`instance of`: whether a value is of a type written in an expression."""

from collections.abc import Callable
from typing import Any

from rules.dmn.feel.tree import TypeText
from rules.dmn.feel.values import kind_of

TYPES_KEY = "\0types"
"""The name under which a model's item definitions are in scope; no text can spell it."""


def instance_of(value: Any, wanted: TypeText, find: Callable[[str], tuple[bool, Any]]) -> bool | None:
    """True or false; null for a type that nobody defines. Null is an instance of Null alone."""
    if wanted.name == "Any":
        return value is not None
    kind = kind_of(value)
    if wanted.name in _SIMPLE:
        if kind != wanted.name:
            return False
        return _parts_fit(value, wanted, find)
    types = find(TYPES_KEY)[1] or {}
    return bool(types[wanted.name].holds(value)) and value is not None if wanted.name in types else None


def fitted(value: Any, wanted: TypeText | None, find: Callable[[str], tuple[bool, Any]]) -> Any:
    """An argument as one of the type that a function's parameter names, or null."""
    if wanted is None or wanted.name == "Any":
        return value
    types = find(TYPES_KEY)[1] or {}
    if wanted.name in types:
        return types[wanted.name].conform(value)
    if isinstance(value, list) and len(value) == 1 and wanted.name != "list":
        value = value[0]
    return value if instance_of(value, wanted, find) else None


def _parts_fit(value: Any, wanted: TypeText, find: Callable[[str], tuple[bool, Any]]) -> bool:
    if wanted.name == "list" and wanted.arguments:
        return all(item is None or instance_of(item, wanted.arguments[0], find) for item in value)
    if wanted.name == "range" and wanted.arguments:
        ends = [end for end in (value.low, value.high) if end is not None]
        return all(bool(instance_of(end, wanted.arguments[0], find)) for end in ends)
    if wanted.name == "context":
        return all(
            name in value and (value[name] is None or bool(instance_of(value[name], entry, find)))
            for name, entry in wanted.entries
        )
    return True


_SIMPLE = frozenset(
    (
        *("number", "string", "boolean", "date", "time", "date and time", "list", "context", "range", "function"),
        *("days and time duration", "years and months duration", "Null"),
    )
)
