"""Nothing in the outbox is lost or done twice: workers fail, die and overlap, and poison is set aside with an alert."""

import os
import random
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction

from audit import outbox_handlers
from audit.models import AuditEntry, OutboxMessage
from audit.outbox_handlers import DuplicateHandlerError, register
from audit.services.outbox import (
    MESSAGE_COLUMNS,
    MESSAGE_TABLE,
    NotParkedError,
    message_add,
    message_redeliver,
    message_values,
    messages_deliver,
)
from tests.factories.audit import AT

LONG = timedelta(hours=1)
IS_SOAK = bool(os.environ.get("RISKENGINE_SOAK"))
MESSAGES, KILLS = (2_000, 20) if IS_SOAK else (60, 2)
real_commits = pytest.mark.django_db(transaction=True)


@pytest.fixture
def handlers(monkeypatch):
    monkeypatch.setattr(outbox_handlers, "_handlers", {})
    return outbox_handlers._handlers


@pytest.fixture
def delivered(handlers):
    seen = []
    register("note", lambda message: seen.append(message.payload["n"]))
    return seen


def _add(n: int, key: str = "k", topic: str = "note") -> OutboxMessage:
    return message_add(topic=topic, key=key, payload={"n": n}, at=AT)


@real_commits
def test_it_delivers_in_order_and_once(delivered):
    for n in range(5):
        _add(n)
    assert messages_deliver(at=AT) == 5
    assert messages_deliver(at=AT + LONG) == 0
    assert delivered == [0, 1, 2, 3, 4]


@real_commits
def test_a_row_written_in_raw_sql_is_delivered_too(delivered):
    names = ", ".join(MESSAGE_COLUMNS)
    marks = ", ".join(["%s"] * len(MESSAGE_COLUMNS))
    with connection.cursor() as cursor:
        values = message_values(topic="note", key="k", payload={"n": 7}, at=AT)
        cursor.execute(f"INSERT INTO {MESSAGE_TABLE} ({names}) VALUES ({marks})", values)
    messages_deliver(at=AT)
    assert delivered == [7]


@real_commits
def test_a_message_of_a_rolled_back_change_is_never_sent(delivered):
    with pytest.raises(RuntimeError), transaction.atomic():
        _add(1)
        raise RuntimeError
    assert messages_deliver(at=AT) == 0


@real_commits
def test_a_failure_holds_back_its_own_key_only_and_leaves_no_half_effect(handlers):
    seen, is_broken = [], True

    def handle(message):
        AuditEntry.objects.create(
            kind="effect", object_id=str(message.payload["n"]), recorded_at=AT, leaf_hash=b"", actor="test"
        )
        if is_broken and message.payload["n"] == 1:
            raise ConnectionError("13800138000 did not answer")
        seen.append(message.payload["n"])

    register("note", handle)
    _add(1, "a"), _add(2, "a"), _add(3, "b")
    messages_deliver(at=AT)
    assert seen == [3]
    first = OutboxMessage.objects.get(payload__n=1)
    assert (first.attempts, first.last_error) == (1, "ConnectionError")
    is_broken = False
    messages_deliver(at=AT + timedelta(seconds=9))
    assert seen == [3]
    messages_deliver(at=AT + timedelta(seconds=10))
    assert seen == [3, 1, 2]
    assert sorted(AuditEntry.objects.values_list("object_id", flat=True)) == ["1", "2", "3"]


@real_commits
def test_poison_is_parked_after_five_attempts_with_an_alert(handlers, caplog):
    def refuse(message):
        raise ValueError(message.payload)

    seen = []
    register("poison", refuse)
    register("note", lambda message: seen.append(message.payload["n"]))
    poison = _add(1, topic="poison")
    _add(2)
    waits = []
    for _ in range(5):
        at = OutboxMessage.objects.get(pk=poison.pk).next_attempt_at or AT
        waits.append((at - AT).total_seconds())
        messages_deliver(at=at)
    assert waits == [0, 10, 50, 210, 850]
    poison.refresh_from_db()
    assert (poison.attempts, poison.parked_at is not None, poison.last_error) == (5, True, "ValueError")
    assert seen == [2]
    assert f"outbox_message_parked message={poison.pk}" in caplog.text
    handlers["poison"] = handlers["note"]
    message_redeliver(message=poison, at=AT, actor="user:1")
    messages_deliver(at=AT + 2 * LONG)
    assert seen == [2, 1]
    assert AuditEntry.objects.get().kind == "outbox.redelivered"
    with pytest.raises(NotParkedError):
        message_redeliver(message=poison, at=AT, actor="user:1")


@real_commits
def test_a_topic_without_a_handler_waits_and_is_parked(handlers):
    _add(1)
    for attempt in range(6):
        messages_deliver(at=AT + attempt * LONG)
    assert OutboxMessage.objects.get().last_error == "UnknownTopicError"
    assert OutboxMessage.objects.get().parked_at is not None


@real_commits
def test_a_message_that_kills_its_worker_is_parked_too(handlers, caplog):
    _add(1)
    OutboxMessage.objects.update(attempts=5, next_attempt_at=AT)  # five workers died over it
    messages_deliver(at=AT)
    assert OutboxMessage.objects.get().parked_at == AT
    assert "outbox_message_parked" in caplog.text


def test_a_topic_has_one_handler(handlers):
    def first(message): ...

    register("note", first)
    register("note", first)
    with pytest.raises(DuplicateHandlerError):
        register("note", lambda message: None)


@real_commits
def test_workers_side_by_side_do_each_message_once_and_in_order(handlers):
    seen, lock = [], threading.Lock()

    def handle(message):
        time.sleep(random.Random(message.pk).random() / 200)
        with lock:
            seen.append((message.key, message.payload["n"]))

    register("note", handle)
    for n in range(120):
        _add(n, f"key{n % 7}")

    def work():
        for _ in range(200):
            messages_deliver(at=AT, most=10)
            if not OutboxMessage.objects.filter(delivered_at=None).exists():
                break
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(n for _key, n in seen) == list(range(120))
    for key in {key for key, _n in seen}:
        numbers = [n for other, n in seen if other == key]
        assert numbers == sorted(numbers)


WORKER = """
import django; django.setup()
import time
from datetime import datetime, UTC
from audit.models import AuditEntry
from audit.outbox_handlers import register
from audit.services.outbox import messages_deliver

def handle(message):
    AuditEntry.objects.create(kind="effect", object_id=str(message.payload["n"]), actor="w", leaf_hash=b"",
                              recorded_at=message.created_at)
    time.sleep(0.002)

register("note", handle)
while True:
    messages_deliver(at=datetime.now(UTC))
    time.sleep(0.02)
"""


@real_commits
@pytest.mark.soak
def test_killed_workers_lose_nothing_and_do_nothing_twice(capsys, monkeypatch, record_property):
    seed = int(os.environ.get("RISKENGINE_SEED", random.randrange(10**6)))
    rng, killed = random.Random(seed), 0
    for n in range(MESSAGES):
        _add(n, f"key{n % 50}")
    database = settings.DATABASES["default"]
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = os.environ | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "riskengine.settings"}
    deadline = time.monotonic() + 120 + MESSAGES / 10
    while OutboxMessage.objects.filter(delivered_at=None).exists() and time.monotonic() < deadline:
        worker = subprocess.Popen([sys.executable, "-c", WORKER], env=environment, stderr=subprocess.DEVNULL)
        try:
            if killed < KILLS:
                _wait_for_progress(rng.randrange(1, max(2, MESSAGES // KILLS)))
                killed += 1
            else:
                _wait_for_progress(MESSAGES)
        finally:
            worker.kill()
            worker.wait()
        # Nobody waits out the pause after a death in a test.
        OutboxMessage.objects.filter(delivered_at=None).update(next_attempt_at=None)
    effects = list(AuditEntry.objects.values_list("object_id", flat=True))
    record_property("outbox", {"seed": seed, "planned": KILLS, "injected": killed, "messages": MESSAGES})
    with capsys.disabled():
        print(f"\noutbox: seed {seed}, {killed} kills, {len(set(effects))} of {MESSAGES} done, {len(effects)} effects")
    assert killed == KILLS
    assert sorted(map(int, effects)) == list(range(MESSAGES))
    assert not OutboxMessage.objects.filter(parked_at__isnull=False).exists()


def _wait_for_progress(count: int) -> None:
    target = min(MESSAGES, AuditEntry.objects.count() + count)
    deadline = time.monotonic() + 60
    while AuditEntry.objects.count() < target and time.monotonic() < deadline:
        time.sleep(0.01)
