"""Databases and other systems as rows: read only, one SELECT with a time limit, or pages over https."""

import http.client
import ipaddress
import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import msgspec
import psycopg2
from django.db import connection as own
from django.db import transaction
from psycopg2.extras import RealDictCursor

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import BookSource
from lending.services.book_imports.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from lending.services.book_imports.tables import MAX_ROWS, Row
from lending.vault import key_new, key_unwrap, seal, unseal

STATEMENT_SECONDS: Final = 300
CONNECT_SECONDS: Final = 10
FETCH_ROWS: Final = 2000
MAX_PAGES: Final = 10_000
MAX_PAGE_BYTES: Final = 5 * 1024 * 1024
PAGE_SECONDS: Final = 30
WATERMARK: Final = "%(watermark)s"
_SELECT: Final = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_CONTEXT: Final = b"book-source"
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
# A superuser reads the server's files as well; and our own tables hold more than whoever imports may see.
_OTHERS: Final = """
SELECT rolsuper, current_database(), (SELECT system_identifier FROM pg_control_system())
FROM pg_roles WHERE rolname = current_user
"""


class Secret(msgspec.Struct, frozen=True):
    """What is sealed of a source: a DSN, or an address with a token for `Authorization: Bearer`."""

    address: str
    token: str = ""


@transaction.atomic
def source_save(*, name: str, kind: str, address: str, token: str, query: str, by: User, at: datetime) -> BookSource:
    """Keep a source, its address and token sealed. Raises SourceRefused."""
    if kind == BookSource.Kind.SQL:
        _select_check(query)
        if not address.startswith(("postgres://", "postgresql://")):
            raise SourceRefused("A database is given as postgresql://….", reason="dsn")
    elif kind == BookSource.Kind.HTTP:
        _address_check(address)
    else:
        raise SourceRefused("There is no such kind of source.", reason="kind")
    key, wrapped = key_new()
    source = BookSource.objects.create(
        name=name,
        kind=kind,
        query=query,
        wrapped_key=wrapped,
        sealed=seal(key, msgspec.json.encode(Secret(address, token)), _CONTEXT),
        created_by=by,
        created_at=at,
    )
    entry_append(
        kind="book_source.saved",
        object_type="book_source",
        object_id=str(source.pk),
        actor=actor_user(by),
        payload={"name": name, "kind": kind},
        recorded_at=at,
    )
    return source


def source_rows(source: BookSource, watermark: str, most: int = MAX_ROWS) -> Iterator[Row]:
    """Rows later than the watermark ("" for all), at most `most`. Raises SourceUnavailable, SourceUnreadable."""
    secret = msgspec.json.decode(unseal(key_unwrap(source.wrapped_key), source.sealed, _CONTEXT), type=Secret)
    if source.kind == BookSource.Kind.SQL:
        yield from _sql_rows(secret, source.query, watermark, most)
    else:
        yield from _http_rows(secret, source.query, watermark, most)


def _sql_rows(secret: Secret, query: str, watermark: str, most: int) -> Iterator[Row]:
    """One SELECT in a read-only session, fetched in pieces; `%(watermark)s` in it is where the last import ended."""
    _select_check(query)
    options = f"-c default_transaction_read_only=on -c statement_timeout={STATEMENT_SECONDS * 1000}"
    try:
        connection = psycopg2.connect(secret.address, connect_timeout=CONNECT_SECONDS, options=options)
    except psycopg2.Error:
        raise SourceUnavailable("The database does not let us in.", reason="connect") from None
    try:
        connection.set_session(readonly=True)
        _role_check(connection)
        with connection.cursor("book_import", cursor_factory=RealDictCursor) as cursor:
            cursor.itersize = FETCH_ROWS
            cursor.execute(query, {"watermark": watermark or None} if WATERMARK in query else None)
            for number, row in enumerate(cursor):
                if number >= most:
                    return
                yield dict(row)
    except psycopg2.Error:
        raise SourceUnavailable("The database refused the query or took too long.", reason="query") from None
    finally:
        connection.close()


def _select_check(query: str) -> None:
    """One SELECT: the session is read-only too, this only says so early."""
    if not _SELECT.match(query) or ";" in query.strip().rstrip(";"):
        raise SourceRefused("A source is one SELECT.", reason="select")


def _role_check(connection: Any) -> None:
    """Another database than ours, read by a role that is no superuser."""
    with connection.cursor() as theirs:
        theirs.execute(_OTHERS)
        is_superuser, *database = theirs.fetchone()
    with own.cursor() as ours:
        ours.execute(_OTHERS)
        _, *our_database = ours.fetchone()
    if database == our_database:
        raise SourceRefused("This is the database of this system.", reason="own_database")
    if is_superuser:
        raise SourceRefused("A database is read by a role that is no superuser.", reason="superuser")


def _http_rows(secret: Secret, path: str, watermark: str, most: int) -> Iterator[Row]:
    """Pages `?page=1, 2, …` (and `since=` the watermark) until one is empty; `path` names the items within a page."""
    opener = urllib.request.build_opener(_NoRedirect, _CheckedHTTP, _CheckedHTTPS)
    count = 0
    for page in range(1, MAX_PAGES + 1):
        items = _page(opener, secret, path, {"page": page, **({"since": watermark} if watermark else {})})
        if not items:
            return
        for item in items:
            if count >= most:
                return
            count += 1
            yield {name: value if not isinstance(value, dict | list) else None for name, value in item.items()}
    raise SourceUnreadable("The source never ends.", reason="pages")


def _page(
    opener: urllib.request.OpenerDirector, secret: Secret, path: str, query: dict[str, Any]
) -> list[dict[str, Any]]:
    _address_check(secret.address)
    joined = f"{secret.address}{'&' if urlsplit(secret.address).query else '?'}{urlencode(query)}"
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {secret.token}"} if secret.token else {})
    try:
        request = urllib.request.Request(joined, headers=headers)  # noqa: S310  # https or loopback, checked above
        with opener.open(request, timeout=PAGE_SECONDS) as answer:
            data = answer.read(MAX_PAGE_BYTES + 1)
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


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A redirect could lead anywhere, the token with it."""

    def redirect_request(self, *_args: Any, **_options: Any) -> None:
        return None


def _connect(address: tuple[str, int], *arguments: Any, **options: Any) -> socket.socket:
    """Connect, and stay only with a host that `_address_check` lets pass: a name may mean another one by now."""
    reached = socket.create_connection(address, *arguments, **options)
    is_inside = not ipaddress.ip_address(reached.getpeername()[0]).is_global
    if is_inside and address[0] not in LOOPBACK:
        reached.close()
        raise OSError("inside a private network")
    return reached


class _HTTPConnection(http.client.HTTPConnection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._create_connection = _connect


class _HTTPSConnection(http.client.HTTPSConnection):
    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._create_connection = _connect


class _CheckedHTTP(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_HTTPConnection, req)


class _CheckedHTTPS(urllib.request.HTTPSHandler):
    def https_open(self, req: urllib.request.Request) -> Any:
        return self.do_open(_HTTPSConnection, req)


def _address_check(address: str) -> None:
    """https to a public host, or any http on this machine: never another address inside the network."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise SourceRefused("This is no address.", reason="address") from None
    if host in LOOPBACK and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https" or not host or parts.username:
        raise SourceRefused("An API is read over https.", reason="https")
    try:
        found = {info[4][0] for info in socket.getaddrinfo(host, port or 443)}
    except (OSError, ValueError):
        return  # nothing there: the request will say so
    if any(not ipaddress.ip_address(one).is_global for one in found):
        raise SourceRefused("The address is inside a private network.", reason="private")
