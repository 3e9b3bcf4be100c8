"""One run of a training job: from the claim to a candidate, or to words on why there is none."""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings

from riskengine.errors import RiskEngineError
from scoring.models import ModelPackage, TrainingJob
from scoring.services.catalogues.life import catalogue_live
from scoring.services.models.life import model_register
from scoring.services.policy_grades import policy_grades
from scoring.services.training.jobs import State, training_job_claim, training_job_write, training_lock
from scoring.training.statement import Statement

logger = logging.getLogger(__name__)
Clock = Callable[[], datetime]
_FOLD = re.compile(r"fold (\d+) of (\d+)")
_STEPS = {
    "out of time": 75,
    "negative control": 80,
    "fitting on all rows": 85,
    "compare": 88,
    "loading the package": 95,
}
_KEPT = ("model", "auc", "ks", "ece", "n", "bad_rate", "n_features", "out_of_time", "compare")
"""What of the report stays with the job; a candidate's card has the rest."""
_FOLDS_FROM, _FOLDS_TO = 5, 70
_MOST_LINES = 200


class TrainingStopped(Exception):
    """The job was cancelled, or taken over from this process."""


def training_job_run(*, job_id: int, now: Clock) -> None:
    """Train a waiting job and register its model as a candidate; a job that is not waiting is left alone.

    Everything that goes wrong is written on the job in words; nothing is raised but what ends the process.
    """
    with training_lock(job_id) as is_mine:
        job = training_job_claim(job_id, now()) if is_mine else None
        if job is None:
            return
        try:
            package = _candidate(job, now)
            training_job_write(job, state=State.DONE, package=package, percent=100, ended_at=now(), upload=None)
        except TrainingStopped:
            logger.info("training_stopped", extra={"job": job_id})
        except SoftTimeLimitExceeded:
            _fail(job, "training_too_long", "It took longer than a training may.", now)
        except RiskEngineError as error:
            _fail(job, error.code, error.message, now)
        except Exception as error:
            logger.exception("training_failed", extra={"job": job_id})
            _fail(job, "training_failed", f"{type(error).__name__}; the log has more.", now)


def _candidate(job: TrainingJob, now: Clock) -> ModelPackage:
    # Training loads slowly, and what only decides never needs it.
    from scoring.training.product import in_own_names
    from scoring.training.request import Request
    from scoring.training.run import train

    def progress(line: str) -> None:
        del job.progress[: -_MOST_LINES + 1]
        job.progress.append(line)
        job.percent = max(job.percent, _percent(line))
        if not training_job_write(job, progress=job.progress, percent=job.percent):
            raise TrainingStopped

    catalogue, purpose = catalogue_live(), "" if job.purpose == ModelPackage.Purpose.MAIN else job.purpose
    with _table(job) as data:
        request = Request(
            data=data,
            target=job.target,
            seed=job.seed,
            drop=job.drop,
            product=job.product.code,
            catalogue=in_own_names(catalogue, job.product.code) if job.has_own_names else catalogue,
            monotone=None if job.monotone == TrainingJob.Monotone.CATALOGUE else job.monotone,
            where=job.where,
            purpose=purpose,
            date_column=job.date_column or None,
            scale=policy_grades(job.product.code, purpose),
        )
        run = train(
            request,
            model=job.kind,
            folds=job.folds,
            statement=msgspec.convert(job.statement, Statement),
            name=job.name,
            is_packed=True,
            waivers=job.waivers,
            is_compared=job.is_compared,
            progress=progress,
        )
    training_job_write(job, figures={name: run.report[name] for name in _KEPT if name in run.report})
    if run.package is None:
        raise TypeError("a run that packs gives a package")
    progress("loading the package in a process of its own")
    return model_register(product=job.product, name=job.name, package=run.package, at=now())


@contextmanager
def _table(job: TrainingJob) -> Iterator[Path]:
    """The job's table as a file: the folder's own, or the upload's for as long as it is read."""
    if job.upload is None:
        yield Path(settings.TRAINING_DATA_DIR) / job.file_name
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / job.file_name
        path.write_bytes(bytes(job.upload))
        yield path


def _percent(line: str) -> int:
    fold = _FOLD.match(line)
    if fold:
        return _FOLDS_FROM + (_FOLDS_TO - _FOLDS_FROM) * int(fold[1]) // int(fold[2])
    return next((percent for start, percent in _STEPS.items() if line.startswith(start)), _FOLDS_FROM)


def _fail(job: TrainingJob, code: str, words: str, now: Clock) -> None:
    training_job_write(job, state=State.FAILED, error_code=code, error_text=words, ended_at=now(), upload=None)
