"""A training goes through a real broker to a real worker; one whose worker is killed is taken over by the next."""

from io import BytesIO
from time import sleep

import pytest

from scoring.models import ModelPackage, TrainingJob
from scoring.services.catalogues.life import catalogue_approve, catalogue_register, catalogue_submit
from tests.factories.audit import user
from tests.factories.scoring import AT, catalogue_document, loan_table, product
from tests.monitoring.test_worker_death import broker, log, send, wait_for, workers
from tests.registry.conftest import COLUMNS
from tests.registry.test_training_jobs import asked, now

__all__ = ["broker", "log", "send", "workers"]
pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 180


@pytest.fixture
def shared():
    """A product and its catalogue, in the database that the worker sees too."""
    version = catalogue_register(document=catalogue_document(**COLUMNS), at=AT)
    catalogue_submit(version=version, maker=user(), at=AT)
    catalogue_approve(version=version, checker=user(is_checker=True), content_hash=version.content_hash, at=AT)
    return product()


def upload(rows):
    """Uploaded data travel in the job's row: worker and page need no folder in common."""
    table = BytesIO()
    loan_table(rows).write_csv(table)
    return {"file_name": "mine.csv", "upload": table.getvalue()}


def test_a_training_waits_is_swept_to_a_worker_and_ends_with_a_candidate(shared, workers, send):
    job = asked(shared, **upload(300))
    workers.start()
    send("scoring.training_sweep_task")
    wait_for(lambda: now(job).state == TrainingJob.State.DONE, SECONDS)
    done = now(job)
    assert (done.percent, done.attempts, done.upload) == (100, 1, None)
    assert ModelPackage.objects.get().pk == done.package_id
    send("scoring.training_job_task", job.pk)  # a message told twice
    send("scoring.training_sweep_task")
    assert (now(job).attempts, ModelPackage.objects.count()) == (1, 1)


def test_a_training_whose_worker_is_killed_is_taken_over_by_the_next(shared, workers, send):
    job = asked(shared, kind="xgboost", folds=5, **upload(800))
    workers.start()
    send("scoring.training_sweep_task")
    wait_for(lambda: any(line.startswith("fold 1") for line in now(job).progress), SECONDS)
    workers.kill()
    assert now(job).state == TrainingJob.State.RUNNING  # nobody told the row
    TrainingJob.objects.filter(pk=job.pk).update(kind="scorecard", folds=2)  # the rest of the test in less time
    workers.start()

    def is_done():
        send("scoring.training_sweep_task")  # as beat does
        sleep(1)
        return now(job).state == TrainingJob.State.DONE

    wait_for(is_done, SECONDS)
    assert (now(job).attempts, ModelPackage.objects.count()) == (2, 1)
