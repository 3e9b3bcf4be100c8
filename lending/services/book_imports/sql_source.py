"""A PostgreSQL database as rows: one SELECT in a transaction that its server holds read-only, cut off from outside."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

import psycopg2
from django.db import connection as own
from psycopg2.extensions import parse_dsn
from psycopg2.extras import RealDictCursor

from lending.book_imports.mapping import MAX_COLUMNS
from lending.book_imports.statements import statement_problem
from lending.services.book_imports.errors import SourceRefused, SourceUnavailable, SourceUnreadable
from lending.services.book_imports.reachable import addresses_of, host_require
from lending.services.book_imports.tables import Row

STATEMENT_SECONDS: Final = 300
"""For the query and for each piece of its rows; counted here, so that nothing in the query lifts it."""
GRACE_SECONDS: Final = 5
"""From cancelling until the connection is cut."""
CONNECT_SECONDS: Final = 10
FETCH_ROWS: Final = 500
MAX_CELL: Final = 1_000_000
"""Characters or bytes of one value."""
WATERMARK: Final = "%(watermark)s"
PORT: Final = 5432
KEYS: Final = frozenset({"host", "port", "user", "password", "dbname", "sslmode"})
_SESSION: Final = (
    "-c default_transaction_read_only=on -c standard_conforming_strings=on -c idle_in_transaction_session_timeout=0"
    f" -c statement_timeout={STATEMENT_SECONDS * 1000}"
)
# A superuser, or a role that may read the server's files, write them, or run programs, does so in a SELECT; and our own
# tables hold more than whoever imports may see.
_OTHERS: Final = """
SELECT rolsuper OR EXISTS (
    SELECT FROM pg_roles strong WHERE pg_has_role(current_user, strong.oid, 'MEMBER') AND strong.rolname IN (
        'pg_read_server_files', 'pg_write_server_files', 'pg_execute_server_program', 'pg_signal_backend'
    )
), current_database(), (SELECT system_identifier FROM pg_control_system())
FROM pg_roles WHERE rolname = current_user
"""


def dsn_check(address: str) -> dict[str, str]:
    """What connects to one listed host over the network, and reads no file here. Raises SourceRefused."""
    if not address.startswith(("postgres://", "postgresql://")):
        raise SourceRefused("A database is given as postgresql://….", reason="dsn")
    try:
        parts: dict[str, str] = parse_dsn(address)
        port = int(parts.get("port", PORT))
    except (psycopg2.Error, ValueError):
        raise SourceRefused("A database is given as postgresql://….", reason="dsn") from None
    host = parts.get("host", "")
    if set(parts) - KEYS or not host or host.startswith(("/", "@")) or "," in host:
        raise SourceRefused("A database has one host, and no options but sslmode.", reason="dsn")
    host_require(host, port, PORT)
    return parts


def select_check(query: str) -> None:
    """Raises SourceRefused where the query is more than one SELECT of known functions."""
    if problem := statement_problem(query):
        raise SourceRefused("A source is one SELECT that calls known functions only.", reason=problem)


def sql_rows(address: str, query: str, watermark: str, most: int) -> Iterator[Row]:
    """The query's rows, fetched in pieces; `%(watermark)s` in it is where the last import ended.

    Raises SourceRefused, SourceUnavailable, SourceUnreadable.
    """
    select_check(query)
    connection = _connected(dsn_check(address))
    try:
        connection.set_session(readonly=True)
        with _cut_off(connection):
            _role_check(connection)  # and from this first query on, the server lets no one make it writable
        with connection.cursor("book_import", cursor_factory=RealDictCursor) as cursor:
            with _cut_off(connection):
                cursor.execute(query, {"watermark": watermark or None} if WATERMARK in query else None)
            count = 0
            while count < most:
                with _cut_off(connection):
                    rows = cursor.fetchmany(min(FETCH_ROWS, most - count))
                if not rows:
                    return
                count += len(rows)
                yield from map(_bounded, rows)
    except psycopg2.Error:
        raise SourceUnavailable("The database refused the query or took too long.", reason="query") from None
    finally:
        with suppress(psycopg2.Error):
            connection.close()


def _connected(parts: dict[str, Any]) -> Any:
    host, port = parts["host"], int(parts.get("port", PORT))
    for found in addresses_of(host, port):
        with suppress(psycopg2.Error):
            return psycopg2.connect(
                **parts,
                hostaddr=found,
                passfile=os.devnull,
                gssencmode="disable",
                connect_timeout=CONNECT_SECONDS,
                options=_SESSION,
            )
    raise SourceUnavailable("The database does not let us in.", reason="connect")


@contextmanager
def _cut_off(connection: Any) -> Iterator[None]:
    """Cancel what runs longer than STATEMENT_SECONDS, and cut the connection where that is not heard."""
    ends = [
        threading.Timer(STATEMENT_SECONDS, _cancel, (connection,)),
        threading.Timer(STATEMENT_SECONDS + GRACE_SECONDS, _shut, (connection,)),
    ]
    for end in ends:
        end.daemon = True
        end.start()
    try:
        yield
    finally:
        for end in ends:
            end.cancel()


def _cancel(connection: Any) -> None:
    with suppress(psycopg2.Error):
        connection.cancel()


def _shut(connection: Any) -> None:
    with suppress(psycopg2.Error, OSError), socket.socket(fileno=os.dup(connection.fileno())) as reached:
        reached.shutdown(socket.SHUT_RDWR)


def _role_check(connection: Any) -> None:
    """Another database than ours, read by a role that may do no more than read it."""
    with connection.cursor() as theirs:
        theirs.execute(_OTHERS)
        is_strong, *database = theirs.fetchone()
    with own.cursor() as ours:
        ours.execute(_OTHERS)
        _, *our_database = ours.fetchone()
    if database == our_database:
        raise SourceRefused("This is the database of this system.", reason="own_database")
    if is_strong:
        raise SourceRefused("A database is read by a role that is no superuser.", reason="superuser")


def _bounded(row: dict[str, Any]) -> Row:
    cells = [cell for cell in row.values() if isinstance(cell, str | bytes | memoryview)]
    if len(row) > MAX_COLUMNS or any(len(cell) > MAX_CELL for cell in cells):
        raise SourceUnreadable("A row is wider than a table's.", reason="size")
    return dict(row)
