"""Messages that must reach somebody after a commit: written with the change, delivered by the worker.

PostgreSQL is the queue of record. Nothing here talks to the broker: the worker polls, so a decision never waits for
one.
"""

import json
import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from audit.models import OutboxMessage
from audit.outbox_handlers import handler_of
from audit.services.log import entry_append
from riskengine.errors import Conflict

logger = logging.getLogger(__name__)
MESSAGE_TABLE = "audit_outboxmessage"
MESSAGE_COLUMNS = ("topic", "key", "payload", "created_at", "attempts", "last_error")
MOST_ATTEMPTS = 5
FIRST_WAIT = timedelta(seconds=10)
WAIT_FACTOR = 4

# The oldest message that is due and whose key has no older one waiting. The attempt is counted, and the next one set,
# before it is made: a message that kills its worker is parked like any other that fails.
CLAIM = """
UPDATE audit_outboxmessage
SET attempts = attempts + 1, next_attempt_at = %(at)s + %(first_wait)s * power(%(factor)s, attempts)
WHERE id = (
    SELECT id FROM audit_outboxmessage m
    WHERE delivered_at IS NULL AND parked_at IS NULL AND attempts < %(most)s
        AND (next_attempt_at IS NULL OR next_attempt_at <= %(at)s)
        AND NOT EXISTS (
            SELECT FROM audit_outboxmessage e
            WHERE e.key = m.key AND e.id < m.id AND e.delivered_at IS NULL AND e.parked_at IS NULL
        )
    ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
)
RETURNING id, attempts
"""
PARK_EXHAUSTED = """
UPDATE audit_outboxmessage SET parked_at = %(at)s
WHERE id IN (
    SELECT id FROM audit_outboxmessage
    WHERE delivered_at IS NULL AND parked_at IS NULL AND attempts >= %(most)s AND next_attempt_at <= %(at)s
    FOR UPDATE SKIP LOCKED
)
RETURNING id
"""


class NotParkedError(Conflict):
    """Only a parked message is delivered again by hand; the others are on their way."""

    code = "outbox_not_parked"


def message_values(*, topic: str, key: str, payload: dict, at: datetime) -> tuple[str, str, str, datetime, int, str]:
    """The row of a message in the order of MESSAGE_COLUMNS, for raw SQL on the hot path. Pure.

    `payload` carries ids, never personal data.
    """
    return topic, key, json.dumps(payload, allow_nan=False), at, 0, ""


def message_add(*, topic: str, key: str, payload: dict, at: datetime) -> OutboxMessage:
    """Write a message in the caller's transaction; messages of one `key` are delivered in this order."""
    return OutboxMessage.objects.create(topic=topic, key=key, payload=payload, created_at=at)


def messages_deliver(*, at: datetime, most: int = 500) -> int:
    """Try up to `most` messages that are due; returns how many were delivered.

    Several workers may run this at once. A message that fails waits 10 s, 40 s, 160 s, 640 s and is parked after its
    fifth attempt, with an alert in the log; later messages of its key then go on. Payloads are ids and handlers read
    the state of the moment, so a message delivered late, by hand, does no harm.
    """
    _park_exhausted(at)
    delivered = 0
    for _ in range(most):
        claimed = _claim(at)
        if claimed is None:
            break
        delivered += _attempt(*claimed, at)
    return delivered


@transaction.atomic
def message_redeliver(*, message: OutboxMessage, at: datetime, actor: str) -> OutboxMessage:
    """Give a parked message five more attempts, from now on. Raises NotParkedError."""
    message = OutboxMessage.objects.select_for_update().get(pk=message.pk)
    if message.parked_at is None:
        raise NotParkedError("This message is not parked.", outbox_message=message.pk)
    message.parked_at, message.next_attempt_at, message.attempts = None, None, 0
    message.save(update_fields=["parked_at", "next_attempt_at", "attempts"])
    entry_append(
        kind="outbox.redelivered",
        object_type="outbox_message",
        object_id=str(message.pk),
        actor=actor,
        payload={"topic": message.topic},
        recorded_at=at,
    )
    return message


def _claim(at: datetime) -> tuple[int, int] | None:
    values: dict[str, Any] = {"at": at, "first_wait": FIRST_WAIT, "factor": WAIT_FACTOR, "most": MOST_ATTEMPTS}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        row = cursor.fetchone()
    return None if row is None else (row[0], row[1])


def _attempt(message_id: int, attempt: int, at: datetime) -> bool:
    """One attempt: the handler's effects and the mark commit together, or neither."""
    try:
        with transaction.atomic():
            message = _held(message_id, attempt)
            if message is None:
                return False
            handler_of(message.topic)(message)
            message.delivered_at = at
            message.last_error = ""
            message.save(update_fields=["delivered_at", "last_error"])
    except Exception as error:  # whatever a handler raises, the other messages go on
        _note_failure(message_id, attempt, type(error).__name__, at)
        return False
    return True


def _held(message_id: int, attempt: int) -> OutboxMessage | None:
    """The message, locked, unless another worker took it over since it was claimed.

    It waits for the lock: another worker's claim holds it for a moment while it finds this one taken.
    """
    waiting = OutboxMessage.objects.filter(pk=message_id, attempts=attempt, delivered_at=None, parked_at=None)
    return waiting.select_for_update().first()


def _note_failure(message_id: int, attempt: int, error_name: str, at: datetime) -> None:
    # The error's class only: its text may repeat what it was given.
    own = OutboxMessage.objects.filter(pk=message_id, attempts=attempt, delivered_at=None, parked_at=None)
    if attempt < MOST_ATTEMPTS:
        own.update(last_error=error_name)
    elif own.update(last_error=error_name, parked_at=at):
        _alert(message_id)


def _park_exhausted(at: datetime) -> None:
    """Park messages whose last attempt ended with the worker's death."""
    with connection.cursor() as cursor:
        cursor.execute(PARK_EXHAUSTED, {"at": at, "most": MOST_ATTEMPTS})
        for (message_id,) in cursor.fetchall():
            _alert(message_id)


def _alert(message_id: int) -> None:
    logger.critical("outbox_message_parked message=%d: undeliverable, needs a person", message_id)
