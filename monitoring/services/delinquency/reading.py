"""Days past due, bucket and category of loans on a business date, as it was known: for reviews and everybody else."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

import polars as pl

from lending.models import Product
from lending.services.book.reading import instalments_as_of, repayments_as_of
from monitoring.delinquency.columns import (
    asks_of,
    bucket_column,
    category_column,
    dpd_columns,
    dpd_of_status,
    severity_columns,
)
from monitoring.delinquency_policy import Policies, policies_of
from monitoring.models import LoanPause
from monitoring.services.delinquency.histories import observed
from monitoring.services.delinquency.statements import before_read, flags_read, loans_read, pauses_read

FRAME: Final[dict[str, Any]] = {
    "loan_id": pl.Int64,
    "dpd": pl.Int32,
    "bucket": pl.String,
    "category": pl.String,
    "is_derived": pl.Boolean,
    "severity": pl.Int32,
    "now": pl.Int32,
    "causes": pl.String,
    "arrears_minor": pl.Int64,
    "mob": pl.Int32,
}
FLAGS: Final = ("is_technical", "is_restructured", "is_diverted", "is_refinanced", "is_upgraded")


def delinquency_of(loan_ids: Sequence[int], business_date: date, as_of: datetime) -> pl.DataFrame:
    """FRAME of the loans at the end of a business date, in order of loan_id, from what was known by `as_of`.

    `is_derived`: from a monthly status, for loans without a schedule. dpd is null where neither is known, bucket and
    category where no setting is in force that day. `severity` is the place of the category, 0 the best; `now` what it
    would be but for what it was before.
    """
    loans = loans_read(loan_ids, business_date, as_of)
    if loans.is_empty():
        return pl.DataFrame(schema=FRAME)
    products = Product.objects.in_bulk(loans["product_id"].unique().to_list())
    parts = [
        _of_product(part, policies_of(products[key[0]], business_date), business_date, as_of)
        for key, part in loans.partition_by("product_id", as_dict=True).items()
    ]
    return pl.concat(parts).sort("loan_id")


def _of_product(loans: pl.DataFrame, policies: Policies, day: date, as_of: datetime) -> pl.DataFrame:
    known = loans.join(_late(loans, policies, day, as_of), on="loan_id", how="left", maintain_order="left")
    dpd = (
        pl.when(pl.col("has_schedule"))
        .then(pl.col("dpd").fill_null(0))
        .when(pl.col("payment_status").is_not_null())
        .then(dpd_of_status())
    )
    is_derived = ~pl.col("has_schedule") & pl.col("payment_status").is_not_null()
    known = known.with_columns(
        dpd.cast(pl.Int32).alias("dpd"),
        is_derived.alias("is_derived"),
        pl.col("arrears_minor").fill_null(0),
        _months_on_book(day).alias("mob"),
    )
    buckets = policies.buckets
    known = known.with_columns((bucket_column(buckets.buckets) if buckets else pl.lit(None, pl.String)).alias("bucket"))
    return _classified(known, policies, day, as_of).select(FRAME.keys()).cast(pl.Schema(FRAME))


def _late(loans: pl.DataFrame, policies: Policies, day: date, as_of: datetime) -> pl.DataFrame:
    """[loan_id, dpd, arrears_minor] of loans with something unpaid."""
    short = loans.filter("is_short")["loan_id"].to_list()
    late = dpd_columns(
        asks_of(short, day),
        instalments_as_of(short, as_of),
        repayments_as_of(short, as_of),
        pauses=pauses_read(short, LoanPause.Kind.PAUSE, as_of),
        grace_days=policies.grace_days,
        holidays=policies.holidays,
    )
    return late.select(pl.col("ask").alias("loan_id"), "dpd", "arrears_minor")


def _classified(known: pl.DataFrame, policies: Policies, day: date, as_of: datetime) -> pl.DataFrame:
    classification, ids = policies.classification, known["loan_id"].to_list()
    if classification is None:  # what a category was before is not forgotten while no setting is in force
        nothing = [pl.lit(None, pl.String).alias(name) for name in ("category", "causes")]
        kept = known.join(before_read(ids, as_of), on="loan_id", how="left", maintain_order="left")
        return kept.with_columns(*nothing, pl.col("before").fill_null(0).alias("severity"), pl.lit(0).alias("now"))
    late = known.filter(pl.col("dpd") > 0)["loan_id"].to_list()
    technical = pauses_read(late, LoanPause.Kind.TECHNICAL, as_of)
    is_now = (pl.col("first_on") <= day) & (pl.col("last_on") >= day)
    technical_ids = technical.filter(is_now)["loan_id"].unique().to_list()
    facts = (
        known.join(before_read(ids, as_of), on="loan_id", how="left", maintain_order="left")
        .join(flags_read(ids, as_of), on="loan_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("loan_id").is_in(technical_ids).alias("is_technical"),
            pl.col("loan_id").is_in(observed(known, policies, day, as_of)).alias("is_restructured"),
        )
        .with_columns(pl.col(name).fill_null(False) for name in FLAGS)
    )
    facts = facts.with_columns(severity_columns(classification))
    is_known = pl.col("dpd").is_not_null()
    return facts.with_columns(
        pl.when(is_known).then(category_column(classification)).alias("category"),
        pl.when(is_known).then(pl.col("severity")).otherwise(0).alias("severity"),
    )


def _months_on_book(day: date) -> pl.Expr:
    opened = pl.col("opened_on")
    months = (day.year - opened.dt.year()) * 12 + day.month - opened.dt.month()
    return (months - (opened.dt.day() > day.day).cast(pl.Int32)).clip(lower_bound=0).cast(pl.Int32)
