"""Nothing acknowledged is lost, doubled or half-written while every part of the product is killed with -9 at random."""

import json
import sys
import time
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from tests.factories import decisions as make
from tests.trust.lending_system import LendingSystem
from tests.trust.reconcile import reconcile
from tests.trust.running import CLIENT, Running, wait_until
from tests.trust.soak_file import IS_SOAK, Campaign

PARTS = ("web", "postgres", "worker", "beat", "valkey")
DECISIONS, KILLS = (20_000, 60) if IS_SOAK else (400, 5)
PAUSE = 0.03 if IS_SOAK else 0.15  # of each of four threads after each answer
MOST_SECONDS = 900 if IS_SOAK else 120
BACK_SECONDS = 10.0
DRAIN_SECONDS = 240  # a message whose delivery was killed waits 10 s, then 40 s, then 160 s


@pytest.mark.soak
def test_random_kills_lose_nothing_and_double_nothing(product: Running, campaign: Campaign, tmp_path: Path) -> None:
    campaign.planned = KILLS
    journal = tmp_path / "journal"
    lender = LendingSystem(product.launcher.port, product.api_key, journal, seed=campaign.seed, pause=PAUSE)
    lender.start()
    try:
        back = _kills(product, lender, campaign)
        began = time.monotonic()
        while len(lender.acks) < DECISIONS and time.monotonic() - began < MOST_SECONDS:
            time.sleep(0.2)
    finally:
        lender.stop()
    drained = wait_until(lambda: product.waiting() == 0, DRAIN_SECONDS)
    command = [sys.executable, "-m", "tests.trust.reconcile", product.database_url, str(journal), CLIENT]
    found = json.loads(product.run(command))
    campaign.more |= {
        "decisions": found["acknowledged"],
        "lost": found["lost"],
        "doubled": found["doubled"],
        "half_written": found["half_written"],
        "replies_lost_and_repeated": lender.replayed_unseen,
        "back_seconds_max": round(max(seconds for _name, seconds in back), 1),
        "back_seconds_by_part": {
            part: round(max((seconds for name, seconds in back if name == part), default=0.0), 1) for part in PARTS
        },
        "longest_silence_seconds": round(lender.longest_silence(), 1),
        "slowest_503_seconds": round(lender.slowest_503, 2),
        "outbox_drained_seconds": None if drained is None else round(drained, 1),
        "tries_by_status": dict(lender.tries),
    }
    assert lender.unexpected == []
    assert (found["lost"], found["doubled"], found["half_written"]) == (0, 0, 0), found["examples"]
    assert found["acknowledged"] == found["stored"] >= DECISIONS
    assert drained is not None, "the outbox is not empty after the last kill"
    assert [each for each in back if each[1] > BACK_SECONDS] == []
    assert lender.longest_silence() <= BACK_SECONDS


def _kills(product: Running, lender: LendingSystem, campaign: Campaign) -> list[tuple[str, float]]:
    """Kill until as many died as planned; (part, seconds until it ran and the service decided again) of each."""
    rng, back = campaign.rng, []
    # Each part once, in any order, then at random.
    order = rng.sample(PARTS, len(PARTS)) + rng.choices(PARTS, k=KILLS)
    assert wait_until(lambda: lender.acks, 30), lender.unexpected
    for part in order[:KILLS]:
        time.sleep(rng.uniform(0.3, 2.5))
        assert wait_until(lambda name=part: product.is_back(name), 4 * BACK_SECONDS) is not None
        began = time.monotonic()
        campaign.injected += product.kill(part, rng) > 0
        runs = wait_until(lambda name=part: product.is_back(name), 4 * BACK_SECONDS, pause=0.02)
        assert runs is not None, f"{part} did not come back\n{product.launcher.text[-3000:]}"
        # Workers of a killed web master answer until they are swept: only what the new one answers counts.
        since = time.monotonic()
        decides = wait_until(lambda since=since: lender.answered_since(since), 4 * BACK_SECONDS, pause=0.02)
        assert decides is not None, f"no decision after {part} was killed\n{product.launcher.text[-3000:]}"
        back.append((part, time.monotonic() - began))
        if back[-1][1] > BACK_SECONDS / 2:
            waits = [line.strip() for line in product.launcher.lines if "starting it again" in line]
            campaign.more.setdefault("slow", []).append([part, round(back[-1][1], 1), *waits[-2:]])
    return back


@pytest.mark.soak
def test_the_audit_log_is_sound_and_every_decision_replays_after_the_kills(
    product: Running, tmp_path: Path, record_property
) -> None:
    """On the same product, after the test above."""
    if not product.query("SELECT 1 FROM rules_decision LIMIT 1"):
        pytest.skip("runs after the kills, in one process with them")
    product.manage("verify_audit", "--report", str(tmp_path / "audit.json"))
    audit = json.loads((tmp_path / "audit.json").read_text())
    assert audit["is_sound"] is True
    product.manage("replay", "--all", "--strict", "--report", str(tmp_path / "replay.json"))
    counts = json.loads((tmp_path / "replay.json").read_text())
    record_property("figures", {"audit_entries": audit["entries"], **counts})
    assert counts["failed"] == 0
    assert counts["same"] + counts["erased"] == counts["total"] > 0


@pytest.fixture
def agreed(committing_lender, tmp_path: Path):
    """Five decisions, their journal, and a database that agrees with it."""
    lender, journal = committing_lender, tmp_path / "journal"
    lines = []
    for number in range(5):
        asked = make.body(number)
        lines.append({"asked": f"k{number}", "external_id": asked["external_id"]})
        lines.append({"acked": f"k{number}", **_told(lender.post(asked, key=f"k{number}"))})
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return lender, journal, lines


def _told(answer) -> dict[str, str]:
    import hashlib

    told = answer.json()
    return {
        "id": told["id"],
        "body": hashlib.sha256(answer.content).hexdigest(),
        "document_hash": told["document_hash"],
    }


def counts(lender, journal: Path) -> tuple[int, int, int]:
    database = connection.settings_dict
    other = psycopg2.connect(
        host=database["HOST"], port=database["PORT"], user=database["USER"], password=database["PASSWORD"],
        dbname=database["NAME"],
    )  # fmt: skip
    try:
        found = reconcile(other, journal, lender.client.code)
    finally:
        other.close()
    return found["lost"], found["doubled"], found["half_written"]


def test_the_reconcile_sees_an_answer_that_is_not_stored(agreed):
    """The twin: it is the reconcile that says 0."""
    lender, journal, lines = agreed
    assert counts(lender, journal) == (0, 0, 0)
    journal.write_text(journal.read_text() + json.dumps({**lines[1], "acked": "k99"}) + "\n")
    assert counts(lender, journal) == (1, 0, 0)


def test_the_reconcile_sees_another_answer_and_a_decision_nobody_asked_for(agreed):
    lender, journal, lines = agreed
    journal.write_text("".join(json.dumps(line) + "\n" for line in [*lines[2:], {**lines[3], "body": "other"}]))
    assert counts(lender, journal) == (0, 2, 0)


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM audit_outboxmessage WHERE id = (SELECT min(id) FROM audit_outboxmessage)",
        "DELETE FROM audit_auditentry WHERE id = (SELECT min(id) FROM audit_auditentry WHERE kind = 'decision.made')",
        "UPDATE rules_idempotencykey SET response = NULL WHERE key = 'k0'",
        "INSERT INTO lending_application (client_id, external_id, product_id, customer_id, created_at)"
        " SELECT client_id, 'half', product_id, customer_id, created_at FROM lending_application LIMIT 1",
    ],
)
def test_the_reconcile_sees_what_is_half_written(agreed, harm):
    lender, journal, _lines = agreed
    tables = ("audit_outboxmessage", "audit_auditentry", "rules_idempotencykey", "lending_application")
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            cursor.execute(harm)
        finally:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    assert counts(lender, journal)[2] == 1
