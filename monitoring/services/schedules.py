"""The schedule of reviews at work: which loans are due on a day, and when those just reviewed are due again."""

import io
from datetime import date
from typing import Any, Final

import polars as pl
from django.db import connection
from django.db.models import Count, Min, Q

from audit.services.governed import governed_live
from lending.business_dates import business_date_end
from lending.models import Product
from lending.open_loans import is_open_then, open_loan
from monitoring.models import LoanReview, ReviewRun
from monitoring.review_schedule import KIND_CODE, STANDARD, ReviewSchedule, ScheduleSegment, schedule_scope
from monitoring.services.findings import Findings
from rules.language import Scope, lowered, names_in, parse
from rules.language.to_columns import columns_of
from rules.language.types import Type
from scoring.services.catalogues.life import catalogue_live

_DTYPES: Final = {Type.NUMBER: pl.Float64, Type.BOOLEAN: pl.Boolean}
_CREATE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS schedule_in (loan_id bigint, segment text, next_due date) ON COMMIT DELETE ROWS
"""
# A review of an earlier day never sets back what a later one has said.
_KEEP: Final = """
INSERT INTO monitoring_loanreview (loan_id, product_id, run_id, reviewed_on, segment, next_due)
SELECT loan_id, %(product)s, %(run)s, %(day)s, segment, next_due FROM schedule_in ORDER BY loan_id
ON CONFLICT (loan_id) DO UPDATE SET run_id = excluded.run_id, reviewed_on = excluded.reviewed_on,
    segment = excluded.segment, next_due = excluded.next_due
WHERE monitoring_loanreview.reviewed_on <= excluded.reviewed_on
"""
# Due: never reviewed, or its day has come, or somebody of whom there is news and whose turn has not come yet.
DUE_LOANS: Final = """
SELECT l.id FROM lending_loan l LEFT JOIN monitoring_loanreview s ON s.loan_id = l.id
WHERE l.product_id = %(product)s AND {open}
    AND (s.loan_id IS NULL OR s.next_due <= %(day)s OR l.customer_id IN (
        SELECT customer_id FROM lending_riskevent WHERE known_at > %(since)s AND known_at <= %(as_of)s))
ORDER BY l.id
""".format(open=open_loan("l").format(day="%(day)s", as_of="%(as_of)s"))  # noqa: S608  # a condition of our own


def schedule_of(product: str, day: date) -> ReviewSchedule | None:
    """The schedule in force on a day; None: every loan is due every day."""
    live = governed_live(KIND_CODE, product, on=day)
    return live.value if live else None


def loans_due(*, run: ReviewRun, day: date, since: Any) -> list[int]:
    """Loans that a scheduled review of the day takes, in rising order; news after `since` count."""
    values = {"product": run.product_id, "day": day, "as_of": run.as_of, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(DUE_LOANS, values)
        return [row[0] for row in cursor.fetchall()]


def schedule_write(*, run: ReviewRun, day: date, findings: Findings) -> int:
    """Say of every loan just reviewed when it is due again; returns their number, 0 where there is no schedule."""
    schedule = schedule_of(run.product.code, day)
    if schedule is None or findings.frame.is_empty():
        return 0
    names = segments_of(schedule, findings, schedule_scope(catalogue_live(), run.product.code))
    days = {segment.code: segment.days for segment in schedule.segments} | {STANDARD: schedule.days}
    due = {code: date.fromordinal(day.toordinal() + count).isoformat() for code, count in days.items()}
    rows = pl.DataFrame([findings.frame["_loan_id"], names, names.replace_strict(due).alias("next_due")])
    text = io.BytesIO(rows.write_csv(include_header=False).encode())
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        cursor.execute("DELETE FROM schedule_in")
        cursor.copy_expert("COPY schedule_in (loan_id, segment, next_due) FROM STDIN WITH (FORMAT csv)", text)
        cursor.execute(_KEEP, {"product": run.product_id, "run": run.pk, "day": day})
    return rows.height


def segments_of(schedule: ReviewSchedule, findings: Findings, scope: Scope) -> pl.Series:
    """The segment of each loan. A condition that cannot be told counts as holding where that means sooner: what is
    unknown is not looked at more seldom."""
    found = findings.frame.select("pd", "level", "grade", pl.col("_months_late").alias("months_late"))
    known = findings.portraits.drop(name for name in found.columns if name in findings.portraits.columns)
    frame = pl.concat([known, found], how="horizontal")
    place = pl.lit(STANDARD)
    for segment in reversed(schedule.segments):
        is_sooner = segment.days <= schedule.days
        place = pl.when(_truth(segment, scope, frame).fill_null(is_sooner)).then(pl.lit(segment.code)).otherwise(place)
    return frame.with_columns(place.alias("segment"))["segment"]


def _truth(segment: ScheduleSegment, scope: Scope, frame: pl.DataFrame) -> pl.Expr:
    node = parse(segment.when)
    columns = {}
    for name in names_in(node):
        kind = _DTYPES.get(scope.names[name].type, pl.String)
        columns[name] = pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, dtype=kind)
    return columns_of(lowered(node, scope), columns).cast(pl.Boolean)


def schedule_state(product: Product, day: date) -> list[dict[str, Any]]:
    """By segment: loans, those due by `day`, those overdue by more than the schedule allows, the next day due."""
    schedule = schedule_of(product.code, day)
    if schedule is None:
        return []
    stale = date.fromordinal(day.toordinal() - schedule.stale_days)
    open_on = is_open_then(day, business_date_end(day, product.timezone), loan="loan__")
    counted = LoanReview.objects.filter(open_on, product=product).values("segment")
    rows = counted.annotate(
        loans=Count("pk"),
        due=Count("pk", filter=Q(next_due__lte=day)),
        stale=Count("pk", filter=Q(next_due__lt=stale)),
        next=Min("next_due"),
    )
    return [dict(row) for row in rows.order_by("segment")]
