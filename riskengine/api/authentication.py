"""`Authorization: Api-Key prefix.secret`: hashed keys, compared in constant time, forgotten within seconds."""

import hmac
import re
import time
from threading import Lock

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from audit.models import ApiKey
from audit.services.api_keys import secret_hash
from riskengine.api.caller import Caller

_HEADER = re.compile(r"Api-Key ([A-Za-z0-9_-]{4,12})\.([A-Za-z0-9_-]{16,200})", re.ASCII)
_COLUMNS = (
    "client_id",
    "client__code",
    "pk",
    "prefix",
    "secret_hash",
    "scopes",
    "rate_limit_per_second",
    "expires_at",
)


class KeyCache:
    """Keys seen by this process in the last `ttl_seconds`: a revoked key works no longer than that."""

    def __init__(self, *, ttl_seconds: float, max_entries: int = 1024) -> None:
        self._ttl = ttl_seconds
        self._max = max_entries
        self._entries: dict[str, tuple[float, Caller]] = {}
        self._lock = Lock()

    def find(self, prefix: str) -> Caller | None:
        """The caller of a live key, or None if there is no such key or it was revoked."""
        now = time.monotonic()
        entry = self._entries.get(prefix)
        if entry is not None and entry[0] > now:
            return entry[1]
        caller = _load(prefix)
        with self._lock:
            if caller is None:
                self._entries.pop(prefix, None)
            else:
                if len(self._entries) >= self._max:
                    self._entries.clear()
                self._entries[prefix] = (now + self._ttl, caller)
        return caller

    def clear(self) -> None:
        """Forget every key, as tests and a revocation in this process do."""
        with self._lock:
            self._entries.clear()


def _load(prefix: str) -> Caller | None:
    row = (
        ApiKey.objects.filter(prefix=prefix, revoked_at__isnull=True, client__is_active=True)
        .values_list(*_COLUMNS)
        .first()
    )
    if row is None:
        return None
    client_id, client_code, key_id, prefix, secret_hash, scopes, limit, expires_at = row
    return Caller(client_id, client_code, key_id, prefix, bytes(secret_hash), frozenset(scopes), limit, expires_at)


KEYS = KeyCache(ttl_seconds=2.0)
_NO_HASH = bytes(32)


class ApiKeyAuthentication(BaseAuthentication):
    """Names the caller by key. Without the header nobody is named; with a wrong one the request ends at 401."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller] | None:
        """Return (caller, caller), None without the header, or raise AuthenticationFailed."""
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        match = _HEADER.fullmatch(header)
        if match is None:
            raise AuthenticationFailed("Authorization must read: Api-Key <prefix>.<secret>", "api_key_malformed")
        caller = KEYS.find(match[1])
        given = secret_hash(match[2])
        # Compared even for an unknown prefix, so that the time taken does not tell which prefixes exist.
        is_same = hmac.compare_digest(given, caller.secret_hash if caller else _NO_HASH)
        if caller is None or not is_same:
            raise AuthenticationFailed("This API key is not valid.", "api_key_invalid")
        if caller.expires_at is not None and caller.expires_at <= timezone.now():
            raise AuthenticationFailed("This API key has expired.", "api_key_expired")
        return caller, caller

    def authenticate_header(self, request: Request) -> str:
        """The WWW-Authenticate header of a 401."""
        return "Api-Key"
