"""Canonical JSON (RFC 8785) and the content hash that names frozen things."""

import hashlib

import rfc8785


def canonical_json(value: object) -> bytes:
    """The one JSON text of `value` (RFC 8785). Raises ValueError on NaN, infinities and integers beyond 2**53."""
    return rfc8785.dumps(value)  # type: ignore[arg-type]


def content_hash(value: object) -> str:
    """SHA-256 of the canonical JSON, 64 hex digits."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
