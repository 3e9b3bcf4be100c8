"""Who had a due date in a month and missed one, from schedules and payments as they were known. Pure, column-wise."""

from datetime import date
from typing import Final

import polars as pl

SCHEMA: Final = {
    "month": pl.Date,
    "region_id": pl.Int64,
    "customers_due": pl.Int64,
    "customers_missed": pl.Int64,
}


def missed_by_schedule(
    loans: pl.DataFrame, instalments: pl.DataFrame, repayments: pl.DataFrame, grace_days: int, since: date, until: date
) -> pl.DataFrame:
    """Due dates from `since` to `until`: [loan_id, customer_id, region_id, month, missed], one row a loan and month.

    `loans` has loan_id, customer_id, region_id; the others are as `lending.services.book.reading` gives them. A due
    date is missed where all that was paid by its end of grace is less than all that was due by it: a payment settles
    the oldest first, so who is behind stays behind until they have caught up.
    """
    owed = (
        instalments.sort("loan_id", "due_on")
        .group_by("loan_id", "due_on", maintain_order=True)
        .agg(pl.col("due_minor").sum())
        .with_columns(owed=pl.col("due_minor").cum_sum().over("loan_id"))
        .filter(pl.col("due_on").is_between(since, until))
        .with_columns(latest=pl.col("due_on").dt.offset_by(f"{grace_days}d"))
        .sort("latest")
    )
    paid = (
        repayments.sort("loan_id", "paid_on")
        .with_columns(paid=pl.col("amount_minor").cum_sum().over("loan_id"))
        .group_by("loan_id", "paid_on", maintain_order=True)
        .agg(pl.col("paid").last())
        .sort("paid_on")
    )
    judged = owed.join_asof(
        paid, left_on="latest", right_on="paid_on", by="loan_id", strategy="backward", check_sortedness=False
    ).with_columns(
        month=pl.col("due_on").dt.truncate("1mo"),
        missed=pl.col("paid").fill_null(0) < pl.col("owed"),
    )
    return judged.group_by("loan_id", "month").agg(pl.col("missed").any()).join(loans, on="loan_id")


def customers_by_month(judged: pl.DataFrame) -> pl.DataFrame:
    """SCHEMA: each customer once a month, in the region of their loans (of several, the one with the lowest id)."""
    if judged.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    people = judged.group_by("customer_id", "month").agg(pl.col("region_id").min(), missed=pl.col("missed").any())
    found = people.group_by("month", "region_id").agg(
        customers_due=pl.len().cast(pl.Int64), customers_missed=pl.col("missed").sum().cast(pl.Int64)
    )
    return found.select(list(SCHEMA)).sort("month", "region_id", nulls_last=False)
