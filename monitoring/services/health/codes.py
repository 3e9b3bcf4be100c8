"""Writing health codes for everybody a review looked at: a row only where the colour or its reasons changed."""

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Final

import polars as pl
from django.db import connection, transaction
from psycopg2 import sql

from lending.business_dates import business_date_of
from lending.models import Loan
from lending.open_loans import is_open_then
from monitoring.health.columns import SCHEMA, colours_of
from monitoring.models import HealthCode, HealthDue, ReviewResult, ReviewRun
from monitoring.services.copies import copied
from monitoring.services.delinquency.statements import near_of
from monitoring.services.health.current import policy_live
from monitoring.services.health.inputs import inputs_read
from monitoring.services.health.overtaken import overrides_overtaken
from monitoring.services.health.parts import PartKnown, customers_left, is_followed, part_inputs

BATCH: Final = 100_000
"""Customers at once: what one worker holds in memory."""
ZONE: Final = "Asia/Shanghai"
# What would be said again is not sent: on most days that is nearly everybody. A code by an override in force stays
# until its end, and an older review never speaks over a newer one.
_HELD: Final = """
COPY (
    SELECT c.customer_id, c.id, c.colour, CASE WHEN o.id IS NULL THEN c.reasons::text END,
        c.as_of > {as_of} OR coalesce(o.ended_at IS NULL AND o.until > {at}, false)
    FROM monitoring_healthcode c LEFT JOIN monitoring_healthoverride o ON o.id = c.override_id
    WHERE c.is_current AND {near}
) TO STDOUT WITH (FORMAT csv)
"""
_HELD_TYPES: Final = {
    "customer_id": pl.Int64,
    "held_id": pl.Int64,
    "held_colour": pl.String,
    "held_reasons": pl.String,
    "stays": pl.String,
}
_SUPERSEDE: Final = "UPDATE monitoring_healthcode SET is_current = false WHERE id = ANY(%s) AND is_current"
# Nobody but the index on current codes is asked whether somebody else has spoken since: then all is rolled back.
_WRITE: Final = """
COPY monitoring_healthcode
    (customer_id, colour, reasons, inputs, as_of, written_at, policy_hash, cause, run_id, is_current)
FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (policy_hash))
"""


def health_codes_write(
    *, as_of: datetime, at: datetime, run: ReviewRun | None = None, customers: Sequence[int] | None = None
) -> int:
    """Judge the customers of a review, or those given, as of an instant; returns the codes written.

    The policy in force when it is written counts. A re-run writes nothing. Customers whose code stood in the queue of
    re-reviews are done with. Overrides in force are left alone, but those that hide a new red finding.
    """
    zone = run.product.timezone if run else ZONE
    day = business_date_of(as_of, zone)
    written = 0
    held = sorted(set(customers)) if customers is not None else None
    for batch in _batches(run, held, day, as_of):
        with transaction.atomic():
            inputs = inputs_read(batch, as_of, day, at=at, run_id=run.pk if run else None)
            written += _judge(inputs, as_of, at, run)
    return written


def part_codes_write(*, run: ReviewRun, known: PartKnown, day: date, at: datetime) -> int:
    """Judge those customers of a part who have no other open loan, of what the part knows; returns the codes written.

    In the transaction of the part, so that `health_codes_left` finds whom no part has judged.
    """
    if known.findings.is_empty():
        return 0
    return _judge(part_inputs(run=run, known=known, day=day, at=at), run.as_of, at, run)


def health_codes_left(*, run: ReviewRun, day: date, at: datetime) -> int:
    """Judge the customers of a review whom none of its parts has; returns the codes written."""
    left = None if is_followed(run) else customers_left(run, day)
    return health_codes_write(run=run, as_of=run.as_of, at=at, customers=left)


def _judge(inputs: pl.DataFrame, as_of: datetime, at: datetime, run: ReviewRun | None) -> int:
    live = policy_live(at)
    policy = live.value if live else None
    overrides_overtaken(inputs, policy, as_of=as_of, at=at)
    same = {
        "as_of": as_of.isoformat(),
        "written_at": at.isoformat(),
        "policy_hash": live.content_hash if live else "",
        "cause": str(HealthCode.Cause.REVIEW if run else HealthCode.Cause.RE_REVIEW),
        "run_id": str(run.pk) if run else None,
        "is_current": "t",
    }
    written = _write(_news(colours_of(inputs, policy), as_of, at), same)
    _due_done(inputs["customer_id"].to_list(), as_of, at)
    return written


def _batches(run: ReviewRun | None, customers: Sequence[int] | None, day: date, as_of: datetime) -> Iterator[list[int]]:
    """The customers given, or those the review is about, in ascending order."""
    if customers is None and run is not None and run.scope != ReviewRun.Scope.ALL:
        looked_at = ReviewResult.objects.filter(run=run).values("loan")
        customers = list(
            Loan.objects.filter(pk__in=looked_at).order_by("customer").values_list("customer", flat=True).distinct()
        )
    if customers is not None:
        yield from (list(customers[start : start + BATCH]) for start in range(0, len(customers), BATCH))
        return
    open_ = Loan.objects.filter(is_open_then(day, as_of), product=run.product_id if run else None)
    last = 0
    while True:
        ids = open_.filter(customer_id__gt=last).order_by("customer_id").values_list("customer_id", flat=True)
        batch = list(ids.distinct()[:BATCH])
        if not batch:
            return
        yield batch
        last = batch[-1]


def _due_done(batch: Sequence[int], as_of: datetime, at: datetime) -> None:
    """Those of the batch that stood in the queue by `as_of`: few, so found by their range."""
    first, last = min(batch, default=0), max(batch, default=0)
    waiting = HealthDue.objects.filter(customer__gte=first, customer__lte=last, done_at=None, since__lte=as_of)
    if customers := dict(waiting.values_list("pk", "customer")):
        judged = frozenset(batch)
        done = [pk for pk, customer in customers.items() if customer in judged]
        HealthDue.objects.filter(pk__in=done).update(done_at=at)


def _news(judged: pl.DataFrame, as_of: datetime, at: datetime) -> pl.DataFrame:
    """[customer_id, colour, reasons (JSON), inputs (JSON), held_id] of whom something else is to be said than holds;
    `held_id` is the code that it takes the place of."""
    texts = {text: json.dumps(text.split("|") if text else []) for text in judged["reasons"].unique().to_list()}
    values = {
        "near": near_of("c.customer_id", judged["customer_id"].to_list()),
        "as_of": sql.Literal(as_of),
        "at": sql.Literal(at),
    }
    said = judged.with_columns(pl.col("reasons").replace_strict(texts, return_dtype=pl.String))
    known = said.join(copied(_HELD, values, _HELD_TYPES), on="customer_id", how="left", maintain_order="left")
    is_same = (pl.col("colour") == pl.col("held_colour")) & (pl.col("reasons") == pl.col("held_reasons"))
    news = known.filter(pl.col("stays").ne_missing("t") & ~is_same.fill_null(False)).sort("customer_id")
    inputs = pl.struct(*SCHEMA).struct.json_encode().alias("inputs")
    return news.select("customer_id", "colour", "reasons", inputs, "held_id")


def _write(news: pl.DataFrame, same: dict[str, str | None]) -> int:
    """Write the codes, each with the values that are the same in all; returns their number."""
    if news.is_empty():
        return 0
    lines = news.drop("held_id").with_columns(pl.lit(value, pl.String).alias(name) for name, value in same.items())
    into = io.BytesIO()
    lines.write_csv(into, include_header=False)
    into.seek(0)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if superseded := news["held_id"].drop_nulls().sort().to_list():
            cursor.execute(_SUPERSEDE, [superseded])
        cursor.copy_expert(_WRITE, into)
    return news.height
