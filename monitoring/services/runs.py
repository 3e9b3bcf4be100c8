"""A review as a whole: opened once, cut into chunks, ended with a proof that every loan due is accounted for."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet, Sum
from psycopg2 import sql

from audit.services.log import entry_append
from lending.business_dates import business_date_of
from lending.models import Product
from lending.open_loans import open_loan
from monitoring.models import ReviewChunk, ReviewRun
from monitoring.services.delinquency.refinancing import refinancings_notice
from monitoring.services.earlier_runs import runs_earlier
from monitoring.services.health.codes import health_codes_left
from monitoring.services.planning import READ, WRITTEN, statistics_refresh
from monitoring.services.schedules import loans_due, schedule_of
from monitoring.services.standings.reviews import standings_end
from rules.services.bundles.loading import POST_LOAN, Bundle, bundle_live, bundle_load

CHUNK_LOANS: Final = 10_000
"""Enough that what every part costs once is small, few enough that one takes seconds and little memory."""
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
    statistics_refresh(READ + WRITTEN)
    run = _find(product, as_of, bundle)
    if run is None:
        is_scheduled = schedule_of(product.code, business_date_of(as_of, product.timezone)) is not None
        scope = ReviewRun.Scope.DUE if is_scheduled else ReviewRun.Scope.ALL
        try:
            return run_create(Asked(product, as_of, chunk_loans, scope), bundle=bundle, at=at)
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
        if is_latest:
            standings_end(run=run, day=run.as_of_day, earlier=runs_earlier(run), at=at)
        if is_latest and run.scope == ReviewRun.Scope.ALL:
            refinancings_notice(product=run.product, day=run.as_of_day, as_of=run.as_of, at=at)
        if is_latest:
            health_codes_left(run=run, day=run.as_of_day, at=at)
        _record("review.ended", run, at)
    return True


def run_bundle(run: ReviewRun) -> Bundle:
    """The bundle the review was opened with, live or not. Raises BundleBroken."""
    content = run.bundle
    return bundle_load(content["rule_set"], content["model"], content["catalogue"], content.get("rule_set_version"))


def run_whole_before(run: ReviewRun) -> ReviewRun | None:
    """The last whole review of the same product before this one: after it nothing known by then is new to patterns."""
    earlier = _of_all(run).filter(as_of__lt=run.as_of, state=ReviewRun.State.COMPLETE)
    return earlier.order_by("-as_of", "-id").first()


def run_is_latest(run: ReviewRun) -> bool:
    """Whether no review of the product as of a later time finds or has found anything: only the latest speaks of today.

    To be asked in the transaction that then writes: until it ends, no later review is opened beside it.
    """
    _order_hold(run.product_id, is_opening=False)
    finds = Q(state=ReviewRun.State.RUNNING, due_count__gt=0) | Q(done_count__gt=0)
    return not _of_all(run).filter(finds, as_of__gt=run.as_of).exists()


def _order_hold(product_id: int, *, is_opening: bool) -> None:
    """Hold the order of a product's reviews until the end of the transaction: parts together, an opening alone."""
    shared = "" if is_opening else "_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_advisory_xact_lock{shared}(hashtextextended(%s, 0))", [f"reviews/{product_id}"])


def _of_all(run: ReviewRun) -> QuerySet[ReviewRun]:
    """Reviews of the product that took everybody of whom there is news, not some customers between two of them."""
    return ReviewRun.objects.filter(product=run.product_id).exclude(scope=ReviewRun.Scope.CUSTOMERS)


def _find(product: Product, as_of: datetime, bundle: Bundle) -> ReviewRun | None:
    return ReviewRun.objects.filter(product=product, as_of=as_of, bundle_hash=bundle.bundle_hash).first()


class Asked(NamedTuple):
    """A review to be opened."""

    product: Product
    as_of: datetime
    chunk_loans: int
    scope: str


@transaction.atomic
def run_create(asked: Asked, *, bundle: Bundle, at: datetime, loan_ids: Sequence[int] | None = None) -> ReviewRun:
    """Open a review and cut what it takes into parts; `loan_ids`: those to choose from. Raises IntegrityError where
    there is one as of the same instant with the same bundle."""
    product = asked.product
    if asked.scope != ReviewRun.Scope.CUSTOMERS:  # one of those takes nobody else's place
        _order_hold(product.pk, is_opening=True)
    run = ReviewRun.objects.create(
        product=product,
        as_of=asked.as_of,
        scope=asked.scope,
        bundle_hash=bundle.bundle_hash,
        bundle={
            "rule_set": bundle.rule_set_hash,
            "model": bundle.model_hash,
            "catalogue": bundle.catalogue_hash,
            "rule_set_version": bundle.rule_set_version_id,
        },
        started_at=at,
    )
    day = business_date_of(asked.as_of, product.timezone)
    if asked.scope == ReviewRun.Scope.DUE:
        before = run_whole_before(run)
        loan_ids = loans_due(run=run, day=day, since=before.as_of if before else run.as_of)
    chunks = _cut(run, day, asked.chunk_loans) if loan_ids is None else _listed(run, day, asked.chunk_loans, loan_ids)
    ReviewChunk.objects.bulk_create(chunks)
    run.due_count = sum(chunk.due_count for chunk in chunks)
    run.save(update_fields=["due_count"])
    _record("review.started", run, at)
    return run


def _cut(run: ReviewRun, day: date, size: int) -> list[ReviewChunk]:
    due = sql.SQL(open_loan("lending_loan")).format(day=sql.Literal(day), as_of=sql.Literal(run.as_of))
    statement = sql.SQL(_CUT).format(size=sql.Literal(size), product=sql.Literal(run.product_id), due=due)
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return [
            ReviewChunk(run=run, number=number, first_loan_id=first, last_loan_id=last, due_count=count)
            for number, first, last, count in cursor.fetchall()
        ]


def _listed(run: ReviewRun, day: date, size: int, loan_ids: Sequence[int]) -> list[ReviewChunk]:
    due = sql.SQL(open_loan("lending_loan")).format(day=sql.Literal(day), as_of=sql.Literal(run.as_of))
    statement = sql.SQL("SELECT id FROM lending_loan WHERE id = ANY(%(loans)s) AND {due} ORDER BY id").format(due=due)
    with connection.cursor() as cursor:
        cursor.execute(statement, {"loans": list(loan_ids)})
        ids = [row[0] for row in cursor.fetchall()]
    parts = [ids[start : start + size] for start in range(0, len(ids), size)]
    return [
        ReviewChunk(
            run=run, number=number, first_loan_id=part[0], last_loan_id=part[-1], due_count=len(part), loan_ids=part
        )
        for number, part in enumerate(parts)
    ]


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
