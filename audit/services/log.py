"""Writing the audit log: an entry in the transaction of what it records, hashed as a Merkle leaf.

An entry's place in the tree is given after commit (`audit.services.checkpoints`): writers never wait for each other.
"""

from datetime import UTC, datetime

from django.db import connection
from django.db.transaction import TransactionManagementError

from audit.canonical import canonical_json
from audit.merkle import leaf_hash
from audit.models import AuditEntry, User

ENTRY_COLUMNS = ("recorded_at", "kind", "object_type", "object_id", "actor", "payload", "leaf_hash")
ENTRY_TABLE = "audit_auditentry"


def instant_text(at: datetime) -> str:
    """`at` as the log writes it: ISO 8601, UTC, six digits of seconds, Z. Raises ValueError on a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("The audit log takes aware datetimes only.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def actor_user(user: User) -> str:
    """How the log names a member of staff: by number, since names are personal data."""
    return f"user:{user.pk}"


def leaf_data(
    *, kind: str, object_type: str, object_id: str, actor: str, payload_json: bytes, recorded_at: datetime
) -> bytes:
    """The bytes a leaf covers: canonical JSON (RFC 8785) of the entry's six fields.

    Written out because the payload is canonical already and the fields are in order; a test holds it to
    `canonical_json` of the whole.
    """
    return b'{"actor":%b,"kind":%b,"object_id":%b,"object_type":%b,"payload":%b,"recorded_at":"%b"}' % (
        canonical_json(actor),
        canonical_json(kind),
        canonical_json(object_id),
        canonical_json(object_type),
        payload_json,
        instant_text(recorded_at).encode(),
    )


def entry_values(
    *, kind: str, object_type: str, object_id: str, actor: str, payload: dict, recorded_at: datetime
) -> tuple[datetime, str, str, str, str, str, bytes]:
    """The row of an entry in the order of ENTRY_COLUMNS, for raw SQL on the hot path (`payload` as JSON text). Pure.

    `payload` must hold no personal data: ids, hashes and salted commitments only.
    Raises ValueError on a naive `recorded_at`, NaN, infinities and integers beyond 2**53.
    """
    payload_json = canonical_json(payload)
    data = leaf_data(
        kind=kind,
        object_type=object_type,
        object_id=object_id,
        actor=actor,
        payload_json=payload_json,
        recorded_at=recorded_at,
    )
    return recorded_at, kind, object_type, object_id, actor, payload_json.decode(), leaf_hash(data)


def entry_append(
    *, kind: str, object_type: str, object_id: str, actor: str, payload: dict, recorded_at: datetime
) -> AuditEntry:
    """Write one entry. Must run inside the transaction that makes the change it records."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("An audit entry belongs to the transaction of the change it records.")
    values = entry_values(
        kind=kind,
        object_type=object_type,
        object_id=object_id,
        actor=actor,
        payload=payload,
        recorded_at=recorded_at,
    )
    return AuditEntry.objects.create(**dict(zip(ENTRY_COLUMNS, values, strict=True)) | {"payload": payload})
