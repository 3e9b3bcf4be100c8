"""How often an address may ask where nobody signs in: a number of calls a minute, for each process."""

import time
from threading import Lock
from typing import Final

from axes.helpers import get_client_ip_address
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

CALLS_A_MINUTE: Final = 30
MINUTE: Final = 60.0


class AddressLimit:
    """Counts the calls of each address within windows of a minute."""

    def __init__(self, calls: int = CALLS_A_MINUTE) -> None:
        self._calls = calls
        self._window = 0.0
        self._counts: dict[str, int] = {}
        self._lock = Lock()

    def take(self, address: str, now: float) -> float:
        """Count a call; 0.0, or the seconds to wait. A new window forgets everybody, so memory stays small."""
        with self._lock:
            if now - self._window >= MINUTE:
                self._window, self._counts = now, {}
            count = self._counts[address] = self._counts.get(address, 0) + 1
            return 0.0 if count <= self._calls else MINUTE - (now - self._window)

    def clear(self) -> None:
        """Forget every call, as tests do."""
        self._counts.clear()


LIMIT = AddressLimit()


def wait_of(request: HttpRequest) -> float:
    """Count this request; the seconds its address has to wait, 0.0 if it may pass."""
    return LIMIT.take(str(get_client_ip_address(request)), time.monotonic())


class AddressThrottle(BaseThrottle):
    """The same for an endpoint of the API."""

    def __init__(self) -> None:
        self._wait = 0.0

    def allow_request(self, request: Request, view: object) -> bool:
        """Whether the address may ask now."""
        self._wait = wait_of(request._request)
        return self._wait == 0.0

    def wait(self) -> float:
        """Seconds until it may."""
        return self._wait
