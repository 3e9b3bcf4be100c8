"""A token bucket per key and process: one runaway caller must not starve the others."""

import time
from threading import Lock
from typing import TYPE_CHECKING

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from riskengine.api.caller import Caller

if TYPE_CHECKING:  # the framework imports this module while it defines APIView
    from rest_framework.views import APIView


class TokenBucket:
    """Allows `rate` calls a second on average and as many at once."""

    __slots__ = ("_lock", "_rate", "_seen_at", "_tokens")

    def __init__(self, rate: float, now: float) -> None:
        self._rate = rate
        self._tokens = rate
        self._seen_at = now
        self._lock = Lock()

    def take(self, now: float) -> float:
        """Take one token; return 0.0, or the seconds to wait until there is one."""
        with self._lock:
            self._tokens = min(self._rate, self._tokens + (now - self._seen_at) * self._rate)
            self._seen_at = now
            if self._tokens >= 1.0:
                self._tokens -= 1.0
                return 0.0
            return (1.0 - self._tokens) / self._rate


_BUCKETS: dict[tuple[int, int], TokenBucket] = {}


def buckets_clear() -> None:
    """Forget what was used, as tests do."""
    _BUCKETS.clear()


class KeyRateThrottle(BaseThrottle):
    """Refuses a key beyond its own rate, or the default where the key has none; rate 0 is unlimited."""

    def __init__(self) -> None:
        self._wait_seconds = 0.0

    def allow_request(self, request: Request, view: "APIView") -> bool:
        """Whether the key has a token left."""
        caller = request.user
        if not isinstance(caller, Caller):
            return True
        rate = caller.rate_limit_per_second
        if rate is None:
            rate = settings.ENV.api_rate_limit_per_second
        if rate == 0:
            return True
        now = time.monotonic()
        # Keyed by rate too: a changed limit starts a fresh bucket.
        bucket = _BUCKETS.setdefault((caller.key_id, rate), TokenBucket(rate, now))
        self._wait_seconds = bucket.take(now)
        return self._wait_seconds == 0.0

    def wait(self) -> float:
        """Seconds until the next call may pass."""
        return self._wait_seconds
