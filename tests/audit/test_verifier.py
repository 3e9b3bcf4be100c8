"""Somebody else, with one file and a key, detects every way to tamper with the log."""

import copy
import json
import os
import random
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from django.db import transaction

from audit.merkle import Frontier, leaf_hash
from audit.models import AuditEntry
from audit.services.checkpoints import checkpoint_sign
from audit.services.signing import public_pem, signing_key
from audit.services.verification import NothingSignedError, entry_proof, log_export, log_verify
from audit.verifier import verify_audit
from audit.verifier.verify_audit import SignedRoot, key_id_of, verify_folder
from tests.audit.tampering import Export, ways
from tests.factories.audit import AT, entry
from tests.factories.triggers import unguarded

VERIFIER = Path(verify_audit.__file__)
IS_SOAK = bool(os.environ.get("RISKENGINE_SOAK"))
TAMPERS = 5_000 if IS_SOAK else 100
SPEED_ENTRIES = 500_000 if IS_SOAK else 50_000
ENTRY, THIRD = "audit_auditentry", "WHERE object_id = '3'"
real_commits = pytest.mark.django_db(transaction=True)


@pytest.fixture
def log(var_dir):
    """Sixty entries under four checkpoints."""
    for size in (7, 20, 33, 60):
        with transaction.atomic():
            for number in range(AuditEntry.objects.count(), size):
                entry(number)
        checkpoint_sign(AT)
    return var_dir


def _run(*arguments: object) -> subprocess.CompletedProcess:
    # -I: no site of this project, no environment: the file alone.
    command = [sys.executable, "-I", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd="/", env={}, check=False)


@real_commits
def test_an_export_is_verified_by_the_one_file_alone(log, tmp_path):
    assert log_export(tmp_path / "export").is_sound
    export, key = tmp_path / "export", log / "keys/audit_signing.pub.pem"
    report = tmp_path / "report.json"
    done = _run(
        export / "verify_audit.py", export, "--key", key, "--checkpoints", log / "checkpoints", "--report", report
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "SOUND: signed up to entry 60" in done.stdout
    assert json.loads(report.read_text())["is_sound"] is True


@real_commits
def test_wrong_use_is_told_apart_from_findings(log, tmp_path):
    key = log / "keys/audit_signing.pub.pem"
    assert _run(VERIFIER, tmp_path / "nothing", "--key", key).returncode == 2
    assert _run(VERIFIER, tmp_path, "--key", log / "keys/audit_signing.pem").returncode == 2
    log_export(tmp_path / "export")
    other = tmp_path / "other.pem"
    other.write_bytes(public_pem(Ed25519PrivateKey.generate().public_key()))
    assert _run(VERIFIER, tmp_path / "export", "--key", other).returncode == 1
    # A mistyped folder of checkpoints kept elsewhere must not read as "nothing differs".
    done = _run(VERIFIER, tmp_path / "export", "--key", key, "--checkpoints", tmp_path / "nothing")
    assert (done.returncode, "checkpoint_missing" in done.stdout) == (1, True)


def _tampered(folder: Path, seed: int, count: int, scratch: Path):
    """`count` exports altered at random, one after the other written to `scratch`; yields what was done to each."""
    rng, pristine = random.Random(seed), Export(folder)
    names = list(ways(signing_key()).items())
    for number in range(count):
        name, tamper = names[number % len(names)]
        altered = copy.deepcopy(pristine)
        while altered.state() == pristine.state():
            tamper(altered, rng)
        altered.write(scratch)
        yield name


@real_commits
@pytest.mark.soak
def test_every_random_tampering_is_detected(log, tmp_path, capsys, record_property):
    seed = int(os.environ.get("RISKENGINE_SEED", random.randrange(10**6)))
    log_export(tmp_path / "export")
    keys, kept = [signing_key().public_key()], [log / "checkpoints"]
    injected, missed = Counter(), Counter()
    for name in _tampered(tmp_path / "export", seed, TAMPERS, tmp_path / "scratch"):
        injected[name] += 1
        missed[name] += verify_folder(tmp_path / "scratch", keys, kept).is_sound
    record_property(
        "tampering", {"seed": seed, "planned": TAMPERS, "injected": injected.total(), "missed": missed.total()}
    )
    with capsys.disabled():
        print(f"\ntampering: seed {seed}, injected {injected.total()} in {len(injected)} ways, missed {missed.total()}")
    assert injected.total() == TAMPERS
    assert len(injected) == 12
    assert +missed == Counter()


@real_commits
def test_without_checkpoints_kept_elsewhere_a_rollback_and_a_stolen_key_go_unseen(log, tmp_path):
    log_export(tmp_path / "export")
    unseen = set()
    for name in _tampered(tmp_path / "export", 4711, 24, tmp_path / "scratch"):
        if verify_folder(tmp_path / "scratch", [signing_key().public_key()]).is_sound:
            unseen.add(name)
    assert unseen == {"roll back", "rewrite, stolen key"}


@real_commits
def test_without_signatures_a_rewritten_history_goes_unseen(log, tmp_path, monkeypatch):
    log_export(tmp_path / "export")
    monkeypatch.setattr(verify_audit, "is_signed", lambda checkpoint, keys: True)
    unseen = set()
    for name in _tampered(tmp_path / "export", 4711, 24, tmp_path / "scratch"):
        if verify_folder(tmp_path / "scratch", []).is_sound:
            unseen.add(name)
    assert "rewrite all" in unseen


@real_commits
def test_the_altered_entry_is_named(log, tmp_path):
    _in_sql("UPDATE audit_auditentry SET actor = 'user:999' WHERE object_id = '17'")
    report = log_verify()
    assert ("entry_altered", 17) in {(finding.code, finding.position) for finding in report.findings}
    with pytest.raises(SystemExit) as caught:
        call_command("verify_audit", "--report", tmp_path / "report.json", stdout=(tmp_path / "out").open("w"))
    assert caught.value.code == 1
    assert json.loads((tmp_path / "report.json").read_text())["is_sound"] is False


@real_commits
@pytest.mark.parametrize(("first", "count"), [(0, 1), (30, 1), (59, 1), (0, 7), (40, 3)])
def test_missing_lines_are_named_and_the_others_not_called_altered(log, tmp_path, first, count):
    log_export(tmp_path / "export")
    export = Export(tmp_path / "export")
    del export.lines[first : first + count]
    export.write(tmp_path / "cut")
    report = verify_folder(tmp_path / "cut", [signing_key().public_key()])
    found = [(finding.code, finding.position) for finding in report.findings if finding.code.startswith("entry")]
    assert found == [("entry_missing", first)]
    assert f"missing at position {first}" in next(x.message for x in report.findings if x.code == "entry_missing")


def _in_sql(sql: str) -> None:
    with unguarded("audit_auditentry", "audit_auditleaf", "audit_checkpoint") as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql)
        cursor.execute("SET session_replication_role = origin")


@real_commits
@pytest.mark.parametrize(
    ("sql", "code"),
    [
        (f"UPDATE {ENTRY} SET recorded_at = recorded_at + interval '1 microsecond' {THIRD}", "entry_altered"),
        (f"UPDATE {ENTRY} SET payload = '{{}}' {THIRD}", "entry_altered"),
        (f"UPDATE {ENTRY} SET leaf_hash = decode(repeat('00', 32), 'hex') {THIRD}", "entry_altered"),
        ("DELETE FROM audit_auditleaf WHERE position = 3", "entry_missing"),
        (f"DELETE FROM {ENTRY} {THIRD}", "entry_missing"),
        ("DELETE FROM audit_auditleaf WHERE position >= 50", "log_too_short"),
        (
            "DELETE FROM audit_checkpoint WHERE tree_size > 33; DELETE FROM audit_auditleaf WHERE position >= 33",
            "log_too_short",
        ),
        (
            "UPDATE audit_auditleaf SET entry_id = -entry_id; UPDATE audit_auditleaf SET entry_id ="
            " (SELECT max(-entry_id) + min(-entry_id) FROM audit_auditleaf) + entry_id",
            "root_differs",
        ),
        ("UPDATE audit_checkpoint SET signed_at = signed_at - interval '1 day' WHERE tree_size = 20", "signature_bad"),
    ],
)
def test_tampering_in_the_database_is_found(log, sql, code):
    assert log_verify().is_sound
    _in_sql(sql)
    assert code in {finding.code for finding in log_verify().findings}


@real_commits
def test_an_entry_written_around_the_log_is_found(log):
    checkpoint_sign(AT)
    _in_sql(
        "INSERT INTO audit_auditentry (id, recorded_at, kind, object_type, object_id, actor, payload, leaf_hash) "
        "SELECT id - 100000, recorded_at, kind, object_type, object_id, actor, payload, leaf_hash"
        " FROM audit_auditentry WHERE object_id = '5'"
    )
    assert "entry_unplaced" in {finding.code for finding in log_verify().findings}


@real_commits
def test_a_proof_shows_one_entry_without_the_others(log, tmp_path):
    proof, key = tmp_path / "proof.json", log / "keys/audit_signing.pub.pem"
    wanted = AuditEntry.objects.get(object_id="41")
    call_command("export_audit", proof, "--entry", wanted.pk, stdout=(tmp_path / "out").open("w"))
    assert _run(VERIFIER, proof, "--key", key).returncode == 0
    document = json.loads(proof.read_text())
    assert json.loads(document["entry"])["object_id"] == "41"
    assert len(document["path"]) <= 6
    for field, value in (("entry", document["entry"].replace("41", "42")), ("position", 40), ("path", [])):
        proof.write_text(json.dumps(document | {field: value}))
        assert _run(VERIFIER, proof, "--key", key).returncode == 1
    with transaction.atomic(), pytest.raises(NothingSignedError):
        entry_proof(entry(99))


@real_commits
@pytest.mark.parametrize("arguments", [[], ["--entry", "ID"]])
def test_the_printed_command_verifies_as_it_stands(log, tmp_path, arguments):
    said = StringIO()
    number = str(AuditEntry.objects.earliest("id").pk)
    call_command(
        "export_audit", tmp_path / "to hand over", *[number if x == "ID" else x for x in arguments], stdout=said
    )
    command = shlex.split(said.getvalue().split("Verify: ")[1])
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", env={}, check=False)
    assert (done.returncode, "SOUND: signed up to" in done.stdout) == (0, True), done.stdout + done.stderr


@real_commits
def test_an_entry_that_is_not_there_is_wrong_use_in_words(log, tmp_path):
    with pytest.raises(CommandError, match="There is no audit entry 99999999") as caught:
        call_command("export_audit", tmp_path / "proof.json", "--entry", "99999999")
    assert caught.value.returncode == 2
    assert not (tmp_path / "proof.json").exists()


@real_commits
def test_an_export_never_overwrites(log, tmp_path):
    (tmp_path / "export").mkdir()
    (tmp_path / "export/old").write_text("")
    with pytest.raises(CommandError, match="empty folder"):
        call_command("export_audit", tmp_path / "export")


@real_commits
def test_the_export_command_writes_a_sound_folder(log, tmp_path):
    out = (tmp_path / "out").open("w")
    call_command("export_audit", tmp_path / "export", stdout=out)
    assert sorted(path.name for path in (tmp_path / "export").iterdir()) == [
        "checkpoints",
        "entries.jsonl",
        "leaves.bin",
        "verify_audit.py",
    ]


@pytest.mark.soak
def test_it_verifies_fast_enough(tmp_path, capsys, record_property):
    payload = b'{"document_hash":"%b","outcome":"REFER"}' % (b"a" * 64)
    line = b'{"actor":"client:lender","kind":"decision.made","object_id":"%032d","object_type":"decision","payload":'
    line += payload + b',"recorded_at":"2026-03-02T09:30:00.000000Z"}'
    lines = [line % number for number in range(SPEED_ENTRIES)]
    leaves = [leaf_hash(data) for data in lines]
    key = Ed25519PrivateKey.generate()
    root = SignedRoot(len(lines), Frontier().extended(leaves).root(), "2026", key_id_of(key.public_key()), b"")
    signed = SignedRoot(*list(vars(root).values())[:4], key.sign(root.signed_bytes()))
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints/1.json").write_text(signed.to_json())
    (tmp_path / "entries.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (tmp_path / "leaves.bin").write_bytes(b"".join(leaves))
    started = time.process_time()
    report = verify_folder(tmp_path, [key.public_key()])
    rate = SPEED_ENTRIES / (time.process_time() - started)
    record_property("entries_per_second", round(rate))
    with capsys.disabled():
        print(
            f"\nverifier: {SPEED_ENTRIES} entries, {rate:,.0f}/s of CPU, {report.entries_per_second:,}/s by the clock"
        )
    assert report.is_sound
    assert rate >= 50_000
    shutil.rmtree(tmp_path)
