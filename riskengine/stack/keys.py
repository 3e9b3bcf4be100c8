"""Secrets of the embedded stack: generated once, kept in `var/keys.json` for their owner alone."""

import base64
import json
import secrets

from riskengine.stack.places import Places, write_private


def keys_read(places: Places) -> dict[str, str]:
    """Every secret by name, generating those that are missing."""
    kept: dict[str, str] = json.loads(places.keys.read_text()) if places.keys.exists() else {}
    keys = _generated() | kept
    if keys != kept:
        write_private(places.keys, json.dumps(keys, indent=1))
    return keys


def _generated() -> dict[str, str]:
    return {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_ENCRYPTION_KEY": _key(),
        "BLIND_INDEX_KEY": _key(),
        "postgres_owner_password": secrets.token_urlsafe(24),
        "postgres_password": secrets.token_urlsafe(24),
        "valkey_password": secrets.token_urlsafe(24),
    }


def _key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()
