"""Another system as rows: pages over https from a listed host, no redirects, no proxy, bounded in size and time."""

import http.client
import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import SplitResult, urlencode, urlsplit

from lending.services.book_imports.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from lending.services.book_imports.reachable import addresses_of, host_require, is_loopback
from lending.services.book_imports.tables import Row

MAX_PAGES: Final = 10_000
MAX_PAGE_BYTES: Final = 5 * 1024 * 1024
PAGE_SECONDS: Final = 30
"""For the whole of a page, however slowly it comes."""
PORTS: Final = {"https": 443, "http": 80}
_PIECE: Final = 65_536


def address_check(address: str) -> SplitResult:
    """An http(s) address of a listed host without credentials; plain http is for this machine. Raises SourceRefused."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SourceRefused("This is no address.", reason="address") from None
    if parts.scheme not in PORTS or not host or "@" in parts.netloc or any(ord(sign) <= 32 for sign in address):
        raise SourceRefused("An API is read over https.", reason="https")
    usual = PORTS[parts.scheme]
    host_require(host, port or usual, usual)
    return parts


def http_rows(address: str, token: str, path: str, watermark: str, most: int) -> Iterator[Row]:
    """Pages `?page=1, 2, …` (and `since=` the watermark) until one is empty; `path` names the items within a page."""
    # An empty handler: the proxies of this process's environment would connect to whatever they are asked for.
    handlers = (urllib.request.ProxyHandler({}), _NoRedirect, _PinnedHTTP, _PinnedHTTPS)
    opener = urllib.request.build_opener(*handlers)
    count = 0
    for page in range(1, MAX_PAGES + 1):
        items = _page(opener, address, token, path, {"page": page, **({"since": watermark} if watermark else {})})
        if not items:
            return
        for item in items:
            if count >= most:
                return
            count += 1
            yield {name: value if not isinstance(value, dict | list) else None for name, value in item.items()}
    raise SourceUnreadable("The source never ends.", reason="pages")


def _page(
    opener: urllib.request.OpenerDirector, address: str, token: str, path: str, query: dict[str, Any]
) -> list[dict[str, Any]]:
    parts = address_check(address)
    # What follows # is never sent, and would swallow the page.
    query_text = "&".join(filter(None, (parts.query, urlencode(query))))
    joined = parts._replace(query=query_text, fragment="").geturl()
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    try:
        request = urllib.request.Request(joined, headers=headers)  # noqa: S310  # scheme and host are checked above
        with opener.open(request, timeout=PAGE_SECONDS) as answer:
            data = _read(answer, time.monotonic() + PAGE_SECONDS)
    except (urllib.error.URLError, http.client.HTTPException, OSError, ValueError):
        raise SourceUnavailable("The source does not answer.", reason="http") from None
    if len(data) > MAX_PAGE_BYTES:
        raise SourceUnreadable("A page is larger than 5 MB.", reason="size")
    try:
        body = json.loads(data)
        for step in filter(None, path.split(".")):
            body = body[step]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise SourceUnreadable("A page is not JSON, or has no such items.", reason="no_table") from None
    if not isinstance(body, list) or not all(isinstance(item, dict) for item in body):
        raise SourceUnreadable("A page's items are no list of objects.", reason="no_table")
    return body


def _read(answer: Any, until: float) -> bytes:
    data = bytearray()
    while piece := answer.read1(_PIECE):
        data += piece
        if len(data) > MAX_PAGE_BYTES:
            break
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(data)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead anywhere, the token with it."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


def _connect(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
    """Connect to what the host means now, looked up once and checked: a name may mean another address a moment on."""
    error: OSError = OSError("no address")
    for found in addresses_of(*address):
        try:
            return socket.create_connection((found, address[1]), *arguments, **options)
        except OSError as failed:
            error = failed
    raise error


class _HTTPConnection(http.client.HTTPConnection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._create_connection = _connect_clear


class _HTTPSConnection(http.client.HTTPSConnection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._create_connection = _connect


def _connect_clear(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
    reached = _connect(address, *arguments, **options)
    if not is_loopback(reached.getpeername()[0]):
        reached.close()
        raise SourceRefused("An API is read over https.", reason="https")
    return reached


class _PinnedHTTP(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_HTTPConnection, req)


class _PinnedHTTPS(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_HTTPSConnection, req)
