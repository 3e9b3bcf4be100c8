"""Reading the log back: each stored entry as the very bytes its leaf covers, to verify and to export."""

import json
from collections.abc import Iterator

from django.db import connection, transaction

from audit.canonical import canonical_json
from audit.services.log import leaf_data

CHUNK = 2_000
LARGEST_EXACT = 2**53 - 1
PLACED = """
SELECT l.position, e.kind, e.object_type, e.object_id, e.actor, e.payload::text, e.recorded_at, e.leaf_hash
FROM audit_auditleaf l JOIN audit_auditentry e ON e.id = l.entry_id
WHERE l.position >= %s AND l.position < %s ORDER BY l.position
"""


def entries_placed(size: int, *, start: int = 0) -> Iterator[tuple[int, bytes, bytes]]:
    """(position, leaf data, stored leaf hash) of entries `start` to `size` - 1, in order, read in chunks."""
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(PLACED, [start, size])
        while rows := cursor.fetchmany(CHUNK):
            for position, kind, object_type, object_id, actor, payload, recorded_at, leaf in rows:
                data = leaf_data(
                    kind=kind,
                    object_type=object_type,
                    object_id=object_id,
                    actor=actor,
                    payload_json=canonical_json(_payload(payload)),
                    recorded_at=recorded_at,
                )
                yield position, data, bytes(leaf)


def _payload(text: str) -> object:
    """jsonb writes 1e16 as an integer; what is beyond the exact integers was a double when it was written."""
    return json.loads(text, parse_int=_number)


def _number(text: str) -> int | float:
    value = int(text)
    return value if -LARGEST_EXACT <= value <= LARGEST_EXACT else float(text)
