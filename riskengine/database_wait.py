"""A database that takes a connection and then says nothing must not hold the web server's threads for ever.

Nothing on the server's side can help when the server itself is frozen, and its machine goes on acknowledging packets,
so that no timeout of TCP fires either: a thread of this process shuts the line of whoever has waited too long. (A wait
callback of psycopg2 would end waiting too, but there is one for all threads, and under it nobody can COPY.)
"""

import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.conf import settings
from psycopg2 import extensions

ANSWER_SECONDS = 4.0
"""Longest wait for one statement. Far above any of a decision's: its locks give up after 1.5 s."""
_LOOK_SECONDS: Final = 0.1


class _Watch:
    """Which lines wait for an answer, and until when; looked at by a thread of its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: dict[int, list[float]] = {}
        self._thread: threading.Thread | None = None

    def begin(self) -> None:
        """Look from now on; in a process forked from one that looked, too."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._look, name="database-wait", daemon=True)
            self._thread.start()

    @contextmanager
    def limited(self, line: int) -> Iterator[None]:
        """What waits on this file descriptor inside does so for ANSWER_SECONDS at most."""
        until = [time.monotonic() + ANSWER_SECONDS]
        with self._lock:
            self._until[line] = until
        try:
            yield
        finally:
            with self._lock:
                if self._until.get(line) is until:  # else the line was shut, and its number is another's by now
                    del self._until[line]

    def _look(self) -> None:
        while True:
            time.sleep(_LOOK_SECONDS)
            now = time.monotonic()
            with self._lock:  # nobody leaves `limited` meanwhile, so the line is still theirs
                for line in [line for line, (until,) in self._until.items() if until < now]:
                    del self._until[line]
                    _shut(line)


_WATCH: Final = _Watch()


def _shut(line: int) -> None:
    """Whoever reads from it sees it end; its number is given back by its owner. One that ended by itself is let be."""
    with suppress(OSError), socket.socket(fileno=os.dup(line)) as end:
        end.shutdown(socket.SHUT_RDWR)


class LimitedCursor(extensions.cursor):
    """Waits for statements and for rows of a cursor on the server; what is copied takes as long as it takes."""

    def execute(self, *given: Any) -> None:  # type: ignore[override]
        with _WATCH.limited(self.connection.fileno()):
            super().execute(*given)

    def executemany(self, *given: Any) -> None:  # type: ignore[override]
        with _WATCH.limited(self.connection.fileno()):
            super().executemany(*given)

    def fetchmany(self, *given: Any) -> list[tuple[Any, ...]]:  # type: ignore[override]
        if not self.name:
            return super().fetchmany(*given)
        with _WATCH.limited(self.connection.fileno()):
            return super().fetchmany(*given)


class LimitedConnection(extensions.connection):
    """Waits for the end of a transaction."""

    def commit(self) -> None:
        with _WATCH.limited(self.fileno()):
            super().commit()

    def rollback(self) -> None:
        with _WATCH.limited(self.fileno()):
            super().rollback()


def database_wait_limit() -> None:
    """Give up on any statement of this process after ANSWER_SECONDS, by OperationalError; its connection is closed.

    For the web server only: reviews have statements of minutes. Connecting is bounded by libpq's connect_timeout.
    """
    options = settings.DATABASES["default"]["OPTIONS"]
    # A server that is merely slow ends what nobody waits for any more.
    options["options"] += f" -c statement_timeout={int(ANSWER_SECONDS * 1000)}"
    options |= {"connection_factory": LimitedConnection, "cursor_factory": LimitedCursor}
    _WATCH.begin()
