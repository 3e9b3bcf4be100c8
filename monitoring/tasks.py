"""Reviews through Celery, and where it finds this app's other tasks: beat opens reviews, a task does each chunk, a
sweep takes over from dead workers.

PostgreSQL is the queue of record: a chunk that waits is found by the sweep whatever happened to its message.
"""

import logging
from datetime import date, timedelta
from functools import partial

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from lending.business_dates import business_date_of
from monitoring.diversion_tasks import diversion_sweep_task, diversion_task
from monitoring.drift_tasks import drift_report_task, model_validation_task, retraining_task
from monitoring.health_tasks import health_due_task, health_keys_task
from monitoring.models import ReviewRun
from monitoring.portfolio_tasks import portfolio_figures_task
from monitoring.region_tasks import region_months_task
from monitoring.services.chunks import chunk_review, chunks_hand_out
from monitoring.services.customer_reviews import due_oldest, due_take
from monitoring.services.reviews import NothingToReview, products_to_review, review_as_of
from monitoring.services.runs import CHUNK_LOANS, run_end, run_open
from monitoring.trigger_tasks import trigger_events_task
from riskengine.errors import RiskEngineError

__all__ = [
    "diversion_sweep_task",
    "diversion_task",
    "drift_report_task",
    "health_due_task",
    "health_keys_task",
    "model_validation_task",
    "portfolio_figures_task",
    "region_months_task",
    "retraining_task",
    "review_chunk_task",
    "review_due_task",
    "review_portfolio_task",
    "review_sweep_task",
    "trigger_events_task",
]

logger = logging.getLogger(__name__)

MOST_BATCHES = 20
"""Batches of customers that one minute takes up: what is over, the next one does."""
HANDED_OUT = 50
"""Chunks of a review in the queue at once, about: few enough that none waits there as long as a dead worker's."""


@shared_task(name="monitoring.review_portfolio_task")
def review_portfolio_task(as_of: str = "", product: str = "", chunk_loans: int = CHUNK_LOANS) -> None:
    """Open a review per product as of the end of `as_of` (YYYY-MM-DD; default: yesterday where the product is lent)."""
    try:
        products = products_to_review(product)
    except NothingToReview:
        logger.info("review_nothing_to_do", extra={"product": product})
        return
    for found in products:
        now = timezone.now()
        day = date.fromisoformat(as_of) if as_of else business_date_of(now, found.timezone) - timedelta(days=1)
        try:
            run = run_open(product=found, as_of=review_as_of(day, found), at=now, chunk_loans=chunk_loans)
        except RiskEngineError as error:
            logger.error("review_not_opened", extra={"product": found.code, "error_code": error.code})
            continue
        if not run_end(run_id=run.pk, at=now):  # a review of no loans has no chunk to end it
            _enqueue(run)


@shared_task(name="monitoring.review_chunk_task")
def review_chunk_task(chunk_id: int, run_id: int) -> None:
    """Review one chunk, then hand out the next, or end the review if it was the last."""
    chunk_review(chunk_id=chunk_id, at=timezone.now())
    if not run_end(run_id=run_id, at=timezone.now()):
        _enqueue(ReviewRun.objects.get(pk=run_id), most=1)


@shared_task(name="monitoring.review_due_task")
def review_due_task() -> None:
    """Review customers again of whom something new is known, in batches, until nobody waits."""
    for _ in range(MOST_BATCHES):
        runs = due_take(at=timezone.now())
        for run in runs:
            if not run_end(run_id=run.pk, at=timezone.now()):
                _enqueue(run)
        if not runs and due_oldest() is None:
            return


@shared_task(name="monitoring.review_sweep_task")
def review_sweep_task() -> None:
    """Enqueue chunks that nobody works on, and end reviews whose last worker died before it could."""
    for run in ReviewRun.objects.filter(state=ReviewRun.State.RUNNING):
        if not run_end(run_id=run.pk, at=timezone.now()):
            _enqueue(run)


def _enqueue(run: ReviewRun, most: int = HANDED_OUT) -> None:
    for chunk_id in chunks_hand_out(run=run, at=timezone.now(), most=most):
        transaction.on_commit(partial(review_chunk_task.delay, chunk_id, run.pk))
