"""Personal data at rest: sealed under a key per customer, found by keyed blind indexes.

Losing a customer's key loses their data for good, and that is how erasure works.
No plaintext, key or index ever enters an exception of this module.
"""

import base64
import binascii
import hmac
import secrets
from collections.abc import Iterable, Iterator
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from lending.identifiers import normalise
from riskengine.errors import RiskEngineError

__all__ = [
    "VaultError",
    "blind_index",
    "key_new",
    "key_rewrap",
    "key_unwrap",
    "keyed_hash",
    "keys_new",
    "normalise",
    "seal",
    "sealed_each",
    "unseal",
]

Stored = bytes | memoryview
"""Bytes as the database driver hands them out."""
NONCE_BYTES = 12
KEY_BYTES = 32
INDEX_BYTES = 16
WRAP_CONTEXT = b"riskengine/customer-key/1"


class VaultError(RiskEngineError):
    """Sealed bytes or a wrapped key do not open: altered, moved to another place, or under an unknown wrapping key."""

    code = "vault_cannot_open"


@lru_cache(maxsize=16)
def _key_from_base64(text: str, variable: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise ImproperlyConfigured(f"{variable} must be {KEY_BYTES} bytes in base64.")
    return key


def _wrapping_keys() -> list[bytes]:
    """All wrapping keys, oldest first. A new one is appended after a comma; the last one wraps, all of them unwrap."""
    text = settings.ENV.field_encryption_key
    return [_key_from_base64(part, "FIELD_ENCRYPTION_KEY") for part in text.split(",")]


def key_new() -> tuple[bytes, bytes]:
    """A fresh customer key and its wrapped form (61 bytes: version, nonce, ciphertext, tag); only this is kept."""
    key = secrets.token_bytes(KEY_BYTES)
    return key, _wrap(key)


def keys_new(count: int) -> list[bytes]:
    """`count` fresh customer keys in their wrapped form, as `key_new` makes them, at a fraction of its time."""
    wrapping = _wrapping_keys()
    version, cipher = bytes([len(wrapping)]), AESGCM(wrapping[-1])
    context, size = WRAP_CONTEXT + version, NONCE_BYTES + KEY_BYTES
    drawn = secrets.token_bytes(count * size)
    return [
        version
        + (nonce := drawn[start : start + NONCE_BYTES])
        + cipher.encrypt(nonce, drawn[start + NONCE_BYTES : start + size], context)
        for start in range(0, count * size, size)
    ]


def _wrap(key: bytes) -> bytes:
    wrapping = _wrapping_keys()
    version = bytes([len(wrapping)])
    return version + seal(wrapping[-1], key, WRAP_CONTEXT + version)


def key_unwrap(wrapped: Stored) -> bytes:
    """The customer's key from its wrapped form. Its first byte is the wrapping key's place in the list, from 1.

    Raises VaultError if the wrapped key was altered or its wrapping key is not configured.
    """
    data = bytes(wrapped)
    wrapping = _wrapping_keys()
    version = data[0] if data else 0
    if not 1 <= version <= len(wrapping):
        raise VaultError("The wrapping key of this customer's key is not configured.", version=version)
    return unseal(wrapping[version - 1], data[1:], WRAP_CONTEXT + data[:1])


def key_rewrap(wrapped: Stored) -> bytes:
    """The same customer key under the newest wrapping key; once all are rewrapped, the old one is blanked, not removed.

    Places in the list are versions: replace a retired key by any other 32 bytes so that later ones keep their number.
    """
    return _wrap(key_unwrap(wrapped))


def seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """Encrypt under AES-256-GCM: random nonce (12 bytes), ciphertext, tag (16 bytes).

    `context` says where the value belongs and is not stored: sealed bytes moved elsewhere do not open.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def unseal(key: bytes, sealed: Stored, context: bytes) -> bytes:
    """Decrypt what `seal` made with the same key and context. Raises VaultError on any other bytes."""
    data = bytes(sealed)
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], context)
    except (InvalidTag, ValueError):
        raise VaultError("The sealed value does not open with this key and context.") from None


def sealed_each(parts: Iterable[tuple[Stored, bytes, bytes]]) -> Iterator[bytes | None]:
    """`seal` of each (wrapped key, plaintext, context) under its own key, at half the time; None where a key does not
    open."""
    ciphers = {version: AESGCM(key) for version, key in enumerate(_wrapping_keys(), 1)}
    for stored, plaintext, context in parts:
        wrapped = bytes(stored)
        nonce, version = wrapped[1 : 1 + NONCE_BYTES], wrapped[:1]
        try:
            key = ciphers[wrapped[0]].decrypt(nonce, wrapped[1 + NONCE_BYTES :], WRAP_CONTEXT + version)
        except (InvalidTag, ValueError, LookupError):
            yield None
            continue
        nonce = secrets.token_bytes(NONCE_BYTES)
        yield nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def blind_index(kind: str, value: str) -> bytes:
    """Find equal identifiers without reading them: HMAC-SHA256 of the normalised value, cut to 16 bytes.

    The key differs by kind, so a phone and a card with the same digits do not meet.
    Raises UnusableIdentifierError (see `normalise`).
    """
    normal = normalise(kind, value)
    return hmac.digest(_index_key(settings.ENV.blind_index_key, kind), normal.encode(), "sha256")[:INDEX_BYTES]


def keyed_hash(purpose: str, data: bytes) -> bytes:
    """HMAC-SHA256 (32 bytes) of `data`, for telling equal things that could be guessed from a plain hash.

    The key differs by purpose and from those of blind indexes.
    """
    return hmac.digest(_index_key(settings.ENV.blind_index_key, f"purpose/{purpose}"), data, "sha256")


@lru_cache(maxsize=64)
def _index_key(secret: str, kind: str) -> bytes:
    return hmac.digest(
        _key_from_base64(secret, "BLIND_INDEX_KEY"), b"riskengine/blind-index/" + kind.encode(), "sha256"
    )
