"""What is read of many loans at once, as COPY, so that a review of a million stays cheap: sums first, and schedules
only of loans whose sums say that something is unpaid."""

import io
from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl
from django.db import connection
from django.db.models import Q
from psycopg2 import sql

from audit.models import Approval
from monitoring.delinquency.columns import PAUSES
from monitoring.models import CategoryUpgrade, LoanPause
from monitoring.services.delinquency.hashes import pauses_sound, upgrades_sound

LOANS: Final[dict[str, Any]] = {
    "loan_id": pl.Int64,
    "product_id": pl.Int64,
    "opened_on": pl.Date,
    "restructured_on": pl.Date,
    "has_schedule": pl.String,
    "is_short": pl.String,
    "payment_status": pl.Int64,
}
LAST: Final[dict[str, Any]] = {"loan_id": pl.Int64, "severity": pl.Int32, "as_of": pl.String}
BEFORE: Final[dict[str, Any]] = {"loan_id": pl.Int64, "before": pl.Int32, "is_upgraded": pl.Boolean}
FLAGS: Final[dict[str, Any]] = {"loan_id": pl.Int64, "is_diverted": pl.String, "is_refinanced": pl.String}
APART: Final = 8
"""Numbers that lie on average further apart are named one by one, not as a range."""
CLOSE: Final = 2
"""The same where each of them costs a look-up."""
FEW: Final = 100

# A schedule is known as a whole (lending.services.book.reading): sums by the instant it was known, then the latest.
# A restructuring counts once it is known; one that came with the loan itself does always.
_LOANS: Final = """
WITH asked AS (
    SELECT id, product_id, opened_on, CASE WHEN restructured_on IS NOT NULL THEN (
        SELECT CASE WHEN count(*) = 0 THEN restructured_on ELSE max(changed_on) FILTER (WHERE c.known_at <= %(as_of)s)
        END FROM lending_loanchange c WHERE c.loan_id = lending_loan.id AND kind = 'RESTRUCTURED'
    ) END AS restructured_on
    FROM lending_loan
    WHERE {id} AND (known_at IS NULL OR known_at <= %(as_of)s)
), plan AS (
    SELECT DISTINCT ON (loan_id) loan_id, due FROM (
        SELECT loan_id, known_at,
            coalesce(sum(principal_minor + interest_minor + fee_minor) FILTER (WHERE due_on <= %(day)s), 0) AS due
        FROM lending_instalment WHERE {loan_id} AND known_at <= %(as_of)s GROUP BY loan_id, known_at
    ) known ORDER BY loan_id, known_at DESC
), paid AS (
    SELECT loan_id, sum(amount_minor) AS paid FROM lending_repayment
    WHERE {loan_id} AND paid_on <= %(day)s AND known_at <= %(as_of)s AND event_at <= %(as_of)s GROUP BY loan_id
), month AS (
    SELECT DISTINCT ON (loan_id) loan_id, payment_status FROM lending_loanmonth m
    WHERE {loan_id} AND business_date <= %(day)s AND known_at <= %(as_of)s
        AND NOT EXISTS (SELECT FROM plan WHERE plan.loan_id = m.loan_id)
    ORDER BY loan_id, business_date DESC, known_at DESC
)
SELECT a.id, a.product_id, a.opened_on, a.restructured_on, plan.loan_id IS NOT NULL,
    plan.due > greatest(coalesce(paid.paid, 0), 0), month.payment_status
FROM asked a LEFT JOIN plan ON plan.loan_id = a.id LEFT JOIN paid ON paid.loan_id = a.id
LEFT JOIN month ON month.loan_id = a.id
ORDER BY a.id
"""
# The last category that was not the best.
_LAST: Final = """
SELECT asked.id, last.severity, to_char(last.as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')
FROM lending_loan asked CROSS JOIN LATERAL (
    SELECT severity, as_of FROM monitoring_delinquencystate
    WHERE loan_id = asked.id AND severity > 0 AND as_of < %(as_of)s ORDER BY as_of DESC LIMIT 1
) AS last
WHERE {id}
"""
_FLAGS: Final = """
SELECT loan_id, bool_or(kind = 'diversion_confirmed'), bool_or(kind = 'evergreening' AND category <> 'suspected')
FROM lending_riskevent
WHERE {loan_id} AND kind IN ('diversion_confirmed', 'evergreening')
    AND known_at <= %(as_of)s AND event_at <= %(as_of)s
GROUP BY loan_id
"""


def loans_read(loan_ids: Sequence[int], day: date, as_of: datetime) -> pl.DataFrame:
    """LOANS of the loans there are, in order of id: whether they have a schedule, and whether something is unpaid."""
    frame = _read(_LOANS, LOANS, loan_ids, day=day, as_of=as_of)
    return frame.with_columns(pl.col("has_schedule") == "t", (pl.col("is_short") == "t").fill_null(False))


def before_read(loan_ids: Sequence[int], as_of: datetime) -> pl.DataFrame:
    """BEFORE of loans whose category was not the best: the last one, or what an upgrade approved since made of it."""
    last = {
        loan_id: (severity, datetime.fromisoformat(seen).replace(tzinfo=UTC))
        for loan_id, severity, seen in _read(_LAST, LAST, loan_ids, as_of=as_of).iter_rows()
    }
    upgrades = CategoryUpgrade.objects.filter(
        _near_loans(last), state=CategoryUpgrade.State.APPROVED, effective_as_of__lt=as_of
    )
    risen = {
        upgrade.loan_id: upgrade.to_severity
        for upgrade in upgrades_sound(upgrades.select_related("approval").order_by("effective_as_of"))
        if upgrade.loan_id in last
        and upgrade.effective_as_of is not None
        and upgrade.effective_as_of >= last[upgrade.loan_id][1]
    }
    rows = [(loan_id, risen.get(loan_id, severity), loan_id in risen) for loan_id, (severity, _) in last.items()]
    return pl.DataFrame(rows, schema=BEFORE, orient="row")


def flags_read(loan_ids: Sequence[int], as_of: datetime) -> pl.DataFrame:
    """FLAGS of loans with a confirmed diversion or arrears paid by a new loan."""
    return _read(_FLAGS, FLAGS, loan_ids, as_of=as_of).with_columns(
        pl.col("is_diverted") == "t", pl.col("is_refinanced") == "t"
    )


def pauses_read(loan_ids: Sequence[int], kind: str, known: datetime) -> pl.DataFrame:
    """PAUSES of a kind approved by `known`; one cut short before it began ends before it begins."""
    asked = frozenset(loan_ids)
    approved = LoanPause.objects.filter(
        _near_loans(asked), kind=kind, approval__state=Approval.State.APPROVED, approval__decided_at__lte=known
    )
    rows = [
        (pause.loan_id, pause.first_on, min(pause.last_on, pause.cut_on or pause.last_on))
        for pause in pauses_sound(approved.select_related("approval"))
        if pause.loan_id in asked
    ]
    return pl.DataFrame(rows, schema=PAUSES, orient="row")


def _near_loans(loan_ids: Collection[int]) -> Q:
    """Among what few loans have: by their range, for thousands of numbers cost more than what lies between."""
    if len(loan_ids) <= FEW:
        return Q(loan__in=loan_ids)
    return Q(loan__gte=min(loan_ids), loan__lte=max(loan_ids))


def _read(query: str, schema: dict[str, Any], loan_ids: Sequence[int], **values: Any) -> pl.DataFrame:
    ids = sorted(loan_ids)
    if not ids:
        return pl.DataFrame(schema=schema)
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        ranges = {"id": near("id", ids, CLOSE), "loan_id": near("loan_id", ids)}
        statement = cursor.mogrify(query.format(**ranges), {"ids": ids, **values}).decode()
        cursor.copy_expert(f"COPY ({statement}) TO STDOUT WITH (FORMAT csv)", buffer)
    buffer.seek(0)
    found = pl.read_csv(buffer, has_header=False, schema=schema, null_values=[""])
    return found.join(pl.DataFrame({"loan_id": ids}), on="loan_id", how="semi", maintain_order="left")


def near(column: str, ids: Sequence[int], apart: int = APART) -> str:
    """About those loans: by their range where they lie close, which an index reads in one go; else one by one.

    Ten thousand numbers take longer to write and to understand than the few rows between them.
    """
    if ids[-1] - ids[0] <= apart * len(ids):
        return f"{column} BETWEEN {ids[0]:d} AND {ids[-1]:d}"
    return f"{column} = ANY(%(ids)s)"


def near_of(column: str, ids: Sequence[int]) -> sql.Composable:
    """A condition for about those numbers: their range where they lie close, else each."""
    if not ids:
        return sql.SQL("false")
    return sql.SQL(near(column, sorted(ids)).replace("%(ids)s", "{}")).format(sql.Literal(list(ids)))
