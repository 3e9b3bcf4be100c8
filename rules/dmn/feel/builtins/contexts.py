"""Functions of contexts (table 82)."""

from typing import Any

from rules.dmn.feel.builtins.registry import builtin, list_of, of_kind, text_of


@builtin("get value", "m, key", "context, key")
def get_value(context: Any, key: Any) -> Any:
    return of_kind(context, "context").get(text_of(key))


@builtin("get entries", "m", "context")
def get_entries(context: Any) -> list[Any]:
    return [{"key": key, "value": value} for key, value in of_kind(context, "context").items()]


@builtin("context", "entries")
def context_from(entries: Any) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for entry in list_of(entries):
        key = text_of(entry["key"])
        if key in result:
            raise ValueError(key)
        result[key] = entry["value"]
    return result


@builtin("context merge", "contexts")
def context_merge(contexts: Any) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for context in list_of(contexts):
        merged.update(of_kind(context, "context"))
    return merged


@builtin("context put", "context, key, value", "context, keys, value")
def context_put(context: Any, key: Any, value: Any) -> dict[str, Any]:
    base = of_kind(context, "context")
    if not isinstance(key, list):
        return {**base, text_of(key): value}
    first, rest = text_of(key[0]), key[1:]
    return {**base, first: context_put(base.get(first, {}), rest, value) if rest else value}
