"""A model trained from the admin: claimed once, seen running, cancelled, taken over from a dead worker, a candidate."""

from time import sleep

import psycopg2
import pytest
from django.conf import settings as live_settings
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEntry
from scoring.models import ModelPackage, TrainingJob
from scoring.services.training.jobs import (
    _LOCK,
    MOST_UPLOAD,
    TrainingAskedWronglyError,
    TrainingEndedError,
    training_job_ask,
    training_job_cancel,
    training_job_claim,
    training_job_write,
    training_jobs_sweep,
    training_lock,
)
from scoring.tasks import training_job_task
from scoring.training.statement import Statement, Text
from tests.factories.audit import user
from tests.factories.scoring import AT, loan_table

pytestmark = pytest.mark.django_db
SAID = Text("made up", "虚构")
STATEMENT = Statement(12, SAID, SAID, SAID, [SAID], owner="Risk", exit_rule=SAID)


@pytest.fixture(autouse=True)
def data_folder(tmp_path, settings):
    settings.TRAINING_DATA_DIR = tmp_path
    loan_table(300).write_csv(tmp_path / "loans.csv")


def asked(lent, **changes):
    wanted = {
        "name": "a try",
        "kind": "scorecard",
        "file_name": "loans.csv",
        "upload": None,
        "target": "bad",
        "seed": 1,
    }
    wanted |= {"statement": STATEMENT, "asked_by": user(), "at": AT, "folds": 2, "drop": ["noise"]}
    return training_job_ask(product=lent, **(wanted | changes))


def now(job):
    return TrainingJob.objects.get(pk=job.pk)


def test_the_worker_trains_what_was_asked_and_registers_a_candidate_with_its_keeper(lent):
    job = asked(lent)
    training_job_task(job.pk)
    job = now(job)
    assert (job.state, job.percent, job.error_text) == ("DONE", 100, "")
    assert any(line.startswith("fold 2 of 2") for line in job.progress)
    model = ModelPackage.objects.get()
    assert (job.package, model.state, model.kind) == (model, "CANDIDATE", "scorecard")
    assert model.card["owner"] == "Risk"
    assert model.card["exit_rule"] == {"en": "made up", "zh": "虚构"}
    assert "noise" not in {feature["name"] for feature in model.card["features"]}
    assert AuditEntry.objects.filter(kind="training.asked", object_id=str(job.pk)).exists()


def test_an_uploaded_table_is_forgotten_when_the_training_has_ended(lent, tmp_path):
    data = (tmp_path / "loans.csv").read_bytes()
    job = asked(lent, file_name="mine.csv", upload=data, target="nothing")
    assert bytes(now(job).upload) == data
    training_job_task(job.pk)
    job = now(job)
    assert (job.state, job.upload, job.error_code) == ("FAILED", None, "training_input_invalid")
    assert "There is no column nothing" in job.error_text


def test_the_database_keeps_no_upload_of_an_ended_training(lent):
    job = asked(lent, file_name="mine.csv", upload=b"a,b\n1,2\n")
    with pytest.raises(IntegrityError), transaction.atomic():
        TrainingJob.objects.filter(pk=job.pk).update(state="FAILED")


def test_a_training_whose_model_knows_the_outcome_fails_with_its_name(lent, tmp_path):
    frame = loan_table(300)
    frame.with_columns(frame["bad"].alias("income") * 2).write_csv(tmp_path / "leak.csv")
    job = asked(lent, file_name="leak.csv")
    training_job_task(job.pk)
    job = now(job)
    assert (job.state, job.error_code) == ("FAILED", "model_leak_suspected")
    assert "income" in job.error_text
    assert not ModelPackage.objects.exists()


def test_a_second_delivery_of_the_same_task_does_nothing(lent):
    job = asked(lent)
    assert training_job_claim(job.pk, AT).attempts == 1
    training_job_task(job.pk)
    assert (now(job).state, now(job).attempts, now(job).progress) == ("RUNNING", 1, [])


def test_a_cancelled_run_stops_at_its_next_step_and_registers_nothing(lent, monkeypatch):
    job = asked(lent)
    running = training_job_claim(job.pk, AT)
    training_job_cancel(job=job, actor=user(), at=AT)
    assert not training_job_write(running, percent=50)
    assert (now(job).state, now(job).percent) == ("CANCELLED", 0)
    with pytest.raises(TrainingEndedError):
        training_job_cancel(job=job, actor=user(), at=AT)
    training_job_task(job.pk)
    assert now(job).state == "CANCELLED"


@pytest.fixture
def other_session():
    other = psycopg2.connect(**connection.get_connection_params() | {"cursor_factory": None})
    yield other
    other.close()


def wait_until_free(job_id):
    """The server ends a closed session in its own time."""
    for _ in range(100):
        with training_lock(job_id) as is_free:
            if is_free:
                return
        sleep(0.05)


def test_a_job_whose_worker_lives_is_left_to_it_and_one_whose_worker_died_waits_again(lent, other_session):
    job = asked(lent)
    with other_session.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_LOCK, job.pk])
    running = training_job_claim(job.pk, AT)
    assert training_jobs_sweep(AT) == []
    assert now(job).state == "RUNNING"
    other_session.close()
    wait_until_free(job.pk)
    assert training_jobs_sweep(AT) == [job.pk]
    assert now(job).state == "WAITING"
    assert training_job_claim(job.pk, AT).attempts == 2
    assert not training_job_write(running, percent=99)  # the first worker was only slow


def test_a_job_that_kills_its_workers_fails_in_words(lent):
    job = asked(lent)
    for _attempt in range(2):
        training_job_claim(job.pk, AT)
        training_jobs_sweep(AT)
    assert (now(job).state, now(job).error_code) == ("FAILED", "training_worker_lost")
    assert training_jobs_sweep(AT) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "oracle"},
        {"file_name": "../secret.csv"},
        {"file_name": "absent.csv"},
        {"file_name": "x.exe", "upload": b"x"},
        {"file_name": "x.csv", "upload": b""},
        {"file_name": "x.csv", "upload": bytes(MOST_UPLOAD + 1)},
    ],
)
def test_what_cannot_be_trained_is_refused_when_it_is_asked_for(lent, changes):
    with pytest.raises(TrainingAskedWronglyError):
        asked(lent, **changes)
    assert not TrainingJob.objects.exists()


def test_the_sweep_is_on_the_clock_as_often_as_its_messages_live():
    entry = live_settings.CELERY_BEAT_SCHEDULE["scoring-training-sweep"]
    assert entry["schedule"] == entry["options"]["expires"]
