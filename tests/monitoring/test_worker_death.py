"""A review survives kill -9 of its workers and of the broker, which forgets everything: nothing lost, nothing twice.

Real workers, and a broker of the test's own that keeps no journal.
"""

import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from celery import Celery
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from kombu import Connection

from monitoring.models import EarlyWarning, ReviewChunk, ReviewResult, ReviewRun
from monitoring.services.chunks import CLAIM_AGE
from riskengine.stack.ports import free_port, redis_says
from riskengine.stack.valkey import _binary
from tests.factories.monitoring import card, many_loans, post_loan_goes_live, reviewed, rows_of

ROOT = Path(__file__).parents[2]
SOAK = bool(os.environ.get("RISKENGINE_SOAK"))
LOANS, CHUNK, KILLS = (100_000, 500, 10) if SOAK else (900, 15, 2)
SEED = 5
SWEEP_SECONDS = 5
QUEUE = f"review-test-{os.getpid()}"
WORKER = f"""
from riskengine.celery import app
app.conf.task_default_queue = "{QUEUE}"
app.worker_main(["worker", "-Q", "{QUEUE}", "-c", "2", "-l", "INFO"])
"""


class Broker:
    """A broker on a port of its own that forgets all messages when it dies."""

    def __init__(self, log):
        self.log, self.port, self.running = log, free_port(), None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        arguments = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self.running = subprocess.Popen([_binary(), *arguments], stdout=self.log, stderr=self.log)
        wait_for(lambda: "+PONG" in redis_says(self.port, "PING"))

    def kill(self):
        self.running.kill()
        self.running.wait()


class Workers:
    """Celery workers in process groups of their own, on this test's database and broker."""

    def __init__(self, log, broker):
        self.log, self.running = log, None
        self.environment = {
            **os.environ,
            "CELERY_BROKER_URL": broker.url,
            "DATABASE_URL": "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**connection.settings_dict),
            "DJANGO_SETTINGS_MODULE": "riskengine.settings",
        }

    def start(self):
        self.running = subprocess.Popen(
            [sys.executable, "-c", WORKER],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self):
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait()


@pytest.fixture
def log(tmp_path):
    with (tmp_path / "worker.log").open("w") as log:
        yield log


@pytest.fixture
def broker(log):
    found = Broker(log)
    found.start()
    yield found
    found.kill()


@pytest.fixture
def workers(log, broker):
    found = Workers(log, broker)
    yield found
    if found.running and found.running.poll() is None:
        found.kill()


@pytest.fixture
def send(broker):
    with Celery() as app:

        def send(task, *args):
            with Connection(broker.url) as way:  # the environment names another broker
                app.send_task(task, args=args, queue=QUEUE, connection=way)

        yield send


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("waited in vain")


def time_passes():
    """Claims grow old, as they do while nobody works on them."""
    ReviewChunk.objects.filter(state="WAITING").update(claimed_at=timezone.now() - 2 * CLAIM_AGE)


def book():
    if SOAK:
        card()
        call_command("generate_book", loans=LOANS, seed=1, until=date(2005, 9, 30))
    else:
        many_loans(LOANS)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_killed_workers_and_brokers_lose_and_double_nothing(workers, broker, send, record_property):
    rng = random.Random(SEED)
    post_loan_goes_live()
    book()
    workers.start()
    send("monitoring.review_portfolio_task", "2005-09-30", "card", CHUNK)
    # Each at least once, at random moments over the review.
    victims = [workers, broker, *(rng.choice([workers, broker]) for _ in range(KILLS - 2))]
    moments = sorted(rng.sample(range(2, LOANS // CHUNK * 9 // 10), KILLS))
    for enough, victim in zip(moments, victims, strict=True):
        wait_for(lambda enough=enough: ReviewChunk.objects.filter(state="DONE").count() >= enough, seconds=280)
        victim.kill()
        run = ReviewRun.objects.get()
        assert run.state == "RUNNING", "killed too late to be a test"
        time_passes()
        victim.start()
        send("monitoring.review_sweep_task")
    swept = time.monotonic()

    def has_ended():
        nonlocal swept
        if time.monotonic() - swept > SWEEP_SECONDS:  # as beat would: what a dying connection still held is taken up
            time_passes()
            send("monitoring.review_sweep_task")
            swept = time.monotonic()
        return ReviewRun.objects.exclude(state="RUNNING").exists()

    wait_for(has_ended, seconds=280)
    run.refresh_from_db()
    retried = ReviewChunk.objects.filter(attempts__gt=1).count()
    kills = {"seed": SEED, "planned": KILLS, "injected": len(victims), "loans": LOANS, "retried": retried}
    record_property("kills", {**kills, "brokers": victims.count(broker)})
    print(f"seed {SEED}: {KILLS} kills, {LOANS // CHUNK} chunks, {retried} of them tried again")
    assert (run.state, run.due_count, run.done_count + run.skipped_count) == ("COMPLETE", LOANS, LOANS)
    assert ReviewResult.objects.filter(run=run).count() == run.done_count
    assert not EarlyWarning.objects.filter(hit_count__gt=1).exists()
    assert EarlyWarning.objects.count() == ReviewResult.objects.exclude(level="NONE").count()
    survived = rows_of(run)
    ReviewRun.objects.update(bundle_hash="0" * 64)
    assert rows_of(reviewed()) == survived
