"""Messages that must reach somebody after a commit: written with the change, delivered by the worker.

PostgreSQL is the queue of record. Nothing here talks to the broker: the worker polls, so a decision never waits for
one.
"""

import json
from datetime import datetime

from audit.models import OutboxMessage

MESSAGE_TABLE = "audit_outboxmessage"
MESSAGE_COLUMNS = ("topic", "key", "payload", "created_at", "attempts", "last_error")


def message_values(*, topic: str, key: str, payload: dict, at: datetime) -> tuple[str, str, str, datetime, int, str]:
    """The row of a message in the order of MESSAGE_COLUMNS, for raw SQL on the hot path. Pure.

    `payload` carries ids, never personal data.
    """
    return topic, key, json.dumps(payload, allow_nan=False), at, 0, ""


def message_add(*, topic: str, key: str, payload: dict, at: datetime) -> OutboxMessage:
    """Write a message in the caller's transaction; messages of one `key` are delivered in this order."""
    return OutboxMessage.objects.create(topic=topic, key=key, payload=payload, created_at=at)
