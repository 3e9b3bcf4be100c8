"""Signed statements over the log: entries get their place after commit, then the new root is signed and exported.

One checkpointer works at a time (advisory lock); a second one returns at once. Writers of entries never wait.
"""

import logging
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from audit.merkle import Frontier
from audit.models import AuditLeaf, Checkpoint, LogCursor
from audit.services.log import instant_text
from audit.services.signing import public_key_export, signing_key, write_whole
from audit.verifier.verify_audit import SignedRoot, is_signed, key_id_of
from riskengine.errors import Conflict

logger = logging.getLogger(__name__)
CHECKPOINTER_LOCK = 0x4155_4449_54  # "AUDIT"
BATCH = 50_000
LATEST = "latest.json"

PLACE = """
INSERT INTO audit_auditleaf (position, entry_id)
SELECT %s - 1 + row_number() OVER (ORDER BY e.id), e.id
FROM (
    SELECT id FROM audit_auditentry e
    WHERE id > %s AND NOT EXISTS (SELECT FROM audit_auditleaf l WHERE l.entry_id = e.id)
    ORDER BY id LIMIT %s
) e
"""
# Whoever draws an id of the log holds this lock on its table from before the draw until the end of the transaction.
WRITERS = """
SELECT DISTINCT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' AND relation = 'audit_auditentry'::regclass
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
LAST_DRAWN = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM audit_auditentry_id_seq"


class LogRolledBackError(Conflict):
    """An exported checkpoint speaks of a history the database lacks: it was restored from a backup, or rewritten.

    Nothing is signed until a person has looked: to go on after an intended restore, move the newer files of
    VAR_DIR/checkpoints aside and keep them.
    """

    code = "audit_log_rolled_back"


class CheckpointDamagedError(Conflict):
    """The newest checkpoint in the database does not verify: it was altered, or the signing key is another."""

    code = "audit_checkpoint_damaged"


@transaction.atomic
def positions_assign() -> int:
    """Give every committed entry without a place the next free one, in order of id; returns how many.

    Places follow the order in which entries become visible, so what is signed never changes: an entry whose
    transaction commits late comes later, whatever its id. At most BATCH a call.
    """
    if not _is_only_checkpointer():
        return 0
    cursor_row, _is_new = LogCursor.objects.get_or_create(pk=1)
    with connection.cursor() as cursor:
        is_settled = not set(cursor_row.candidate_writers) & _writers()
        cursor.execute(PLACE, [_size(), cursor_row.settled_id, BATCH])
        placed: int = cursor.rowcount
        if is_settled and placed < BATCH:
            cursor_row.settled_id = cursor_row.candidate_id
            # The order matters: a writer seen after the draw was read is at worst one too many.
            cursor.execute(LAST_DRAWN)
            cursor_row.candidate_id = cursor.fetchone()[0]
            cursor_row.candidate_writers = sorted(_writers())
            cursor_row.save()
    return placed


def checkpoint_sign(at: datetime, *, is_new_key_accepted: bool = False) -> Checkpoint | None:
    """Place what is committed, sign the new root, export it; None when nothing is new or another is at work.

    Costs in proportion to the new entries: the tree is continued from the last checkpoint's frontier. The last
    exported file and the last stored checkpoint must agree with the database first.
    Raises LogRolledBackError, CheckpointDamagedError.
    """
    while positions_assign() == BATCH:
        pass
    with transaction.atomic():
        checkpoint = _sign_next(at, is_new_key_accepted=is_new_key_accepted) if _is_only_checkpointer() else None
    checkpoints_export()
    return checkpoint


def checkpoints_export() -> int:
    """Write the checkpoints that VAR_DIR/checkpoints lacks, as one file each; returns how many.

    Also makes up for a process that died between signing and writing.
    """
    public_key_export()
    latest = latest_exported()
    missing = Checkpoint.objects.filter(tree_size__gt=latest.tree_size if latest else 0).order_by("tree_size")
    count = 0
    for checkpoint in missing.iterator():
        text = signed_root(checkpoint).to_json().encode()
        write_whole(checkpoints_folder() / f"{checkpoint.tree_size:016d}.json", text)
        write_whole(checkpoints_folder() / LATEST, text)
        count += 1
    return count


def checkpoints_folder() -> Path:
    """VAR_DIR/checkpoints, made if absent; copy it somewhere the database's owner cannot write."""
    folder = Path(settings.VAR_DIR) / "checkpoints"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def latest_exported() -> SignedRoot | None:
    """The newest checkpoint that was exported, or None. Raises CheckpointDamagedError."""
    path = checkpoints_folder() / LATEST
    if not path.exists():
        return None
    try:
        return SignedRoot.from_json(path.read_bytes(), path.name)
    except (ValueError, KeyError, TypeError) as error:
        raise CheckpointDamagedError("The last exported checkpoint cannot be read.", file=path.name) from error


def signed_root(checkpoint: Checkpoint) -> SignedRoot:
    """A stored checkpoint as the verifier knows it."""
    return SignedRoot(
        checkpoint.tree_size,
        bytes(checkpoint.root_hash),
        instant_text(checkpoint.signed_at),
        checkpoint.key_id,
        bytes(checkpoint.signature),
        f"checkpoint {checkpoint.tree_size}",
    )


def _sign_next(at: datetime, *, is_new_key_accepted: bool) -> Checkpoint | None:
    last = Checkpoint.objects.order_by("-tree_size").first()
    _refuse_rollback(last)
    frontier = Frontier() if last is None else _frontier_of(last, is_new_key_accepted=is_new_key_accepted)
    leaves = AuditLeaf.objects.filter(position__gte=frontier.size).order_by("position")
    for position, leaf in leaves.values_list("position", "entry__leaf_hash").iterator(chunk_size=5000):
        if position != frontier.size:
            raise CheckpointDamagedError("A leaf is missing from the log.", position=frontier.size)
        frontier.append(bytes(leaf))
    if frontier.size == (last.tree_size if last else 0):
        return None
    key = signing_key()
    unsigned = SignedRoot(frontier.size, frontier.root(), instant_text(at), key_id_of(key.public_key()), b"")
    return Checkpoint.objects.create(
        tree_size=unsigned.tree_size,
        root_hash=unsigned.root_hash,
        frontier=frontier.to_bytes(),
        signed_at=at,
        key_id=unsigned.key_id,
        signature=key.sign(unsigned.signed_bytes()),
    )


def _frontier_of(last: Checkpoint, *, is_new_key_accepted: bool) -> Frontier:
    is_own = is_signed(signed_root(last), [signing_key().public_key()])
    try:
        frontier = Frontier.from_bytes(last.tree_size, bytes(last.frontier))
    except ValueError:
        frontier = Frontier()
    if frontier.root() != bytes(last.root_hash) or not (is_own or is_new_key_accepted):
        raise CheckpointDamagedError(
            "The last checkpoint does not verify: altered, or signed with another key.", tree_size=last.tree_size
        )
    return frontier


def _refuse_rollback(last: Checkpoint | None) -> None:
    exported = latest_exported()
    if exported is None:
        return
    stored = Checkpoint.objects.filter(tree_size=exported.tree_size).first()
    if stored is None or bytes(stored.root_hash) != exported.root_hash:
        raise LogRolledBackError(
            "The last exported checkpoint is not in the database: restored from a backup, or rewritten?",
            exported=exported.tree_size,
            stored=last.tree_size if last else 0,
        )


def _is_only_checkpointer() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [CHECKPOINTER_LOCK])
        return bool(cursor.fetchone()[0])


def _writers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS)
        return {row[0] for row in cursor.fetchall()}


def _size() -> int:
    last = AuditLeaf.objects.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
