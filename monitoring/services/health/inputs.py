"""What health codes are read from, for many customers at once: reviews, warnings, delinquency, diversion, disputes.

A customer's risk coefficient is that of the riskiest of their open loans: the PD the newest review gave it, on the
scale of the portrait policy in force, where the model states that policy's horizon.
"""

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl
from django.db import connection
from psycopg2 import sql

from audit.services.governed_live import governed_live
from lending.models import Product
from monitoring.health.columns import SCHEMA
from monitoring.levels import LEVELS
from monitoring.models import ReviewRun
from scoring.models import ModelPackage
from scoring.portraits.policy import KIND, PortraitPolicy
from scoring.scaling import margin_from_pd

_LOANS: Final = """
COPY (
    SELECT w.customer_id, l.id AS loan_id, u.is_comparable, r.pd, r.months_late, l.opened_on,
        greatest(l.opened_on, m.newest, p.newest, i.newest) AS newest
    FROM unnest({customers}::bigint[]) AS w (customer_id)
    LEFT JOIN lending_loan l ON l.customer_id = w.customer_id AND l.opened_on <= {day}
        AND (l.closed_on IS NULL OR l.closed_on > {day})
    LEFT JOIN unnest({products}::bigint[], {runs}::bigint[], {comparable}::boolean[])
        AS u (product_id, run_id, is_comparable) ON u.product_id = l.product_id
    LEFT JOIN monitoring_reviewresult r ON r.loan_id = l.id AND r.run_id = u.run_id
    LEFT JOIN LATERAL (
        SELECT max(business_date) AS newest FROM lending_loanmonth
        WHERE loan_id = l.id AND known_at <= {as_of} AND business_date <= {day}
    ) m ON true
    LEFT JOIN LATERAL (
        SELECT max(paid_on) AS newest FROM lending_repayment
        WHERE loan_id = l.id AND known_at <= {as_of} AND paid_on <= {day}
    ) p ON true
    LEFT JOIN LATERAL (
        -- A day on which something fell due and nothing came in is news too.
        SELECT max(due_on) AS newest FROM lending_instalment
        WHERE loan_id = l.id AND known_at <= {as_of} AND due_on <= {day}
    ) i ON true
) TO STDOUT WITH (FORMAT csv, HEADER)
"""
_OTHERS: Final = """
COPY (
    SELECT w.customer_id,
        (SELECT max(array_position({levels}::text[], e.level)) - 1 FROM monitoring_earlywarning e
         WHERE e.customer_id = w.customer_id AND e.state = 'OPEN') AS warning_rank,
        EXISTS (SELECT FROM monitoring_healthdispute d
                WHERE d.customer_id = w.customer_id AND d.kind = 'DISPUTE' AND d.state <> 'ANSWERED'
        ) AS has_open_dispute
    FROM unnest({customers}::bigint[]) AS w (customer_id)
) TO STDOUT WITH (FORMAT csv, HEADER)
"""
_LOAN_TYPES: Final[dict[str, Any]] = {
    "customer_id": pl.Int64,
    "loan_id": pl.Int64,
    "is_comparable": pl.String,
    "pd": pl.Float64,
    "months_late": pl.Int64,
    "opened_on": pl.Date,
    "newest": pl.Date,
}
_OTHER_TYPES: Final[dict[str, Any]] = {
    "customer_id": pl.Int64,
    "warning_rank": pl.Int64,
    "has_open_dispute": pl.String,
}


def inputs_read(customer_ids: Sequence[int], as_of: datetime, day: date) -> pl.DataFrame:
    """`customer_id` and the fields of HealthInputs (columns.SCHEMA), a row each; `day` is the business date."""
    values: dict[str, sql.Composable] = {
        "customers": sql.Literal(list(customer_ids)),
        "day": sql.Literal(day),
        "as_of": sql.Literal(as_of),
        "levels": sql.Literal(list(LEVELS)),
        **_reviews(as_of),
    }
    loans = _copied(_LOANS, values, _LOAN_TYPES).with_columns(pl.col("is_comparable") == "t")
    others = _copied(_OTHERS, values, _OTHER_TYPES).with_columns(pl.col("has_open_dispute") == "t")
    whole = loans.join(_judged(loans), on="loan_id", how="left")
    frame = _by_customer(whole, day, _scale(as_of)).join(others, on="customer_id", how="left")
    return frame.with_columns(pl.col("warning_rank").fill_null(0)).select("customer_id", *SCHEMA)


def _judged(loans: pl.DataFrame) -> pl.DataFrame:
    """[loan_id, dpd, category_rank, has_confirmed_diversion] of open loans."""
    late = pl.col("months_late")
    return loans.drop_nulls("loan_id").select(
        "loan_id",
        # From the monthly status: n months late is at least 30(n − 1) + 1 days.
        dpd=pl.when(late > 0).then(30 * (late - 1) + 1).otherwise(late),
        category_rank=pl.lit(None, pl.Int64),
        has_confirmed_diversion=pl.lit(False),
    )


def _by_customer(loans: pl.DataFrame, day: date, policy: PortraitPolicy | None) -> pl.DataFrame:
    usable = pl.col("pd").filter(pl.col("is_comparable"))
    held = pl.col("loan_id").count()
    grouped = loans.group_by("customer_id", maintain_order=True).agg(
        pd=usable.max(),
        # One loan of which it is not known leaves it open for the customer, unless another is late.
        dpd=pl.col("dpd").max(),
        dpd_missing=pl.col("dpd").is_null().any(),
        category_rank=pl.col("category_rank").max(),
        has_confirmed_diversion=pl.col("has_confirmed_diversion").fill_null(False).any(),
        newest=pl.col("newest").max(),
        opened_on=pl.col("opened_on").min(),
        completeness=pl.when(held > 0).then(usable.count() / held).otherwise(0.0),
    )
    months = (day.year - pl.col("opened_on").dt.year()) * 12 + day.month - pl.col("opened_on").dt.month()
    months -= (pl.col("opened_on").dt.day() > day.day).cast(pl.Int32)
    return grouped.with_columns(
        grx=_grx(policy),
        dpd=pl.when(pl.col("dpd_missing") & (pl.col("dpd").fill_null(0) == 0)).then(None).otherwise(pl.col("dpd")),
        data_age_days=(pl.lit(day) - pl.col("newest")).dt.total_days(),
        history_months=months.fill_null(0).cast(pl.Int64),
    )


def _grx(policy: PortraitPolicy | None) -> pl.Expr:
    """The coefficient of `pd`, as `scoring.portraits.coefficient` has it."""
    if policy is None:
        return pl.lit(None, pl.Float64)
    low = margin_from_pd(policy.p0)
    span = margin_from_pd(policy.p1) - low
    pd = pl.col("pd")
    return (((pd / (1.0 - pd)).log() - low) / span).clip(0.0, 1.0).round(9)


def _scale(as_of: datetime) -> PortraitPolicy | None:
    live = governed_live(KIND, on=as_of.astimezone(UTC).date())
    return live.value if live else None


def _reviews(as_of: datetime) -> dict[str, sql.Composable]:
    """Of each product the newest review that found anything by then, and whether its PDs fit the policy's scale."""
    runs = ReviewRun.objects.filter(as_of__lte=as_of, done_count__gt=0)
    newest = [runs.filter(product=product).order_by("-as_of", "-id").first() for product in Product.objects.all()]
    found = [run for run in newest if run is not None]
    policy = _scale(as_of)
    horizons = dict(
        ModelPackage.objects.filter(content_hash__in=[run.bundle.get("model") or "" for run in found]).values_list(
            "content_hash", "card__pd_horizon_months"
        )
    )
    fits = [policy is not None and horizons.get(run.bundle.get("model")) == policy.horizon_months for run in found]
    return {
        "products": sql.Literal([run.product_id for run in found]),
        "runs": sql.Literal([run.pk for run in found]),
        "comparable": sql.Literal(fits),
    }


def _copied(statement: str, values: dict[str, sql.Composable], types: dict[str, Any]) -> pl.DataFrame:
    into = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(sql.SQL(statement).format(**values), into)
    into.seek(0)
    return pl.read_csv(into, schema=types)
