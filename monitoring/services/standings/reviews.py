"""Standings as a review finds them: by part of customers with one open loan of the product, of others at its end."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl
from django.db import connection
from psycopg2 import sql

from monitoring.levels import LEVELS
from monitoring.models import ReviewResult, ReviewRun
from monitoring.services.coefficient_scale import are_comparable, scale_live
from monitoring.services.copies import copied
from monitoring.services.delinquency.statements import near_of
from monitoring.services.earlier_runs import EarlierRuns
from monitoring.services.planning import joined_as_sets
from monitoring.services.standings.closing import standings_clear
from monitoring.services.standings.writing import (
    FIGURES,
    diverted_customers,
    is_open,
    open_warnings,
    standings_say,
)
from scoring.portraits.coefficient import coefficient_column
from scoring.portraits.policy import PortraitPolicy

DIGITS: Final = 2
"""Of a coefficient: smaller moves are no news."""
FOUND: Final[dict[str, Any]] = {
    "customer_id": pl.Int64,
    "loan_id": pl.Int64,
    "pd": pl.Float64,
    "is_comparable": pl.Boolean,
    "months_late": pl.Int64,
    "dpd": pl.Int64,
    "category": pl.String,
    "severity": pl.Int64,
}
"""What reviews found of a loan; `is_comparable`: the PD is over the horizon of the portrait policy."""
_SEVERAL: Final = """
COPY (
    SELECT customer_id FROM lending_loan WHERE product_id = {product} AND {near} AND {is_open}
    GROUP BY customer_id HAVING count(*) > 1
) TO STDOUT WITH (FORMAT csv)
"""
_LOANS: Final = """
COPY (
    SELECT customer_id, id FROM lending_loan WHERE product_id = {product} AND {near} AND {is_open}
) TO STDOUT WITH (FORMAT csv)
"""
_LATER_RUNS: Final = """
SELECT id FROM monitoring_reviewrun
WHERE product_id = %(product)s AND as_of > %(as_of)s AND scope = 'CUSTOMERS' AND done_count > 0
"""
_LATER: Final = """
COPY (
    SELECT DISTINCT l.customer_id FROM monitoring_reviewresult r JOIN lending_loan l ON l.id = r.loan_id
    WHERE r.run_id = ANY({runs}::bigint[]) AND {near}
) TO STDOUT WITH (FORMAT csv)
"""
# Of each loan the newest, of this review or an earlier one.
_RESULTS: Final = """
COPY (
    SELECT DISTINCT ON (r.loan_id) r.loan_id, r.pd, r.run_id, r.months_late
    FROM monitoring_reviewresult r JOIN monitoring_reviewrun earlier ON earlier.id = r.run_id
    WHERE {runs_r} AND {near}
    ORDER BY r.loan_id, earlier.as_of DESC, earlier.id DESC
) TO STDOUT WITH (FORMAT csv)
"""
_STATES: Final = """
COPY (
    SELECT DISTINCT ON (s.loan_id) s.loan_id, s.dpd, s.category, s.severity
    FROM monitoring_delinquencystate s JOIN monitoring_reviewrun earlier ON earlier.id = s.run_id
    WHERE {runs_s} AND {near}
    ORDER BY s.loan_id, earlier.as_of DESC, earlier.id DESC
) TO STDOUT WITH (FORMAT csv)
"""
_CUSTOMERS: Final = {"customer_id": pl.Int64}


def standings_write(*, run: ReviewRun, findings: pl.DataFrame, states: pl.DataFrame, day: date, at: datetime) -> int:
    """The standings of a part's customers, from what it found ([_customer_id, _loan_id, pd, _months_late]) and the
    delinquency of its loans; returns how many were written. For the latest review of the product only.

    Customers with several open loans of the product, which may lie in several parts, are left to `standings_end`.
    """
    if findings.is_empty():
        return 0
    customers = findings["_customer_id"].unique().to_list()
    left_out = [*_several(run, day, customers), *_spoken_of_later(run, customers)]
    scale = scale_live(at)
    (is_comparable,) = are_comparable([run], scale)
    found = findings.filter(~pl.col("_customer_id").is_in(left_out)).select(
        pl.col("_customer_id").alias("customer_id"),
        pl.col("_loan_id").alias("loan_id"),
        "pd",
        pl.lit(is_comparable).alias("is_comparable"),
        pl.col("_months_late").fill_null(0).alias("months_late"),
    )
    judged = states.select("loan_id", "dpd", "category", "severity")
    return _say(run, found.join(judged, on="loan_id", how="left"), scale, at)


def standings_end(*, run: ReviewRun, day: date, earlier: EarlierRuns, at: datetime) -> int:
    """Once all parts are done: of customers with several open loans, by the newest review of each (`earlier`: reviews
    before this one), and of those whose last loan is closed. Returns how many were written."""
    written = 0
    if run.scope != ReviewRun.Scope.CUSTOMERS:
        written = standings_clear(product_id=run.product_id, as_of=run.as_of, day=day, at=at)
    looked_at = None
    if run.scope != ReviewRun.Scope.ALL:
        reviewed = ReviewResult.objects.filter(run=run).order_by("loan__customer_id")
        looked_at = list(reviewed.values_list("loan__customer_id", flat=True).distinct())
    customers = _several(run, day, looked_at)
    later = frozenset(_spoken_of_later(run, customers))
    customers = sorted(customer for customer in customers if customer not in later)
    if not customers:
        return written
    scale = scale_live(at)
    values = _values(run, day, near_of("customer_id", customers))
    loans = copied(_LOANS, values, {"customer_id": pl.Int64, "loan_id": pl.Int64})
    loans = loans.filter(pl.col("customer_id").is_in(customers)).sort("loan_id")
    values |= {
        "near": near_of("loan_id", loans["loan_id"].to_list()),
        "runs_r": earlier.are("r.run_id", or_itself=True),
        "runs_s": earlier.are("s.run_id", or_itself=True),
    }
    with joined_as_sets():
        types = {"loan_id": pl.Int64, "pd": pl.Float64, "run_id": pl.Int64, "months_late": pl.Int64}
        results = copied(_RESULTS, values, types)
        states = copied(_STATES, values, {name: FOUND[name] for name in ("loan_id", "dpd", "category", "severity")})
    looked_in = list(ReviewRun.objects.filter(pk__in=results["run_id"].unique().to_list()))
    comparable = zip(looked_in, are_comparable(looked_in, scale), strict=True)
    fitting = [one.pk for one, is_comparable in comparable if is_comparable]
    results = results.with_columns(is_comparable=pl.col("run_id").is_in(fitting)).drop("run_id")
    found = loans.join(results, on="loan_id").join(states, on="loan_id", how="left")
    return written + _say(run, found, scale, at)


def _say(run: ReviewRun, found: pl.DataFrame, scale: PortraitPolicy | None, at: datetime) -> int:
    """Write what FOUND, a row a customer or several, comes to."""
    if found.is_empty():
        return 0
    warned = open_warnings(found["loan_id"].sort().to_list())
    diverted = diverted_customers(found["customer_id"].unique().sort().to_list(), run.product_id, at)
    told = told_of(found.join(warned, on="loan_id", how="left"), scale, diverted)
    return standings_say(told=told, product_id=run.product_id, as_of=run.as_of, at=at)


def told_of(found: pl.DataFrame, scale: PortraitPolicy | None, diverted: Sequence[int]) -> pl.DataFrame:
    """[customer_id] and FIGURES from FOUND with `rank` (of the open warning): the worst of a customer's loans."""
    one = found.with_columns(
        pd=pl.when("is_comparable").then("pd"),
        open_warnings=pl.col("rank").is_not_null().cast(pl.Int64),
    )
    if found["customer_id"].is_duplicated().any():
        one = one.group_by("customer_id").agg(
            pl.col("rank", "months_late", "dpd", "severity", "pd").max(),
            pl.col("open_warnings").sum(),
            pl.col("category").sort_by("severity", nulls_last=False).last(),
        )
    figures = {
        "warning_level": pl.col("rank").fill_null(0).replace_strict(dict(enumerate(LEVELS)), return_dtype=pl.String),
        "loan_category": pl.col("category").fill_null(""),
        "category_severity": pl.col("severity"),
        "has_confirmed_diversion": pl.col("customer_id").is_in(diverted),
        "grx": coefficient_column(pl.col("pd"), scale).round(DIGITS),
    }
    return one.select(
        figures.get(name, pl.col(name)).cast(kind).alias(name) for name, kind in (_CUSTOMERS | FIGURES).items()
    )


def _several(run: ReviewRun, day: date, customer_ids: Sequence[int] | None) -> list[int]:
    """Those with several open loans of the product; None: of all."""
    near = sql.SQL("true") if customer_ids is None else near_of("customer_id", sorted(customer_ids))
    return copied(_SEVERAL, _values(run, day, near), _CUSTOMERS)["customer_id"].to_list()


def _spoken_of_later(run: ReviewRun, customer_ids: Sequence[int]) -> list[int]:
    """Customers of whom a review between the reviews has spoken as of later: it may have found nothing new to write."""
    with connection.cursor() as cursor:
        cursor.execute(_LATER_RUNS, {"product": run.product_id, "as_of": run.as_of})
        runs = [row[0] for row in cursor.fetchall()]
    if not runs:
        return []
    values = {"runs": sql.Literal(runs), "near": near_of("l.customer_id", sorted(customer_ids))}
    return copied(_LATER, values, _CUSTOMERS)["customer_id"].to_list()


def _values(run: ReviewRun, day: date, near: sql.Composable) -> dict[str, sql.Composable]:
    return {"product": sql.Literal(run.product_id), "is_open": is_open(day, run.as_of), "near": near}
