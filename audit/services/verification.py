"""The log verified where it lives, exported for somebody else to verify, and proofs for one entry."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection

from audit.merkle import inclusion_proof
from audit.models import AuditEntry, AuditLeaf, Checkpoint, LogCursor
from audit.services.checkpoints import checkpoints_folder, latest_exported, signed_root
from audit.services.entries import entries_placed
from audit.services.signing import public_key_export, signing_key
from audit.verifier import verify_audit
from audit.verifier.verify_audit import Report, SignedRoot
from riskengine.errors import Conflict, NotFound

ENTRIES, LEAVES = "entries.jsonl", "leaves.bin"
# Settled and without a place: nobody writes such an entry but by going around the log.
UNPLACED = """
SELECT count(*) FROM audit_auditentry e
WHERE id <= %s AND NOT EXISTS (SELECT FROM audit_auditleaf l WHERE l.entry_id = e.id)
"""


class NothingSignedError(NotFound):
    """There is no checkpoint yet that covers what was asked for; the next one comes within a minute."""

    code = "audit_nothing_signed"


class ExportFolderError(Conflict):
    """The folder to export into is not empty."""

    code = "audit_export_folder"


def log_verify(extra_keys: tuple[Ed25519PublicKey, ...] = ()) -> Report:
    """Recompute every signed entry's leaf and root, against the stored and the exported checkpoints.

    `extra_keys` are public keys used before the present one. Entries younger than the last checkpoint are left to
    the next; one that can never get a place is a finding.
    """
    report = Report()
    exported = verify_audit.read_checkpoints(checkpoints_folder(), report)
    stored = [signed_root(checkpoint) for checkpoint in Checkpoint.objects.order_by("tree_size").iterator()]
    size = max((checkpoint.tree_size for checkpoint in stored), default=0)
    keys = [signing_key().public_key(), *extra_keys]
    verify_audit.verify(_in_order(size, report), [*stored, *exported], keys, report)
    unplaced = _unplaced()
    if unplaced:
        report.add("entry_unplaced", f"{unplaced} entries have no place and can never get one: written around the log.")
    return report


def log_export(folder: Path) -> Report:
    """Write everything signed so far into an empty folder, with the verifier; returns that folder's verification.

    Raises NothingSignedError, ExportFolderError.
    """
    if folder.exists() and any(folder.iterdir()):
        raise ExportFolderError("Export into a new or empty folder.")
    last = Checkpoint.objects.order_by("-tree_size").first()
    if last is None:
        raise NothingSignedError("No checkpoint is signed yet.")
    (folder / "checkpoints").mkdir(parents=True, exist_ok=True)
    with (folder / ENTRIES).open("wb") as lines, (folder / LEAVES).open("wb") as leaves:
        for _position, line, leaf in entries_placed(last.tree_size):
            lines.write(line + b"\n")
            leaves.write(leaf)
    for checkpoint in Checkpoint.objects.filter(tree_size__lte=last.tree_size).iterator():
        _write_checkpoint(folder / "checkpoints", signed_root(checkpoint))
    shutil.copyfile(verify_audit.__file__, folder / "verify_audit.py")
    elsewhere = [checkpoints_folder()] if latest_exported() else []
    return verify_audit.verify_folder(folder, [verify_audit.load_key(public_key_export())], elsewhere)


def entry_proof(entry: AuditEntry) -> str:
    """A proof, as JSON text for the verifier, that the entry is in the log the newest checkpoint speaks of.

    Reads all leaf hashes: a second or two for a million entries. Raises NothingSignedError.
    """
    last = Checkpoint.objects.order_by("-tree_size").first()
    place = AuditLeaf.objects.filter(entry=entry).first()
    if last is None or place is None or place.position >= last.tree_size:
        raise NothingSignedError("No checkpoint covers this entry yet.", entry=entry.pk)
    rows = AuditLeaf.objects.filter(position__lt=last.tree_size).order_by("position")
    leaves = [bytes(leaf) for leaf in rows.values_list("entry__leaf_hash", flat=True).iterator(chunk_size=10_000)]
    _position, data, _leaf = next(entries_placed(place.position + 1, start=place.position))
    document = {
        "position": place.position,
        "entry": data.decode(),
        "path": [sibling.hex() for sibling in inclusion_proof(leaves, place.position)],
        "checkpoint": json.loads(signed_root(last).to_json()),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _in_order(size: int, report: Report) -> Iterator[tuple[bytes, bytes]]:
    expected = 0
    for position, line, leaf in entries_placed(size):
        if position != expected:
            report.add("entry_missing", f"{position - expected} places hold no entry.", expected)
        expected = position + 1
        yield line, leaf


def _unplaced() -> int:
    cursor_row = LogCursor.objects.filter(pk=1).first()
    with connection.cursor() as cursor:
        cursor.execute(UNPLACED, [cursor_row.settled_id if cursor_row else 0])
        return int(cursor.fetchone()[0])


def _write_checkpoint(folder: Path, checkpoint: SignedRoot) -> None:
    (folder / f"{checkpoint.tree_size:016d}.json").write_text(checkpoint.to_json())
