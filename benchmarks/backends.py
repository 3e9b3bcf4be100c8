"""CPU time of PostgreSQL's processes that work for this one, where it runs on the same machine."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread
from time import process_time
from typing import Any

LOOK_SECONDS = 0.01
"""A connection that is closed takes its process's time with it: the last look before counts."""


class Backends:
    """The processes behind every connection opened since this was made, and those open then."""

    def __init__(self) -> None:
        from django.db import connection
        from django.db.backends.signals import connection_created

        self.seconds: dict[int, float] = {}
        connection_created.connect(self._opened, weak=False)
        connection.ensure_connection()
        self._opened(connection)

    def _opened(self, connection: Any, **_given: Any) -> None:
        self.seconds.setdefault(connection.connection.info.backend_pid, 0.0)

    def look(self) -> float:
        """CPU seconds of all of them so far; 0 where they cannot be seen."""
        for number in list(self.seconds):
            try:
                fields = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            self.seconds[number] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return sum(self.seconds.values())


class Spent:
    """CPU seconds of a stretch of work."""

    own = 0.0
    database = 0.0


@contextmanager
def spent(backends: Backends) -> Iterator[Spent]:
    """CPU seconds of this process and of PostgreSQL for it, known when the block has ended."""
    found, is_over = Spent(), Event()

    def watch() -> None:
        while not is_over.wait(LOOK_SECONDS):
            backends.look()

    before, began = backends.look(), process_time()
    watcher = Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        found.own = process_time() - began
        is_over.set()
        watcher.join()
        found.database = backends.look() - before
