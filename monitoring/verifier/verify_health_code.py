"""Verify a financial health code offline with nothing but Python ≥ 3.11 and `cryptography`: no server, no network.

    python verify_health_code.py TOKEN --key health_keys.json [--recipient NUMBER] [--at 2026-11-22T10:00:00Z]

TOKEN is what the QR code holds: the address with it, or `HC1.…` alone. Get the key file by another way than the token
(`manage.py export_health_keys`), and a fresh one often: it says which keys were revoked. A token lives at most ten
minutes. What cannot be known here is whether the share was taken back or looked at already: REVOCATION IS NOT CHECKED
offline; ask the server for that. A health code may never be a condition of employment, housing or travel.
Exit: 0 genuine, 1 refused, 2 wrong use.

Token: `HC1.` and 148 characters of base64url over 111 bytes, big-endian: version (1), key id (8), code id (8),
colour (1), issued at, expires at (4 each, seconds since 1970 UTC), nonce (16), purpose (1), recipient (4), and the
Ed25519 signature (64) over `riskengine health code 1` and all bytes before it. No score, no personal data.
"""

import argparse
import base64
import binascii
import hashlib
import json
import re
import struct
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PREFIX = "HC1."
CONTEXT = b"riskengine health code 1"
LONGEST_LIFE = timedelta(minutes=10)
CLOCK_SKEW = timedelta(seconds=60)
COLOURS = ("GREEN", "AMBER", "RED", "NOT_ASSESSED")
NOT_CHECKED = "revocation not checked"
_BODY = struct.Struct(">B8sQBII16sBI")
_TOKEN = re.compile(r"HC1\.([A-Za-z0-9_-]{148})", re.ASCII)
_FORMAT = 1
_TIMES = ("valid_from", "valid_until", "revoked_at")


class Refused(ValueError):
    """The token is not accepted; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Token:
    """What a token says. `key_id` is 16 hex digits; `purpose` and `recipient` are numbers of the key file."""

    key_id: str
    code_id: int
    colour: str
    issued_at: datetime
    expires_at: datetime
    nonce: bytes
    purpose: int
    recipient: int

    def body(self) -> bytes:
        """The bytes that are signed, after CONTEXT. Raises ValueError, struct.error on what has no place."""
        return _BODY.pack(
            1,
            bytes.fromhex(self.key_id),
            self.code_id,
            COLOURS.index(self.colour),
            int(self.issued_at.timestamp()),
            int(self.expires_at.timestamp()),
            self.nonce,
            self.purpose,
            self.recipient,
        )


@dataclass(frozen=True)
class Key:
    """A public key, when it signs, and since when it is not believed any more."""

    key_id: str
    public_key: bytes
    valid_from: datetime
    valid_until: datetime
    revoked_at: datetime | None = None


def key_id_of(public_key: bytes) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def token_text(body: bytes, signature: bytes) -> str:
    """The text that a QR code holds."""
    return PREFIX + base64.urlsafe_b64encode(body + signature).decode().rstrip("=")


def token_read(text: str) -> tuple[Token, bytes, bytes]:
    """(what it says, its body, its signature), not verified. Raises Refused("malformed"): one text has one token."""
    found = _TOKEN.fullmatch(text.strip().rpartition("?c=")[2])
    if found is None:
        raise Refused("malformed")
    try:
        data = base64.b64decode(found[1].encode(), altchars=b"-_", validate=True)
    except binascii.Error:
        raise Refused("malformed") from None
    body, signature = data[: _BODY.size], data[_BODY.size :]
    version, key, code_id, colour, issued, expires, nonce, purpose, recipient = _BODY.unpack(body)
    if version != 1 or colour >= len(COLOURS):
        raise Refused("malformed")
    times = datetime.fromtimestamp(issued, UTC), datetime.fromtimestamp(expires, UTC)
    return Token(key.hex(), code_id, COLOURS[colour], *times, nonce, purpose, recipient), body, signature


def verify(text: str, keys: Iterable[Key], at: datetime, recipient: int | None = None) -> Token:
    """The token, if one of the keys signed it and it holds at `at`; `recipient` where only theirs will do.

    Raises Refused: malformed, key_unknown, key_revoked, key_not_valid, signature_wrong, life_too_long, not_yet_valid,
    expired, other_recipient.
    """
    token, body, signature = token_read(text)
    key = next((key for key in keys if key.key_id == token.key_id), None)
    if key is None or key_id_of(key.public_key) != key.key_id:
        raise Refused("key_unknown")
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(signature, CONTEXT + body)
    except (InvalidSignature, ValueError):
        raise Refused("signature_wrong") from None
    if key.revoked_at is not None:  # whoever has a stolen key signs for any time
        raise Refused("key_revoked")
    # A token says whole seconds: one of the key's first second was signed within its window.
    if not key.valid_from.replace(microsecond=0) <= token.issued_at <= key.valid_until:
        raise Refused("key_not_valid")
    if not timedelta(0) < token.expires_at - token.issued_at <= LONGEST_LIFE:
        raise Refused("life_too_long")
    if token.issued_at > at + CLOCK_SKEW:
        raise Refused("not_yet_valid")
    if token.expires_at <= at:
        raise Refused("expired")
    if recipient is not None and token.recipient != recipient:
        raise Refused("other_recipient")
    return token


def keys_to_json(keys: Iterable[Key], purposes: Mapping[int, str], exported_at: datetime) -> str:
    """The key file."""
    rows = [
        asdict(key)
        | {
            "public_key": base64.b64encode(key.public_key).decode(),
            "valid_from": key.valid_from.isoformat(),
            "valid_until": key.valid_until.isoformat(),
            "revoked_at": key.revoked_at.isoformat() if key.revoked_at else None,
        }
        for key in keys
    ]
    names = {str(number): code for number, code in purposes.items()}
    document = {"format": _FORMAT, "exported_at": exported_at.isoformat(), "purposes": names, "keys": rows}
    return json.dumps(document, indent=1) + "\n"


def keys_from_json(text: str | bytes) -> tuple[list[Key], dict[int, str]]:
    """Keys and purposes of a key file. Raises ValueError, KeyError or TypeError on anything else."""
    document = json.loads(text)
    if document["format"] != _FORMAT:
        raise ValueError("Not a key file of format 1.")
    keys = [_key(row) for row in document["keys"]]
    return keys, {int(number): str(code) for number, code in document["purposes"].items()}


def _key(row: dict[str, Any]) -> Key:
    public_key = base64.b64decode(row["public_key"], validate=True)
    Ed25519PublicKey.from_public_bytes(public_key).public_bytes(Encoding.Raw, PublicFormat.Raw)
    start, end, revoked = (None if row[name] is None else _instant(row[name]) for name in _TIMES)
    if start is None or end is None:
        raise ValueError("A key has a window.")
    return Key(row["key_id"], public_key, start, end, revoked)


def _instant(text: str) -> datetime:
    """An ISO 8601 instant that states its offset. Raises ValueError."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("An instant states its offset from UTC.")
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command; prints JSON. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="verify_health_code.py", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("token")
    parser.add_argument("--key", required=True, type=Path, metavar="FILE", help="key file of the lender")
    parser.add_argument("--recipient", type=int, metavar="NUMBER", help="your own number: others' tokens are refused")
    parser.add_argument("--at", type=_instant, metavar="INSTANT", help="another instant than now, with its offset")
    given = parser.parse_args(arguments)
    try:
        keys, purposes = keys_from_json(given.key.read_bytes())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        print(f"{given.key}: not a key file ({type(error).__name__})", file=sys.stderr)
        return 2
    try:
        token = verify(given.token, keys, given.at or datetime.now(UTC), given.recipient)
    except Refused as error:
        print(json.dumps({"is_genuine": False, "refused": error.code}))
        return 1
    print(
        json.dumps(
            {
                "is_genuine": True,
                "colour": token.colour,
                "revocation": NOT_CHECKED,
                "purpose": purposes.get(token.purpose, str(token.purpose)),
                "recipient": token.recipient,
                "issued_at": token.issued_at.isoformat(),
                "expires_at": token.expires_at.isoformat(),
                "never": "a condition of employment, housing or travel",
            }
        )
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
