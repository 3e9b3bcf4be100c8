"""What health codes are read from, for many customers at once: reviews, warnings, delinquency, diversion, disputes.

A customer's risk coefficient is that of the riskiest of their open loans: the PD the newest review gave it, on the
scale of the portrait policy in force, where the model states that policy's horizon.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from psycopg2 import sql

from lending.models import Product
from lending.open_loans import open_loan
from monitoring.health.colour import CATEGORY_RANKS
from monitoring.health.columns import SCHEMA
from monitoring.levels import LEVELS
from monitoring.models import ReviewRun
from monitoring.services.coefficient_scale import are_comparable, scale_live
from monitoring.services.copies import copied
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.delinquency.statements import near_of
from monitoring.services.diversion.reading import diversion_of
from scoring.portraits.coefficient import coefficient_column
from scoring.portraits.policy import PortraitPolicy

MOST_REVIEWS: Final = 100
"""Of a product that is never reviewed whole: a loan that none of its last reviews looked at was not reviewed."""
UNKNOWN_RANK: Final = 2
# Rows that a review wrote a moment ago are read by themselves and joined here: whatever statistics say of them.
_LOANS: Final = f"""
COPY (
    SELECT w.customer_id, l.id AS loan_id, l.opened_on, greatest(l.opened_on, m.newest, p.newest, i.newest) AS newest
    FROM unnest({{customers}}::bigint[]) AS w (customer_id)
    LEFT JOIN lending_loan l ON l.customer_id = w.customer_id AND {open_loan("l")}
    LEFT JOIN LATERAL (
        SELECT max(business_date) AS newest FROM lending_loanmonth
        WHERE loan_id = l.id AND known_at <= {{as_of}} AND business_date <= {{day}}
    ) m ON true
    LEFT JOIN LATERAL (
        SELECT max(paid_on) AS newest FROM lending_repayment
        WHERE loan_id = l.id AND known_at <= {{as_of}} AND paid_on <= {{day}}
    ) p ON true
    LEFT JOIN LATERAL (
        -- A day on which something fell due and nothing came in is news too.
        SELECT max(due_on) AS newest FROM lending_instalment
        WHERE loan_id = l.id AND known_at <= {{as_of}} AND due_on <= {{day}}
    ) i ON true
) TO STDOUT WITH (FORMAT csv)
"""  # noqa: S608  # a condition of our own
_RESULTS: Final = """
COPY (SELECT loan_id, run_id, pd FROM monitoring_reviewresult WHERE run_id = ANY({runs}::bigint[]) AND {near})
TO STDOUT WITH (FORMAT csv)
"""
_STATES: Final = """
COPY (
    SELECT loan_id, dpd, category FROM monitoring_delinquencystate WHERE run_id = {run} AND as_of = {as_of} AND {near}
) TO STDOUT WITH (FORMAT csv)
"""
_WARNINGS: Final = """
COPY (
    SELECT customer_id, max(array_position({levels}::text[], level)) - 1 AS warning_rank
    FROM monitoring_earlywarning WHERE state = 'OPEN' AND {near} GROUP BY customer_id
) TO STDOUT WITH (FORMAT csv)
"""
_DISPUTES: Final = """
COPY (
    SELECT DISTINCT customer_id FROM monitoring_healthdispute WHERE kind = 'DISPUTE' AND state <> 'ANSWERED' AND {near}
) TO STDOUT WITH (FORMAT csv)
"""
LOAN_TYPES: Final[dict[str, Any]] = {
    "customer_id": pl.Int64,
    "loan_id": pl.Int64,
    "opened_on": pl.Date,
    "newest": pl.Date,
}
_RESULT_TYPES: Final[dict[str, Any]] = {"loan_id": pl.Int64, "run_id": pl.Int64, "pd": pl.Float64}
_STATE_TYPES: Final[dict[str, Any]] = {"loan_id": pl.Int64, "dpd": pl.Int64, "category": pl.String}
_WARNING_TYPES: Final[dict[str, Any]] = {"customer_id": pl.Int64, "warning_rank": pl.Int64}


def inputs_read(
    customer_ids: Sequence[int], as_of: datetime, day: date, *, at: datetime, run_id: int | None = None
) -> pl.DataFrame:
    """`customer_id` and the fields of HealthInputs (columns.SCHEMA), a row each; `day` is the business date.

    The scale of the coefficient is the one in force when it is read, `at`. What the review `run_id` kept of delinquency
    is taken as it is; what it did not keep is worked out.
    """
    scale = scale_live(at)
    values: dict[str, sql.Composable] = {
        "customers": sql.Literal(list(customer_ids)),
        "day": sql.Literal(day),
        "as_of": sql.Literal(as_of),
        "run": sql.Literal(run_id),
    }
    loans = copied(_LOANS, values, LOAN_TYPES)
    values["near"] = near_of("loan_id", loans["loan_id"].drop_nulls().to_list())
    loans = loans.join(_results(values, _reviews(as_of, scale)), on="loan_id", how="left", maintain_order="left")
    held = loans.drop_nulls("loan_id").select("loan_id")
    states = _complete(held.join(copied(_STATES, values, _STATE_TYPES), on="loan_id", how="left"), day, as_of)
    return inputs_of(loans.join(judged(states, as_of), on="loan_id", how="left", maintain_order="left"), day, scale)


def inputs_of(loans: pl.DataFrame, day: date, scale: PortraitPolicy | None) -> pl.DataFrame:
    """The same from all open loans of the customers: LOAN_TYPES, `pd`, `is_comparable` and what `judged` gives."""
    frame = _by_customer(loans, day, scale)
    values = {
        "near": near_of("customer_id", frame["customer_id"].to_list()),
        "levels": sql.Literal(list(LEVELS)),
    }
    frame = frame.join(copied(_WARNINGS, values, _WARNING_TYPES), on="customer_id", how="left", maintain_order="left")
    disputed = copied(_DISPUTES, values, {"customer_id": pl.Int64})["customer_id"]
    return frame.with_columns(
        pl.col("warning_rank").fill_null(0), has_open_dispute=pl.col("customer_id").is_in(disputed.implode())
    ).select("customer_id", *SCHEMA)


def _results(values: dict[str, sql.Composable], reviews: pl.DataFrame) -> pl.DataFrame:
    """[loan_id, pd, is_comparable]: the newest result of each loan."""
    values = values | {"runs": sql.Literal(reviews["run_id"].to_list())}
    found = copied(_RESULTS, values, _RESULT_TYPES).join(reviews, on="run_id")
    if reviews.height > 1:
        found = found.sort("place").unique("loan_id", keep="first")
    return found.select("loan_id", "pd", "is_comparable")


def _complete(held: pl.DataFrame, day: date, as_of: datetime) -> pl.DataFrame:
    """[loan_id, dpd, category] of loans, those worked out of which no dpd was kept."""
    rest = held.filter(pl.col("dpd").is_null())["loan_id"].to_list()
    if not rest:
        return held
    known = delinquency_of(rest, day, as_of).select("loan_id", pl.col("dpd").cast(pl.Int64), "category")
    return pl.concat([held.filter(pl.col("dpd").is_not_null()), known])


def judged(states: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """[loan_id, dpd, category_rank, has_confirmed_diversion] from [loan_id, dpd, category]."""
    confirmed = diversion_of(states["loan_id"].to_list(), as_of).filter(pl.col("state") == "CONFIRMED")["loan_id"]
    return states.select(
        "loan_id",
        pl.col("dpd").cast(pl.Int64),
        # A category that this policy does not know is not taken for a good one.
        category_rank=pl.col("category")
        .replace("", None)
        .replace_strict(
            CATEGORY_RANKS,
            default=pl.when(pl.col("category").str.len_bytes() > 0).then(UNKNOWN_RANK),
            return_dtype=pl.Int64,
        ),
        has_confirmed_diversion=pl.col("loan_id").is_in(confirmed.implode()),
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
        grx=coefficient_column(pl.col("pd"), policy),
        dpd=pl.when(pl.col("dpd_missing") & (pl.col("dpd").fill_null(0) == 0)).then(None).otherwise(pl.col("dpd")),
        data_age_days=(pl.lit(day) - pl.col("newest")).dt.total_days(),
        history_months=months.fill_null(0).cast(pl.Int64),
    )


def _reviews(as_of: datetime, policy: PortraitPolicy | None) -> pl.DataFrame:
    """[run_id, is_comparable, place]: reviews a loan's newest result is looked for in, the latest of a product first,
    and whether their PDs fit the policy's scale.

    Of each product those back to one of the whole portfolio.
    """
    found: list[ReviewRun] = []
    for product in Product.objects.all():
        runs = ReviewRun.objects.filter(product=product, as_of__lte=as_of, done_count__gt=0).order_by("-as_of", "-id")
        # Those of some customers come by the minute: they do not count towards the most, or by night none were left.
        nights = list(runs.exclude(scope=ReviewRun.Scope.CUSTOMERS)[:MOST_REVIEWS])
        whole = (run for run in nights if (run.scope, run.state) == (ReviewRun.Scope.ALL, ReviewRun.State.COMPLETE))
        earliest = next(whole, nights[-1] if nights else None)
        found += runs.filter(as_of__gte=earliest.as_of) if earliest else runs[:MOST_REVIEWS]
    schema = {"run_id": pl.Int64, "is_comparable": pl.Boolean}
    frame = pl.DataFrame({"run_id": [run.pk for run in found], "is_comparable": are_comparable(found, policy)}, schema)
    return frame.with_row_index("place")
