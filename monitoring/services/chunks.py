"""One chunk of a review: claimed, computed and written in one transaction, with its attempts counted outside it."""

import logging
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from monitoring.models import ReviewChunk, ReviewResult, ReviewRun
from monitoring.services.chunk_steps import WRITES, findings_read, work_of
from riskengine.errors import RiskEngineError

logger = logging.getLogger(__name__)

MOST_ATTEMPTS: Final = 5
CLAIM_AGE: Final = timedelta(seconds=150)
"""A claim older than a task may run belongs to a dead worker."""


# ARRAY: the choice is made once. Under IN the planner may make it again for every row, past what it has just taken,
# and hand out more than LIMIT.
_HAND_OUT: Final = """
UPDATE monitoring_reviewchunk SET claimed_at = %(at)s
WHERE id = ANY(ARRAY(
    SELECT id FROM monitoring_reviewchunk
    WHERE run_id = %(run)s AND state = 'WAITING' AND (claimed_at IS NULL OR claimed_at <= %(before)s)
    ORDER BY number LIMIT %(most)s FOR UPDATE SKIP LOCKED
))
RETURNING id
"""


class ChunkMiscounted(RiskEngineError):
    """A chunk holds more results than loans that were due in it: the book changed under the review."""

    code = "review_chunk_miscounted"


def chunk_review(*, chunk_id: int, at: datetime) -> bool:
    """Review one chunk unless it is done, failed or in other hands; returns whether this call finished it.

    A failure is counted and noted; after MOST_ATTEMPTS the chunk is FAILED. What it wrote is rolled back.
    """
    if not _claim(chunk_id, at):
        return False
    try:
        with transaction.atomic():
            chunk = _held(chunk_id)
            if chunk is None:
                return False
            _review(chunk, at)
    except Exception as error:  # whatever it is must be counted, or the review would never end
        _note_failure(chunk_id, error)
        return False
    return True


def chunks_hand_out(*, run: ReviewRun, at: datetime, most: int) -> list[int]:
    """Ids of up to `most` chunks to enqueue, marked as handed out: never tried, or left by a worker long gone.

    Two callers never get the same chunk, and one that a worker holds is not handed out however long it takes.
    """
    values: dict[str, Any] = {"run": run.pk, "at": at, "before": at - CLAIM_AGE, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_HAND_OUT, values)
        return sorted(row[0] for row in cursor.fetchall())


def _claim(chunk_id: int, at: datetime) -> bool:
    """Count the attempt, in its own transaction: it must survive the death of the worker."""
    waiting = ReviewChunk.objects.filter(pk=chunk_id, state=ReviewChunk.State.WAITING)
    with transaction.atomic():
        chunk = waiting.select_for_update(skip_locked=True).first()
        if chunk is None:
            return False
        if chunk.attempts >= MOST_ATTEMPTS:
            waiting.update(state=ReviewChunk.State.FAILED)
            return False
        return bool(waiting.update(attempts=chunk.attempts + 1, claimed_at=at))


def _held(chunk_id: int) -> ReviewChunk | None:
    waiting = ReviewChunk.objects.filter(pk=chunk_id, state=ReviewChunk.State.WAITING)
    return waiting.select_for_update(skip_locked=True, of=("self",)).select_related("run__product").first()


def _review(chunk: ReviewChunk, at: datetime) -> None:
    work = work_of(chunk, at)
    findings = findings_read(work)
    for write in WRITES:
        findings = write(work, findings)
    _mark_done(chunk, work.skips)


def _mark_done(chunk: ReviewChunk, skips: dict[str, int]) -> None:
    results = ReviewResult.objects.filter(
        run=chunk.run, loan_id__gte=chunk.first_loan_id, loan_id__lte=chunk.last_loan_id
    ).count()
    if results > chunk.due_count:
        raise ChunkMiscounted("More results than loans due.", chunk=chunk.pk, results=results, due=chunk.due_count)
    left_over = chunk.due_count - results - sum(skips.values())
    if left_over:  # due when the review started, closed or taken over since
        skips = {**skips, "no_longer_due": left_over}
    chunk.done_count, chunk.skipped_count, chunk.skips = results, chunk.due_count - results, skips
    chunk.state, chunk.last_error = ReviewChunk.State.DONE, ""
    chunk.save(update_fields=["done_count", "skipped_count", "skips", "state", "last_error"])


def _note_failure(chunk_id: int, error: Exception) -> None:
    # The error's class and code only: its text may repeat what it was given.
    code = error.code if isinstance(error, RiskEngineError) else type(error).__name__
    logger.exception("review_chunk_failed", extra={"chunk": chunk_id, "error_code": code})
    if connection.needs_rollback or not connection.is_usable():
        connection.close()
    waiting = ReviewChunk.objects.filter(pk=chunk_id, state=ReviewChunk.State.WAITING)
    waiting.update(last_error=code, claimed_at=None)
    waiting.filter(attempts__gte=MOST_ATTEMPTS).update(state=ReviewChunk.State.FAILED)
