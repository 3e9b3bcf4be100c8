"""COPY in every process: psycopg2 refuses it while a wait callback is set, as the web server's is."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg2 import extensions

_LOCK = threading.Lock()
_set_aside: list[Any] = []
"""The callback, once for each COPY that runs now."""


def copy_run(cursor: Any, statement: str | Any, buffer: Any) -> None:
    """`cursor.copy_expert`; a wait callback of this process is set aside as long as any COPY runs.

    Statements of other threads that begin meanwhile wait without it: what bounds them then is the server's own
    statement_timeout (`riskengine.database_wait`).
    """
    with _without_callback():
        cursor.copy_expert(statement, buffer)


@contextmanager
def _without_callback() -> Iterator[None]:
    with _LOCK:
        _set_aside.append(_set_aside[0] if _set_aside else extensions.get_wait_callback())
        extensions.set_wait_callback(None)
    try:
        yield
    finally:
        with _LOCK:
            callback = _set_aside.pop()
            if not _set_aside:
                extensions.set_wait_callback(callback)
