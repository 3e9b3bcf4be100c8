"""Trainings and the graph of customers through Celery. Arguments are ids only.

A task trains one job, a sweep takes over from dead workers; a graph cut short is gone on with the next night.
"""

from celery import shared_task
from django.utils import timezone

from scoring.services.alternative.graph_runs import graph_features_run
from scoring.services.training.jobs import training_jobs_sweep
from scoring.services.training.runs import training_job_run

HOURS = 3600
SWEEP_SECONDS = 5
"""As in `scoring.schedule`."""


# Acknowledged at once: the job's row says whether it waits, and a broker would deliver a long task again meanwhile.
@shared_task(name="scoring.training_job_task", acks_late=False, soft_time_limit=6 * HOURS, time_limit=6 * HOURS + 30)
def training_job_task(job_id: int) -> None:
    """Train one job; one that another worker has, or that has ended, is left alone."""
    training_job_run(job_id=job_id, now=timezone.now)


@shared_task(name="scoring.training_sweep_task")
def training_sweep_task() -> None:
    """Enqueue what waits. A message that nobody takes before the next sweep expires, so none pile up."""
    for job_id in training_jobs_sweep(timezone.now()):
        training_job_task.apply_async((job_id,), expires=SWEEP_SECONDS)


@shared_task(name="scoring.graph_features_task", acks_late=False, soft_time_limit=6 * HOURS, time_limit=6 * HOURS + 30)
def graph_features_task() -> None:
    """Work out what the graph of the book says of customers, where it is due and open."""
    graph_features_run(now=timezone.now)
