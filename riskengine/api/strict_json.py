"""JSON as the standard means it: what other parsers forgive is refused here, with a reason."""

import json
import re
from typing import Any

import msgspec

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


class MalformedJsonError(ValueError):
    """The bytes are not one strict JSON text; the message says why and quotes nothing of it."""


class _DuplicateKeyError(ValueError):
    pass


def strict_json(data: bytes) -> Any:
    """Read one JSON text (RFC 8259, UTF-8) into plain Python values.

    Refuses besides what the standard refuses: nesting beyond 32, a name twice in one object, NUL in
    a string or name, lone surrogates, and numbers that no double can hold. Raises MalformedJsonError.
    """
    if data.count(b"{") + data.count(b"[") > MAX_DEPTH and _depth(data) > MAX_DEPTH:
        raise MalformedJsonError(f"nested deeper than {MAX_DEPTH} levels")
    try:
        msgspec.json.decode(data)  # the strict reader: syntax, UTF-8, surrogates, range of numbers
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedJsonError(_reason(error)) from None
    try:
        value = _DECODER.decode(data.decode())  # the one that sees names given twice
    except _DuplicateKeyError:
        raise MalformedJsonError("a name occurs twice in one object") from None
    except (ValueError, RecursionError):
        raise MalformedJsonError("not valid JSON") from None
    if b"\\u0000" in data and _has_nul(value):
        raise MalformedJsonError("a string contains the character NUL")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        raise _DuplicateKeyError
    return names


_DECODER = json.JSONDecoder(object_pairs_hook=_object)


def _depth(data: bytes) -> int:
    depth = deepest = 0
    for token in _TOKENS.findall(data):
        if token in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif token in (b"}", b"]"):
            depth -= 1
    return deepest


def _reason(error: Exception) -> str:
    text = str(error)
    if "out of range" in text:
        return "a number is too large"
    position = re.search(r"\(byte \d+\)", text)
    return f"not valid JSON {position[0]}" if position else "not valid JSON"


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any("\x00" in name or _has_nul(item) for name, item in value.items())
    return isinstance(value, list) and any(_has_nul(item) for item in value)
