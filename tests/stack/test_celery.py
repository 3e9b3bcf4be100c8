"""A real Celery worker, forked: models predict in it without hanging, because each loads its own after the fork."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[2]
PROBE = '''
"""A worker whose task uses what hangs when it was used before the fork."""
import numpy as np
import polars as pl
import xgboost
from pathlib import Path
from celery.signals import worker_process_init
from riskengine.celery import app

app.conf.task_default_queue = "{queue}"
loaded = {{}}


def model():
    rows = np.random.default_rng(1).normal(size=(2000, 8))
    booster = xgboost.train({{"nthread": 2}}, xgboost.DMatrix(rows, rows[:, 0] > 0), num_boost_round=5)
    return booster, rows


@worker_process_init.connect
def load(**_):
    loaded["model"] = model()


@app.task(name="probe")
def probe(path):
    booster, rows = loaded["model"]
    predicted = booster.inplace_predict(rows)
    total = pl.DataFrame({{"x": predicted}}).lazy().select(pl.col("x").sum()).collect().item()
    Path(path).write_text(str(total))
'''
FORK = """
import os, sys
import numpy as np, xgboost
rows = np.random.default_rng(1).normal(size=(2000, 8))
def predict():
    data = xgboost.DMatrix(rows, rows[:, 0] > 0)
    return xgboost.train({"nthread": 2}, data, num_boost_round=5).inplace_predict(rows)
if "before" in sys.argv:
    predict()
if os.fork() == 0:
    predict()
    print("predicted", flush=True)
    os._exit(0)
os.wait()
"""


@pytest.fixture
def queue() -> Iterator[str]:
    yield f"probe-{uuid.uuid4().hex}"


def predicts(folder: Path, queue: str, *, seconds: float) -> bool:
    """Whether a worker with the probe answers two tasks in two forked processes."""
    (folder / "probe.py").write_text(PROBE.format(queue=queue))
    environment = {**os.environ, "PYTHONPATH": f"{folder}:{ROOT}"}
    options = ["--pool", "prefork", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    worker = subprocess.Popen(
        [str(Path(sys.executable).parent / "celery"), "--app", "probe", "worker", "--queues", queue, *options],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    answers = [folder / "first", folder / "second"]
    send = (
        "import probe, sys\n"
        "for path in sys.argv[1:]: probe.probe.apply_async([path], queue=probe.app.conf.task_default_queue)"
    )
    try:
        command = [sys.executable, "-c", send, *map(str, answers)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=60, capture_output=True)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if all(path.exists() and path.read_text() for path in answers):
                return True
            time.sleep(0.1)
        return False
    finally:
        worker.terminate()
        try:
            worker.wait(10)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


def test_a_forked_worker_predicts_with_a_model_loaded_after_the_fork(tmp_path: Path, queue: str) -> None:
    assert predicts(tmp_path, queue, seconds=60)


def forked_child_predicts(*arguments: str, seconds: float) -> bool:
    """Whether a forked child predicts in time, by the plain system call."""
    process = subprocess.Popen(
        [sys.executable, "-c", FORK, *arguments], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        return "predicted" in process.communicate(timeout=seconds)[0]
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def test_a_model_used_after_the_fork_alone_predicts() -> None:
    assert forked_child_predicts(seconds=60)


def test_a_model_used_before_the_fork_hangs_the_child() -> None:
    """The twin: what `preload_app` and loading at import would do. Should this predict, the care can go."""
    assert not forked_child_predicts("before", seconds=8)


def test_tasks_speak_json_alone() -> None:
    assert settings.CELERY_ACCEPT_CONTENT == ["json"]
    assert settings.CELERY_TASK_SERIALIZER == "json"


def test_a_lost_message_returns_after_the_longest_task_and_not_an_hour_later() -> None:
    options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert settings.CELERY_TASK_TIME_LIMIT < options["visibility_timeout"] <= 300
    assert options["unacked_restore_interval"] * options["unacked_restore_throttle"] <= 10


def test_each_process_of_ours_loads_its_models_after_the_fork() -> None:
    from celery.signals import worker_process_init

    from riskengine import celery, gunicorn_config

    assert [receiver for receiver in worker_process_init.receivers if receiver[1]() is celery._warm]
    assert gunicorn_config.preload_app is False
    assert "process_warm" in gunicorn_config.post_worker_init.__code__.co_names


@pytest.mark.django_db
def test_a_process_without_live_rule_sets_starts_all_the_same() -> None:
    from riskengine.warm import process_warm

    assert process_warm() == 0
