"""Writing health codes for everybody a review looked at: a row only where the colour or its reasons changed."""

import io
import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from django.db import connection, transaction

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
from monitoring.services.planning import joined_as_sets

BATCH: Final = 100_000
"""Customers at once: what one worker holds in memory."""
FEW: Final = 1_000
"""So many are looked up one by one, whatever the table holds."""
ZONE: Final = "Asia/Shanghai"
_CREATE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS health_in (
    customer_id bigint PRIMARY KEY, colour text, reasons jsonb, inputs jsonb
) ON COMMIT DELETE ROWS
"""
# What would be said again is not even sent: on most days that is nearly everybody.
_SAID: Final = """
COPY (
    SELECT customer_id, colour, reasons::text AS said FROM monitoring_healthcode
    WHERE is_current AND override_id IS NULL AND {near}
) TO STDOUT WITH (FORMAT csv)
"""
_SAID_TYPES: Final = {"customer_id": pl.Int64, "colour": pl.String, "said": pl.String}
# A code by an override in force stays until its end; an older review never speaks over a newer one.
_KEEP: Final = """
DELETE FROM health_in h USING monitoring_healthcode c
LEFT JOIN monitoring_healthoverride o ON o.id = c.override_id
WHERE c.customer_id = h.customer_id AND c.is_current AND (
    c.as_of > %(as_of)s
    OR (o.id IS NULL AND c.colour = h.colour AND c.reasons = h.reasons)
    OR (o.ended_at IS NULL AND o.until > %(at)s)
)
"""
_SUPERSEDE: Final = """
UPDATE monitoring_healthcode c SET is_current = false
FROM health_in h WHERE c.customer_id = h.customer_id AND c.is_current
"""
_INSERT: Final = """
INSERT INTO monitoring_healthcode
    (customer_id, as_of, written_at, colour, reasons, inputs, policy_hash, cause, run_id, is_current)
SELECT customer_id, %(as_of)s, %(at)s, colour, reasons, inputs, %(policy)s, %(cause)s, %(run)s, true
FROM health_in ORDER BY customer_id
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
    values: dict[str, Any] = {
        "as_of": as_of,
        "at": at,
        "policy": live.content_hash if live else "",
        "cause": HealthCode.Cause.REVIEW if run else HealthCode.Cause.RE_REVIEW,
        "run": run.pk if run else None,
    }
    written = _write(colours_of(inputs, policy), values)
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


def _write(frame: pl.DataFrame, values: dict[str, Any]) -> int:
    inputs = pl.struct(*SCHEMA).struct.json_encode()
    texts = {text: json.dumps(text.split("|") if text else []) for text in frame["reasons"].unique().to_list()}
    said = frame.with_columns(pl.col("reasons").replace_strict(texts, return_dtype=pl.String).alias("said"))
    lines = said.join(_said(frame["customer_id"]), on=["customer_id", "colour", "said"], how="anti").select(
        "customer_id", "colour", "said", inputs.alias("inputs")
    )
    if lines.is_empty():
        return 0
    into = io.BytesIO()
    lines.write_csv(into, include_header=False)
    into.seek(0)
    with joined_as_sets() if lines.height > FEW else nullcontext(), connection.cursor() as cursor:
        cursor.execute(_CREATE)
        cursor.execute("TRUNCATE health_in")
        cursor.copy_expert("COPY health_in FROM STDIN WITH (FORMAT csv)", into)
        cursor.execute(_KEEP, values)
        cursor.execute(_SUPERSEDE)
        cursor.execute(_INSERT, values)
        return int(cursor.rowcount)


def _said(customer_ids: pl.Series) -> pl.DataFrame:
    """The current codes of about those customers, but those by an override, as [customer_id, colour, said]."""
    near = near_of("customer_id", customer_ids.to_list())
    return copied(_SAID, {"near": near}, _SAID_TYPES)
