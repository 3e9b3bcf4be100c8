"""A key is shown once, kept as a hash, and stops when it should."""

from datetime import timedelta

import pytest

from audit.models import ApiKey, AuditEntry
from audit.services.api_keys import (
    KeyRevokedError,
    UnknownScopeError,
    api_key_issue,
    api_key_revoke,
    api_key_rotate,
    secret_hash,
)
from tests.factories.audit import AT, api_client

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=1)


def _issue(**fields) -> tuple[ApiKey, str]:
    key, token = api_key_issue(**{"client": api_client(), "scopes": ["decide", "read"], "at": AT} | fields)
    return key, token.split(".")[1]


def test_the_clear_text_is_returned_once_and_kept_nowhere():
    key, secret = _issue()
    stored = ApiKey.objects.get(pk=key.pk)
    assert bytes(stored.secret_hash) == secret_hash(secret) and len(secret_hash(secret)) == 32
    assert len(secret) >= 43
    entry = AuditEntry.objects.get()
    assert (entry.kind, entry.object_id) == ("api_key.issued", key.prefix)
    assert secret not in str(entry.payload)


@pytest.mark.parametrize("scopes", [[], ["decide", "everything"]])
def test_scopes_must_be_known(scopes):
    with pytest.raises(UnknownScopeError):
        _issue(scopes=scopes)


def test_a_key_is_revoked_once():
    key, _ = _issue(expires_at=LATER)
    assert api_key_revoke(key=key, at=AT, actor="user:1").revoked_at == AT
    with pytest.raises(KeyRevokedError):
        api_key_revoke(key=key, at=LATER, actor="user:1")


def test_rotation_leaves_time_to_change_over():
    key, _ = _issue(rate_limit_per_second=7)
    successor, token = api_key_rotate(key=key, at=AT, actor="user:1", overlap=timedelta(hours=2))
    key.refresh_from_db()
    assert (key.expires_at, successor.expires_at) == (AT + timedelta(hours=2), None)
    assert bytes(successor.secret_hash) == secret_hash(token.split(".")[1])
    assert (successor.scopes, successor.rate_limit_per_second) == (key.scopes, 7)
    api_key_revoke(key=key, at=AT, actor="user:1")
    with pytest.raises(KeyRevokedError):
        api_key_rotate(key=key, at=AT, actor="user:1", overlap=timedelta(hours=2))
