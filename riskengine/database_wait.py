"""A database that takes a connection and then says nothing must not hold the web server's threads for ever.

Nothing on the server's side can help when the server itself is frozen, and its machine goes on acknowledging packets,
so that no timeout of TCP fires either: the client has to stop waiting.
"""

import select
import time
from typing import Any

from django.conf import settings
from psycopg2 import OperationalError, extensions

ANSWER_SECONDS = 4.0
"""Longest wait for one statement. Far above any of a decision's: its locks give up after 1.5 s."""
CONNECT_SECONDS = 2.0
"""Longest wait for a new connection; libpq's own connect_timeout does not hold under a wait callback."""


def database_wait_limit() -> None:
    """Give up on any statement of this process after ANSWER_SECONDS, by OperationalError; its connection is closed.

    For the web server only: psycopg2 cannot COPY under a wait callback, which the reviews do all the time. Where a page
    copies, the callback is set aside for as long (`lending.copying`).
    """
    options = settings.DATABASES["default"]["OPTIONS"]
    # A server that is merely slow ends what nobody waits for any more.
    options["options"] += f" -c statement_timeout={int(ANSWER_SECONDS * 1000)}"
    extensions.set_wait_callback(_wait)


def _wait(connection: Any) -> None:
    """psycopg2's wait callback: what it raises closes the connection."""
    is_connecting = connection.status == extensions.STATUS_SETUP
    give_up_at = time.monotonic() + (CONNECT_SECONDS if is_connecting else ANSWER_SECONDS)
    while (state := connection.poll()) != extensions.POLL_OK:
        poll = select.poll()
        poll.register(connection.fileno(), select.POLLIN if state == extensions.POLL_READ else select.POLLOUT)
        left = give_up_at - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise OperationalError("The database server does not answer.")
