"""A review survives kill -9 of its worker halfway: a real worker, a real broker, nothing lost, nothing twice."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.utils import timezone
from kombu import Connection

from monitoring.models import EarlyWarning, ReviewChunk, ReviewResult, ReviewRun
from monitoring.services.chunks import CLAIM_AGE
from tests.factories.monitoring import many_loans, post_loan_goes_live, reviewed, rows_of

ROOT = Path(__file__).parents[2]
SOAK = bool(os.environ.get("RISKENGINE_SOAK"))
LOANS, CHUNK, KILLS = (12_000, 20, 20) if SOAK else (900, 15, 2)
QUEUE = f"review-test-{os.getpid()}"
WORKER = f"""
from riskengine.celery import app
app.conf.task_default_queue = "{QUEUE}"
app.worker_main(["worker", "-Q", "{QUEUE}", "-c", "2", "-l", "INFO"])
"""


class Workers:
    """Celery workers in process groups of their own, on this test's database and a queue of its own."""

    def __init__(self, log):
        self.log, self.running = log, None
        self.environment = {
            **os.environ,
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
def workers(tmp_path):
    with (tmp_path / "worker.log").open("w") as log:
        found = Workers(log)
        yield found
        if found.running and found.running.poll() is None:
            found.kill()
    with Connection(settings.CELERY_BROKER_URL) as broker, broker.channel() as channel:
        channel.queue_delete(QUEUE)


@pytest.fixture
def send():
    app = Celery(broker=settings.CELERY_BROKER_URL)
    yield lambda task, *args: app.send_task(task, args=args, queue=QUEUE)
    app.close()


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


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_loses_and_doubles_nothing(workers, send, record_property):
    post_loan_goes_live()
    many_loans(LOANS)
    workers.start()
    send("monitoring.review_portfolio_task", "2005-09-30", "card", CHUNK)
    for kill in range(1, KILLS + 1):
        enough = LOANS // CHUNK * kill // (KILLS + 2)
        wait_for(lambda enough=enough: ReviewChunk.objects.filter(state="DONE").count() >= enough)
        workers.kill()
        run = ReviewRun.objects.get()
        assert run.state == "RUNNING", "killed too late to be a test"
        time_passes()
        workers.start()
        send("monitoring.review_sweep_task")
    wait_for(lambda: ReviewRun.objects.exclude(state="RUNNING").exists())
    run.refresh_from_db()
    retried = ReviewChunk.objects.filter(attempts__gt=1).count()
    record_property("kills", {"seed": 1, "planned": KILLS, "injected": kill, "loans": LOANS, "retried": retried})
    print(f"{KILLS} kills, {LOANS // CHUNK} chunks, {retried} of them tried again")
    assert (run.state, run.due_count, run.done_count + run.skipped_count) == ("COMPLETE", LOANS, LOANS)
    assert ReviewResult.objects.filter(run=run).count() == run.done_count
    assert not EarlyWarning.objects.filter(hit_count__gt=1).exists()
    assert EarlyWarning.objects.count() == ReviewResult.objects.exclude(level="NONE").count()
    survived = rows_of(run)
    ReviewRun.objects.update(bundle_hash="0" * 64)
    assert rows_of(reviewed()) == survived
