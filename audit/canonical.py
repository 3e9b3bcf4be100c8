"""Canonical JSON (RFC 8785) and the content hash that names frozen things."""

import hashlib

import msgspec
import rfc8785

_MAX_INTEGER = 2**53 - 1
_ENCODER = msgspec.json.Encoder(order="sorted")


class _ExoticError(Exception):
    """The fast path does not cover the value; the reference implementation decides."""


def canonical_json(value: object) -> bytes:
    """The one JSON text of `value` (RFC 8785). Raises ValueError on NaN, infinities and integers beyond 2**53.

    Plain values go through msgspec, 20 times faster than the reference implementation, which
    keeps what differs between the two: large numbers and keys outside ASCII.
    """
    try:
        return _ENCODER.encode(_plain(value))
    except (_ExoticError, TypeError):
        return rfc8785.dumps(value)  # type: ignore[arg-type]


def content_hash(value: object) -> str:
    """SHA-256 of the canonical JSON, 64 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()


def _plain(value: object) -> object:
    """`value` as msgspec writes it canonically: whole floats become integers (1.0 is written 1)."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return value
    if kind is float:
        return _number(value)  # type: ignore[arg-type]
    if kind is int:
        if -_MAX_INTEGER <= value <= _MAX_INTEGER:  # type: ignore[operator]
            return value
        raise _ExoticError
    if kind is dict:
        return {_key(key): _plain(item) for key, item in value.items()}  # type: ignore[attr-defined]
    if kind is list or kind is tuple:
        return [_plain(item) for item in value]  # type: ignore[attr-defined]
    raise _ExoticError


def _number(value: float) -> float | int | msgspec.Raw:
    if value.is_integer():
        if -_MAX_INTEGER <= value <= _MAX_INTEGER:
            return int(value)
        raise _ExoticError
    if value - value != 0.0:  # NaN or infinite: refused by the reference implementation
        raise _ExoticError
    # Between 1e-6 and 1e-5 the two write exponents differently.
    return value if abs(value) >= 1e-5 else msgspec.Raw(rfc8785.dumps(value))


def _key(key: object) -> str:
    # RFC 8785 sorts by UTF-16 units, msgspec by code points: the same for ASCII.
    if type(key) is str and key.isascii():
        return key
    raise _ExoticError
