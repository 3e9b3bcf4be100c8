"""Keys that sign health codes: made sealed, rotated with an overlap, revoked at once, and given out as a file."""

from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from django.db import connection, transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.vault import key_new, key_unwrap, seal, unseal
from monitoring.health.purposes import PURPOSES
from monitoring.models import HealthKey
from monitoring.verifier.verify_health_code import CONTEXT, Key, Token, key_id_of, keys_to_json, token_text
from riskengine.errors import Conflict, NotPermitted, Unavailable

OBJECT_TYPE: Final = "health_key"
MANAGE_PERMISSION: Final = "monitoring.change_healthkey"
KEY_LIFE: Final = timedelta(days=90)
OVERLAP: Final = timedelta(days=14)
"""A new key is made this long before the old one ends, and both are believed meanwhile."""
LEAD: Final = timedelta(days=2)
"""A new key signs only after this, so that those who verify offline have fetched it."""


class KeyRevoked(Conflict):
    """The key was revoked before; it stays so."""

    code = "health_key_revoked"


class KeyNotPermitted(NotPermitted):
    """The account may not make or revoke keys."""

    code = "health_key_not_permitted"


class NoHealthKey(Unavailable):
    """No key signs now: an administrator makes one."""

    code = "health_key_missing"


@transaction.atomic
def key_make(*, at: datetime, actor: User | None = None) -> HealthKey:
    """A new key: it signs at once where none does, else after LEAD. Raises KeyNotPermitted."""
    _require(actor)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('health/keys', 0))")
    private = Ed25519PrivateKey.generate()
    public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key, wrapped = key_new()
    key_id = key_id_of(public)
    raw = private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    start = at + LEAD if _signing(at) else at
    row = HealthKey.objects.create(
        key_id=key_id,
        public_key=public,
        wrapped_key=wrapped,
        sealed=seal(key, raw, _context(key_id)),
        valid_from=start,
        valid_until=start + KEY_LIFE,
        made_at=at,
    )
    _record("health_key.made", row, actor, at)
    return row


@transaction.atomic
def keys_rotate(*, at: datetime) -> HealthKey | None:
    """Make the next key where none would sign OVERLAP from now on; None where there is time."""
    last = HealthKey.objects.filter(revoked_at=None).order_by("-valid_until").first()
    if last is not None and last.valid_until > at + OVERLAP:
        return None
    return key_make(at=at)


@transaction.atomic
def key_revoke(*, key: HealthKey, actor: User, at: datetime) -> HealthKey:
    """Believe nothing that a key signed, from now on; online at once. Another one signs in its place.

    Raises KeyNotPermitted, KeyRevoked.
    """
    _require(actor)
    key = HealthKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if key.revoked_at is not None:
        raise KeyRevoked("This key was revoked before.", key=key.key_id)
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    _record("health_key.revoked", key, actor, at)
    if _signing(at) is None:
        key_make(at=at, actor=actor)
    return key


def token_sign(token_of: dict[str, object], at: datetime) -> str:
    """Sign what a token says (its fields without `key_id`) with the key of the moment. Raises NoHealthKey."""
    row = _signing(at)
    if row is None:
        raise NoHealthKey("No key signs health codes now.")
    raw = unseal(key_unwrap(row.wrapped_key), row.sealed, _context(row.key_id))
    body = Token(key_id=row.key_id, **token_of).body()  # type: ignore[arg-type]  # the fields of Token
    return token_text(body, Ed25519PrivateKey.from_private_bytes(raw).sign(CONTEXT + body))


def keys_public() -> list[Key]:
    """Every key's public half, with its window and revocation."""
    return [
        Key(row.key_id, bytes(row.public_key), row.valid_from, row.valid_until, row.revoked_at)
        for row in HealthKey.objects.order_by("valid_from", "pk")
    ]


def keys_file(at: datetime) -> str:
    """The key file that `verify_health_code.py` reads."""
    return keys_to_json(keys_public(), {purpose.number: purpose.code for purpose in PURPOSES}, at)


def _signing(at: datetime) -> HealthKey | None:
    """The newest key that signs now."""
    live = HealthKey.objects.filter(revoked_at=None, valid_from__lte=at, valid_until__gt=at)
    return live.order_by("-valid_from", "-pk").first()


def _context(key_id: str) -> bytes:
    return f"health-key/{key_id}".encode()


def _require(actor: User | None) -> None:
    if actor is not None and not (actor.is_active and actor.has_perm(MANAGE_PERMISSION)):
        raise KeyNotPermitted("This account may not make or revoke keys.")


def _record(kind: str, key: HealthKey, actor: User | None, at: datetime) -> None:
    entry_append(
        kind=kind,
        object_type=OBJECT_TYPE,
        object_id=str(key.pk),
        actor=actor_user(actor) if actor else "system:health",
        payload={"key_id": key.key_id},
        recorded_at=at,
    )
