"""A review as a whole: opened once, cut into chunks, ended with a proof that every loan due is accounted for."""

from datetime import date, datetime, timedelta
from typing import Final

from django.db import IntegrityError, connection, transaction
from django.db.models import Sum
from psycopg2 import sql

from audit.services.log import entry_append
from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.models import ReviewChunk, ReviewRun
from monitoring.portraits import DUE
from monitoring.services.health.codes import health_codes_write
from monitoring.services.standings import standings_write
from rules.services.bundles import POST_LOAN, Bundle, bundle_live, bundle_load

CHUNK_LOANS: Final = 2_000
EARLIER: Final = timedelta(days=400)
"""A review longer ago is no longer the previous one."""
ACTOR: Final = "system:review"
_CUT: Final = """
SELECT n, min(id), max(id), count(*) FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / {size} AS n FROM lending_loan
    WHERE product_id = {product} AND {due}
) loans
GROUP BY n ORDER BY n
"""


def run_open(*, product: Product, as_of: datetime, at: datetime, chunk_loans: int = CHUNK_LOANS) -> ReviewRun:
    """The review of `product` as of `as_of` with the live bundle: the one there is, or a new one cut into chunks.

    One that ended with failures is opened again for the chunks that failed. Raises UnknownProduct, NoLiveVersion,
    BundleBroken.
    """
    bundle = bundle_live(product.code, POST_LOAN)
    run = _find(product, as_of, bundle)
    if run is None:
        try:
            with transaction.atomic():
                return _create(product, as_of, bundle, at, chunk_loans)
        except IntegrityError:  # somebody else opened it between
            run = ReviewRun.objects.get(product=product, as_of=as_of, bundle_hash=bundle.bundle_hash)
    if run.state == ReviewRun.State.INCOMPLETE:
        _reopen(run, at)
    return run


def run_end(*, run_id: int, at: datetime) -> bool:
    """End the review if no chunk waits: count, write standings, state the result; returns whether it has ended."""
    with transaction.atomic():
        run = ReviewRun.objects.select_for_update(of=("self",)).select_related("product").get(pk=run_id)
        if run.state != ReviewRun.State.RUNNING:
            return True
        chunks = ReviewChunk.objects.filter(run=run)
        if chunks.filter(state=ReviewChunk.State.WAITING).exists():
            return False
        failed = chunks.filter(state=ReviewChunk.State.FAILED).aggregate(n=Sum("due_count"))["n"] or 0
        done = chunks.filter(state=ReviewChunk.State.DONE).aggregate(n=Sum("done_count"), s=Sum("skipped_count"))
        run.done_count, run.skipped_count, run.failed_count = done["n"] or 0, done["s"] or 0, failed
        run.state = ReviewRun.State.INCOMPLETE if failed else ReviewRun.State.COMPLETE
        run.ended_at = at
        # Refused by the database unless due = done + failed + skipped.
        run.save(update_fields=["done_count", "skipped_count", "failed_count", "state", "ended_at"])
        is_latest = run_is_latest(run)
        standings_write(run=run, is_latest=is_latest)
        if is_latest:
            health_codes_write(run=run, as_of=run.as_of, at=at)
        _record("review.ended", run, at)
    return True


def run_bundle(run: ReviewRun) -> Bundle:
    """The bundle the review was opened with, live or not. Raises BundleBroken."""
    content = run.bundle
    return bundle_load(content["rule_set"], content["model"], content["catalogue"], content.get("rule_set_version"))


def run_whole_before(run: ReviewRun) -> ReviewRun | None:
    """The last whole review of the same product before this one: after it nothing known by then is new to patterns."""
    earlier = ReviewRun.objects.filter(product=run.product_id, as_of__lt=run.as_of, state=ReviewRun.State.COMPLETE)
    return earlier.order_by("-as_of", "-id").first()


def runs_earlier(run: ReviewRun) -> list[int]:
    """Reviews in which a loan's previous one is looked for, the latest first: opened before, as of earlier, back
    to one that was whole."""
    found = ReviewRun.objects.filter(product=run.product_id, as_of__lt=run.as_of, started_at__lt=run.started_at)
    earliest = run.as_of - EARLIER
    ids = []
    rows = found.filter(as_of__gte=earliest).order_by("-as_of", "-id").values_list("id", "state")
    for number, state in rows:
        ids.append(number)
        if state == ReviewRun.State.COMPLETE:
            break
    return ids


def run_is_latest(run: ReviewRun) -> bool:
    """Whether no review of the product as of a later time has found anything: only the latest speaks of today."""
    return not ReviewRun.objects.filter(product=run.product_id, as_of__gt=run.as_of, done_count__gt=0).exists()


def _find(product: Product, as_of: datetime, bundle: Bundle) -> ReviewRun | None:
    return ReviewRun.objects.filter(product=product, as_of=as_of, bundle_hash=bundle.bundle_hash).first()


def _create(product: Product, as_of: datetime, bundle: Bundle, at: datetime, chunk_loans: int) -> ReviewRun:
    run = ReviewRun.objects.create(
        product=product,
        as_of=as_of,
        bundle_hash=bundle.bundle_hash,
        bundle={
            "rule_set": bundle.rule_set_hash,
            "model": bundle.model_hash,
            "catalogue": bundle.catalogue_hash,
            "rule_set_version": bundle.rule_set_version_id,
        },
        started_at=at,
    )
    day = business_date_of(as_of, product.timezone)
    with connection.cursor() as cursor:
        cursor.execute(_cut(product, day, chunk_loans))
        chunks = [
            ReviewChunk(run=run, number=number, first_loan_id=first, last_loan_id=last, due_count=count)
            for number, first, last, count in cursor.fetchall()
        ]
    ReviewChunk.objects.bulk_create(chunks)
    run.due_count = sum(chunk.due_count for chunk in chunks)
    run.save(update_fields=["due_count"])
    _record("review.started", run, at)
    return run


def _cut(product: Product, day: date, chunk_loans: int) -> sql.Composed:
    due = sql.SQL(DUE).format(day=sql.Literal(day))
    return sql.SQL(_CUT).format(size=sql.Literal(chunk_loans), product=sql.Literal(product.pk), due=due)


def _reopen(run: ReviewRun, at: datetime) -> None:
    with transaction.atomic():
        reopened = ReviewRun.objects.filter(pk=run.pk, state=ReviewRun.State.INCOMPLETE)
        if reopened.update(state=ReviewRun.State.RUNNING, ended_at=None, failed_count=0):
            failed = ReviewChunk.objects.filter(run=run, state=ReviewChunk.State.FAILED)
            failed.update(state=ReviewChunk.State.WAITING, attempts=0, claimed_at=None)
            run.refresh_from_db()
            _record("review.reopened", run, at)


def _record(kind: str, run: ReviewRun, at: datetime) -> None:
    entry_append(
        kind=kind,
        object_type="review_run",
        object_id=str(run.pk),
        actor=ACTOR,
        payload={
            "product": run.product.code,
            "as_of": run.as_of.isoformat(),
            "bundle_hash": run.bundle_hash,
            "due": run.due_count,
            "done": run.done_count,
            "failed": run.failed_count,
            "skipped": run.skipped_count,
            "state": run.state,
        },
        recorded_at=at,
    )
