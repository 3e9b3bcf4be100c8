"""Reviewing a product from start to end in this process; the Celery tasks do the same, chunk by chunk."""

import resource
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from lending.business_dates import business_date_end
from lending.models import Product
from monitoring.models import EarlyWarning, ReviewChunk, ReviewRun
from monitoring.services.at_once import PARTS_AT_ONCE, each_done
from monitoring.services.chunks import chunk_review
from monitoring.services.portfolio.counting import figures_count
from monitoring.services.runs import CHUNK_LOANS, run_end, run_open
from monitoring.services.unscored import unscored_count
from riskengine.errors import InvalidInput
from rules.models import RuleSet

Clock = Callable[[], datetime]
Progress = Callable[[ReviewRun, int], None]
HELD_PAUSE = 0.25
"""Seconds between looks at chunks that other workers hold."""


class NothingToReview(InvalidInput):
    """No active product of this code has a post-loan rule set."""

    code = "nothing_to_review"


def review_as_of(day: date, product: Product) -> datetime:
    """The last instant (UTC, to the microsecond) of a business date of the product: all known by then counts."""
    return business_date_end(day, product.timezone) - timedelta(microseconds=1)


def products_to_review(code: str = "", *, opened_by: date | None = None) -> list[Product]:
    """Active products with a post-loan rule set and loans (opened by a day), or the one named.

    Raises NothingToReview.
    """
    rule_sets = RuleSet.objects.filter(stage=RuleSet.Stage.POST_LOAN, product__is_active=True)
    products = [rule_set.product for rule_set in rule_sets.select_related("product").order_by("product__code")]
    products = [product for product in products if code in ("", product.code)]
    if not products:
        raise NothingToReview("No active product of this code has a post-loan rule set.", product=code)
    opened = Q(opened_on__lte=opened_by) if opened_by else Q()
    return [
        product for product in products if product.code == code or product.loans.filter(opened).exists()
    ] or products


def review_run(
    *,
    product: Product,
    day: date,
    chunk_loans: int = CHUNK_LOANS,
    at_once: int = PARTS_AT_ONCE,
    progress: Progress = lambda run, done: None,
    clock: Clock = timezone.now,
    is_counted: bool = True,
) -> ReviewRun:
    """Review a product as of the end of `day`, in this process, until every loan due is accounted for, then count the
    portfolio; where not `is_counted`, the review alone, to its proof.

    Up to `at_once` chunks are in hand at a time, see `each_done`. `progress` is told the review and the loans accounted
    for after each chunk, by one thread at a time. Chunks that other workers hold are waited for, and taken over if
    their worker dies. Raises what `run_open` raises.
    """
    run = run_open(product=product, as_of=review_as_of(day, product), at=clock(), chunk_loans=chunk_loans)
    accounted, turn = 0, Lock()

    def review(chunk: tuple[int, int]) -> None:
        nonlocal accounted
        chunk_id, due = chunk
        with turn:
            at = clock()
        chunk_review(chunk_id=chunk_id, at=at)
        with turn:
            accounted += due
            progress(run, accounted)

    for chunks in _waiting(run):
        each_done(chunks, review, at_once)
    run_end(run_id=run.pk, at=clock())
    run.refresh_from_db()
    if is_counted:
        figures_count(run, clock())
    return run


def _waiting(run: ReviewRun) -> Iterator[list[tuple[int, int]]]:
    """Chunks to try and the loans new in each: again and again until all are done or FAILED. Those that nobody
    attempted since they were last tried here are in other hands, and given time."""
    tried: dict[int, int] = {}
    while True:
        waiting = ReviewChunk.objects.filter(run=run, state=ReviewChunk.State.WAITING).order_by("number")
        batch = list(waiting.values_list("id", "due_count", "attempts"))
        if not batch:
            return
        if all(tried.get(chunk_id) == attempts for chunk_id, _, attempts in batch):
            time.sleep(HELD_PAUSE)
        yield [(chunk_id, 0 if chunk_id in tried else due) for chunk_id, due, _ in batch]
        tried |= {chunk_id: attempts for chunk_id, _, attempts in batch}


def review_report(run: ReviewRun, seconds: float) -> dict[str, Any]:
    """What a review came to, as plain data: counts, levels, warnings, speed and memory of this process."""
    levels = dict(run.results.values_list("level").annotate(n=Count("id")).order_by("level"))
    unscored = unscored_count(run)
    skips: dict[str, int] = {}
    for chunk in run.chunks.all():
        for cause, count in chunk.skips.items():
            skips[cause] = skips.get(cause, 0) + count
    return {
        "product": run.product.code,
        "as_of": run.as_of.isoformat(),
        "state": run.state,
        "bundle_hash": run.bundle_hash,
        "due": run.due_count,
        "done": run.done_count,
        "failed": run.failed_count,
        "skipped": run.skipped_count,
        "skips": skips,
        "is_accounted_for": run.due_count == run.done_count + run.failed_count + run.skipped_count,
        "levels": levels,
        "unscored": unscored.by_variable,
        "warnings_open": EarlyWarning.objects.filter(loan__product=run.product, state="OPEN").count(),
        "warnings_raised": EarlyWarning.objects.filter(first_run=run).count(),
        "chunks": run.chunks.count(),
        "seconds": round(seconds, 3),
        "loans_per_second": round(run.due_count / seconds) if seconds else None,
        "peak_memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def stopwatch() -> Callable[[], float]:
    """Seconds since this call."""
    began = time.monotonic()
    return lambda: time.monotonic() - began
