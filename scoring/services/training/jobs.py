"""Training asked for by a person: asked, claimed once, watched, cancelled, and taken over when its worker dies.

A running job's worker holds an advisory lock of its database session, so the lock of a dead worker is free at once
however long a step takes. Each claim counts an attempt, and only the newest attempt may write.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from django.conf import settings
from django.db import connection, transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import Product
from riskengine.errors import Conflict, InvalidInput
from scoring.models import ModelPackage, TrainingJob
from scoring.services.bad_definitions import statement_under
from scoring.training.statement import Statement

OBJECT_TYPE = "training_job"
KINDS: Final = ("xgboost", "scorecard", "svm", "mlp")
"""As `scoring.training.families` has them, which loads slowly."""
MOST_ATTEMPTS = 2
MOST_UPLOAD = 20 * 1024 * 1024
SUFFIXES = (".parquet", ".csv")
WORKER_LOST = "training_worker_lost"
State = TrainingJob.State
OPEN = (State.WAITING, State.RUNNING)
_LOCK = 7_204_011


class TrainingAskedWronglyError(InvalidInput):
    """What was asked for cannot be trained: no such file or kind of model, or the upload is too large."""

    code = "training_asked_wrongly"


class TrainingEndedError(Conflict):
    """The training has ended; there is nothing to cancel."""

    code = "training_ended"


class Choices(NamedTuple):
    """What else `train_model` offers; each as it is where nobody chooses."""

    purpose: str = ModelPackage.Purpose.MAIN
    date_column: str = ""
    monotone: str = TrainingJob.Monotone.CATALOGUE
    where: str = ""
    has_own_names: bool = False
    is_compared: bool = False
    is_by_definition: bool = False


PLAIN = Choices()


def training_files() -> list[str]:
    """Names of the files that models may be trained on, in order; empty where the folder does not exist."""
    folder = Path(settings.TRAINING_DATA_DIR)
    found = folder.iterdir() if folder.is_dir() else iter(())
    return sorted(path.name for path in found if path.suffix.lower() in SUFFIXES and path.is_file())


@transaction.atomic
def training_job_ask(
    *,
    product: Product,
    name: str,
    kind: str,
    file_name: str,
    upload: bytes | None,
    target: str,
    seed: int,
    statement: Statement,
    asked_by: User,
    at: datetime,
    folds: int = 5,
    drop: Sequence[str] = (),
    waivers: Mapping[str, str] | None = None,
    choices: Choices = PLAIN,
) -> TrainingJob:
    """Keep what is asked for; the caller enqueues it after the commit.

    Where the target follows the governed definition of bad, the statement takes the words of the one in force now.
    Raises TrainingAskedWronglyError, NoBadDefinitionError.
    """
    if kind not in KINDS:
        raise TrainingAskedWronglyError("There is no such kind of model.", kind=kind)
    if choices.purpose not in ModelPackage.Purpose or choices.monotone not in TrainingJob.Monotone:
        raise TrainingAskedWronglyError("There is no such purpose, or no such directions.")
    if Path(file_name).name != file_name or Path(file_name).suffix.lower() not in SUFFIXES:
        raise TrainingAskedWronglyError("The data are a file .parquet or .csv.", file=file_name)
    if upload is None and file_name not in training_files():
        raise TrainingAskedWronglyError("The data folder has no such file.", file=file_name)
    if upload is not None and not 0 < len(upload) <= MOST_UPLOAD:
        raise TrainingAskedWronglyError("An uploaded file has 1 byte to 20 MB.", size=len(upload))
    if choices.is_by_definition:
        statement = statement_under(statement, product.code, on=at.date())
    job = TrainingJob.objects.create(
        product=product,
        name=name,
        kind=kind,
        file_name=file_name,
        upload=upload,
        target=target,
        seed=seed,
        folds=folds,
        drop=list(drop),
        waivers=dict(waivers or {}),
        purpose=choices.purpose,
        date_column=choices.date_column,
        monotone=choices.monotone,
        where=choices.where,
        has_own_names=choices.has_own_names,
        is_compared=choices.is_compared,
        statement=msgspec.to_builtins(statement),
        asked_by=asked_by,
        created_at=at,
    )
    _record("asked", job, asked_by, at)
    return job


@transaction.atomic
def training_job_cancel(*, job: TrainingJob, actor: User, at: datetime) -> None:
    """Cancel; a run under way stops at its next step and registers nothing. Raises TrainingEndedError."""
    ended = TrainingJob.objects.filter(pk=job.pk, state__in=OPEN).update(
        state=State.CANCELLED, ended_at=at, upload=None
    )
    if not ended:
        raise TrainingEndedError("The training has ended already.", job=job.pk)
    _record("cancelled", job, actor, at)


def training_job_claim(job_id: int, at: datetime) -> TrainingJob | None:
    """The job, now running in the calling process, or None if it is not waiting. Call under `training_lock`."""
    waiting = TrainingJob.objects.select_for_update(skip_locked=True).filter(pk=job_id, state=State.WAITING)
    with transaction.atomic():
        job = waiting.first()
        if job is None:
            return None
        job.state, job.attempts, job.started_at = State.RUNNING, job.attempts + 1, at
        job.percent, job.progress = 0, []
        job.save(update_fields=["state", "attempts", "started_at", "percent", "progress"])
    return job


def training_job_write(job: TrainingJob, **fields: Any) -> bool:
    """Write what the run has reached; False if it was cancelled or taken over, and then nothing is written."""
    mine = TrainingJob.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
    return mine.update(**fields) == 1


def training_jobs_sweep(at: datetime) -> list[int]:
    """Jobs to enqueue: those that wait, and those whose worker died, unless that happened too often."""
    for job in TrainingJob.objects.filter(state=State.RUNNING).defer("upload"):
        with training_lock(job.pk) as is_free:
            if not is_free:
                continue
            if job.attempts >= MOST_ATTEMPTS:
                lost = {"error_code": WORKER_LOST, "error_text": f"Its worker died {job.attempts} times."}
                training_job_write(job, state=State.FAILED, ended_at=at, upload=None, **lost)
            else:
                training_job_write(job, state=State.WAITING)
    return list(TrainingJob.objects.filter(state=State.WAITING).order_by("pk").values_list("pk", flat=True))


@contextmanager
def training_lock(job_id: int) -> Iterator[bool]:
    """Whether this database session holds the job's lock, which it does until the block or the session ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, job_id])
        (is_held,) = cursor.fetchone()
    try:
        yield is_held
    finally:
        if is_held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, job_id])


def _record(event: str, job: TrainingJob, actor: User, at: datetime) -> None:
    entry_append(
        kind=f"training.{event}",
        object_type=OBJECT_TYPE,
        object_id=str(job.pk),
        actor=actor_user(actor),
        payload={"name": job.name, "product": job.product.code, "kind": job.kind, "file": job.file_name},
        recorded_at=at,
    )
