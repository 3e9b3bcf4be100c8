"""JSON as the standard means it: what other parsers forgive is refused here, with a reason."""

import json
import re
from typing import Any

import msgspec

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
_NESTING = (dict, list)
# A string that never ends is one token too: were it none, each quote in it would be tried as the start of another.
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


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
        value = msgspec.json.decode(data)  # strict in syntax, UTF-8, surrogates and range of numbers
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise MalformedJsonError(_reason(error)) from None
    if not _has_each_name_once(data, value):
        value = _read_slowly(data)
    if b"\\u0000" in data and _has_nul(value):
        raise MalformedJsonError("a string contains the character NUL")
    return value


def _has_each_name_once(data: bytes, value: object) -> bool:
    """Whether it can be told at a glance that no object gives a name twice.

    With no white space before a colon, `":` is found once for every name written, and again for any string that
    begins with a colon: never less often than names were written. So if it is found as often as names were kept, none
    was lost.
    """
    if any(spaced in data for spaced in (b" :", b"\t:", b"\n:", b"\r:")):
        return False
    return data.count(b'":') == _members(value)


def _members(value: object) -> int:
    """Names kept in `value`, at every depth."""
    if isinstance(value, dict):
        own, items = len(value), value.values()
    elif isinstance(value, list):
        own, items = 0, value  # type: ignore[assignment]
    else:
        return 0
    return own + sum([_members(item) for item in items if isinstance(item, _NESTING)])


def _read_slowly(data: bytes) -> Any:
    """Read with the reader that sees every name."""
    try:
        return _DECODER.decode(data.decode())
    except _DuplicateKeyError:
        raise MalformedJsonError("a name occurs twice in one object") from None
    except (ValueError, RecursionError):
        raise MalformedJsonError("not valid JSON") from None


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
