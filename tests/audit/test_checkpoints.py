"""Entries get their place in the order they become visible; what is signed never changes; a rollback is noticed."""

import base64
import shutil
import threading
from datetime import timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.canonical import canonical_json
from audit.merkle import Frontier, leaf_hash, root_of
from audit.models import AuditEntry, AuditLeaf, Checkpoint, LogCursor
from audit.services.checkpoints import (
    CHECKPOINTER_LOCK,
    CheckpointDamagedError,
    LogRolledBackError,
    checkpoint_sign,
    checkpoints_export,
    positions_assign,
)
from audit.services.entries import _payload, entries_placed
from audit.services.log import entry_append, entry_values, instant_text
from audit.verifier.verify_audit import SignedRoot, is_signed, key_id_of, load_key
from tests.factories.audit import AT, entry
from tests.factories.triggers import unguarded

real_commits = pytest.mark.django_db(transaction=True)
payloads = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8),
        lambda inner: st.lists(inner, max_size=3),
        max_leaves=5,
    ),
    max_size=4,
)


def _write(count: int) -> None:
    for number in range(count):
        with transaction.atomic():
            entry(number)


@given(payloads, st.text(st.characters(exclude_categories=["Cs"]), max_size=8))
def test_a_leaf_is_the_canonical_json_of_the_whole_entry(payload, actor):
    values = entry_values(kind="k", object_type="t", object_id="1", actor=actor, payload=payload, recorded_at=AT)
    whole = {
        "kind": "k",
        "object_type": "t",
        "object_id": "1",
        "actor": actor,
        "payload": payload,
        "recorded_at": instant_text(AT),
    }
    assert values[-1] == leaf_hash(canonical_json(whole))


@pytest.mark.django_db
@given(st.lists(payloads, min_size=1, max_size=10))
def test_what_the_database_gives_back_hashes_to_the_stored_leaf(some):
    some = [payload for payload in some if not any("\0" in key for key in payload)]
    with transaction.atomic(), connection.cursor() as cursor:
        for payload in some:
            values = entry_values(kind="k", object_type="t", object_id="1", actor="a", payload=payload, recorded_at=AT)
            cursor.execute("SELECT %s::jsonb::text", [values[5]])
            assert canonical_json(_payload(cursor.fetchone()[0])) == values[5].encode()


def test_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="aware"):
        instant_text(AT.replace(tzinfo=None))


@real_commits
def test_an_entry_needs_the_transaction_it_records():
    with pytest.raises(transaction.TransactionManagementError):
        entry()


@real_commits
def test_each_checkpoint_signs_the_root_of_all_leaves_so_far(var_dir):
    for size in (1, 4, 5, 12):
        _write(size - AuditEntry.objects.count())
        checkpoint = checkpoint_sign(AT)
        leaves = [bytes(leaf) for leaf in AuditEntry.objects.order_by("id").values_list("leaf_hash", flat=True)]
        assert (checkpoint.tree_size, bytes(checkpoint.root_hash)) == (size, root_of(leaves))
        assert Frontier.from_bytes(size, bytes(checkpoint.frontier)).root() == root_of(leaves)
    assert checkpoint_sign(AT) is None
    key = load_key(var_dir / "keys/audit_signing.pub.pem")
    files = sorted((var_dir / "checkpoints").glob("0*.json"))
    assert len(files) == 4
    assert all(is_signed(SignedRoot.from_json(file.read_bytes(), file.name), [key]) for file in files)


@real_commits
def test_the_signing_key_is_readable_by_its_owner_alone(var_dir):
    _write(1)
    checkpoint_sign(AT)
    assert (var_dir / "keys/audit_signing.pem").stat().st_mode & 0o777 == 0o600
    assert (var_dir / "keys").stat().st_mode & 0o777 == 0o700


@real_commits
def test_an_entry_that_commits_late_gets_a_later_place(var_dir):
    written, may_commit = threading.Event(), threading.Event()

    def slow_writer():
        with transaction.atomic():
            entry(1)
            written.set()
            may_commit.wait(10)
        connection.close()

    writer = threading.Thread(target=slow_writer)
    writer.start()
    written.wait(10)
    with transaction.atomic():
        late_id_early_commit = entry(2)
    for _ in range(3):  # time enough to settle, were the open transaction not seen
        checkpoint_sign(AT)
    may_commit.set()
    writer.join()
    checkpoint_sign(AT)
    places = dict(AuditLeaf.objects.values_list("entry__object_id", "position"))
    assert places == {"2": 0, "1": 1}
    assert AuditEntry.objects.get(object_id="1").pk < late_id_early_commit.pk
    assert Checkpoint.objects.count() == 2


@real_commits
def test_the_log_settles_so_that_old_entries_are_not_searched_again(var_dir):
    _write(5)
    assert positions_assign() == 5
    positions_assign()
    assert LogCursor.objects.get().settled_id == AuditEntry.objects.latest("id").pk
    _write(2)
    assert [positions_assign() for _ in range(3)] == [2, 0, 0]
    assert LogCursor.objects.get().settled_id == AuditEntry.objects.latest("id").pk


@real_commits
def test_many_writers_and_checkpointers_at_once_leave_no_gap_and_no_double(var_dir):
    stop = threading.Event()
    errors = []

    def write(number):
        try:
            for _ in range(40):
                with transaction.atomic():
                    entry(number)
                    entry(number)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    def sign():
        try:
            while not stop.is_set():
                checkpoint_sign(AT)
                stop.wait(0.02)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    signers = [threading.Thread(target=sign) for _ in range(2)]
    writers = [threading.Thread(target=write, args=[number]) for number in range(4)]
    for thread in [*signers, *writers]:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    for thread in signers:
        thread.join()
    checkpoint_sign(AT)
    assert errors == []
    assert list(AuditLeaf.objects.order_by("position").values_list("position", flat=True)) == list(range(320))
    leaves = [leaf for _position, _line, leaf in entries_placed(320)]
    for checkpoint in Checkpoint.objects.all():
        assert bytes(checkpoint.root_hash) == root_of(leaves[: checkpoint.tree_size])


@real_commits
def test_a_second_checkpointer_returns_at_once(var_dir):
    _write(1)
    holding, done = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHECKPOINTER_LOCK])
            holding.set()
            done.wait(10)
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    assert checkpoint_sign(AT) is None
    done.set()
    thread.join()
    assert checkpoint_sign(AT).tree_size == 1


@real_commits
def test_a_file_not_written_before_a_crash_is_written_later(var_dir):
    _write(1)
    checkpoint_sign(AT)
    shutil.rmtree(var_dir / "checkpoints")
    assert checkpoints_export() == 1
    assert (var_dir / "checkpoints/0000000000000001.json").exists()


def _unfrozen(table: str, sql: str) -> None:
    with unguarded(table) as cursor:
        cursor.execute(sql)


@real_commits
def test_a_database_rolled_back_behind_an_exported_checkpoint_is_not_signed_again(var_dir):
    _write(3)
    checkpoint_sign(AT)
    _write(1)
    checkpoint_sign(AT + timedelta(minutes=1))
    _unfrozen("audit_checkpoint", "DELETE FROM audit_checkpoint WHERE tree_size = 4")
    _unfrozen("audit_auditleaf", "DELETE FROM audit_auditleaf WHERE position = 3")
    _write(5)
    with pytest.raises(LogRolledBackError) as caught:
        checkpoint_sign(AT)
    assert caught.value.facts == {"exported": 4, "stored": 3}


@real_commits
@pytest.mark.parametrize("column", ["root_hash", "frontier", "signature"])
def test_nothing_is_signed_upon_an_altered_checkpoint(var_dir, column):
    _write(3)
    checkpoint_sign(AT)
    shutil.rmtree(var_dir / "checkpoints")
    _unfrozen("audit_checkpoint", f"UPDATE audit_checkpoint SET {column} = decode(repeat('ab', 64), 'hex')")
    _write(1)
    with pytest.raises(CheckpointDamagedError):
        checkpoint_sign(AT)


@real_commits
def test_another_signing_key_is_taken_only_on_purpose(var_dir):
    _write(1)
    checkpoint_sign(AT)
    (var_dir / "keys/audit_signing.pem").unlink()
    _write(1)
    with pytest.raises(CheckpointDamagedError):
        checkpoint_sign(AT)
    assert checkpoint_sign(AT, is_new_key_accepted=True).tree_size == 2


@real_commits
def test_an_entry_rolled_back_leaves_no_leaf(var_dir):
    with pytest.raises(RuntimeError), transaction.atomic():
        entry_append(kind="k", object_type="t", object_id="1", actor="a", payload={}, recorded_at=AT)
        raise RuntimeError
    _write(1)
    assert checkpoint_sign(AT).tree_size == 1


@real_commits
def test_the_signing_key_may_come_from_the_environment(var_dir, settings):
    seed = base64.b64encode(bytes(32)).decode()
    settings.ENV = msgspec.structs.replace(settings.ENV, audit_signing_key=seed)
    _write(1)
    checkpoint = checkpoint_sign(AT)
    assert checkpoint.key_id == key_id_of(Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key())
    assert not (var_dir / "keys/audit_signing.pem").exists()
