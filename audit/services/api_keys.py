"""Keys of API clients: issued once in clear, kept as a hash, revoked and rotated without downtime."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from audit.models import ApiClient, ApiKey, Scope
from audit.services.log import entry_append
from riskengine.errors import Conflict, InvalidInput

PREFIX_BYTES = 6
SECRET_BYTES = 32


class UnknownScopeError(InvalidInput):
    """A key may only carry scopes the API knows, and at least one."""

    code = "api_key_scope_unknown"


class KeyRevokedError(Conflict):
    """The key was revoked before; it stays so."""

    code = "api_key_revoked"


@transaction.atomic
def api_key_issue(
    *,
    client: ApiClient,
    scopes: Sequence[str],
    at: datetime,
    rate_limit_per_second: int | None = None,
    expires_at: datetime | None = None,
    actor: str = "system:api_keys",
) -> tuple[ApiKey, str]:
    """Make a key; returns it and its only clear text, "prefix.secret", to be shown once.

    The secret has 256 random bits, so a plain SHA-256 of it is safe to keep. Raises UnknownScopeError.
    """
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        raise UnknownScopeError("A key needs at least one scope, all of them known.", unknown=unknown)
    prefix, secret = secrets.token_hex(PREFIX_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    key = ApiKey.objects.create(
        client=client,
        prefix=prefix,
        secret_hash=secret_hash(secret),
        scopes=sorted(set(scopes)),
        rate_limit_per_second=rate_limit_per_second,
        expires_at=expires_at,
    )
    _record("api_key.issued", key, at, actor)
    return key, f"{prefix}.{secret}"


@transaction.atomic
def api_key_revoke(*, key: ApiKey, at: datetime, actor: str) -> ApiKey:
    """Stop a key from `at` on. Raises KeyRevokedError if it was revoked before."""
    key = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if key.revoked_at is not None:
        raise KeyRevokedError("This key is revoked already.", key=key.prefix)
    key.revoked_at = at
    key.save(update_fields=["revoked_at"])
    _record("api_key.revoked", key, at, actor)
    return key


@transaction.atomic
def api_key_rotate(*, key: ApiKey, at: datetime, actor: str, overlap: timedelta) -> tuple[ApiKey, str]:
    """Issue a successor with the same client, scopes and limit; the old key works for `overlap` more.

    Raises KeyRevokedError if the old key is revoked.
    """
    key = ApiKey.objects.select_for_update(of=("self",)).get(pk=key.pk)
    if key.revoked_at is not None:
        raise KeyRevokedError("A revoked key has no successor; issue a new one.", key=key.prefix)
    ends_at = at + overlap
    key.expires_at = min(ends_at, key.expires_at) if key.expires_at else ends_at
    key.save(update_fields=["expires_at"])
    _record("api_key.rotated", key, at, actor)
    return api_key_issue(
        client=key.client, scopes=key.scopes, at=at, rate_limit_per_second=key.rate_limit_per_second, actor=actor
    )


def secret_hash(secret: str) -> bytes:
    """What is kept of a secret: SHA-256, 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()


def _record(kind: str, key: ApiKey, at: datetime, actor: str) -> None:
    entry_append(
        kind=kind,
        object_type="api_key",
        object_id=key.prefix,
        actor=actor,
        payload={"client": key.client.code, "scopes": sorted(key.scopes)},
        recorded_at=at,
    )
