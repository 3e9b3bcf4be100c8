"""Who had a due date in a month and missed one, from schedules and payments as they were known. Pure, column-wise."""

from datetime import date
from typing import Final

import polars as pl

from monitoring.delinquency.dpd import NO_HOLIDAYS, Holidays
from monitoring.delinquency.last_days import last_days

SCHEMA: Final = {
    "month": pl.Date,
    "region_id": pl.Int64,
    "customers_due": pl.Int64,
    "customers_missed": pl.Int64,
}


def missed_by_schedule(
    loans: pl.DataFrame,
    instalments: pl.DataFrame,
    repayments: pl.DataFrame,
    *,
    grace_days: int,
    since: date,
    until: date,
    holidays: Holidays = NO_HOLIDAYS,
    pauses: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Due dates from `since` to `until`: [loan_id, customer_id, region_id, month, missed], one row a loan and month.

    `loans` has loan_id, customer_id, region_id; the others are as `lending.services.book.reading` gives them, `pauses`
    as `delinquency.columns.PAUSES`. A due date moved behind holidays is one of the month it falls in then. It is missed
    where the loan was late by it, as days past due say, when its month and the days of grace had ended: a pause that
    runs longer leaves it due and not missed, however late the month is counted.
    """
    dues = last_days(instalments, grace_days=grace_days, holidays=holidays, pauses=pauses)
    closed_on = pl.col("falls_on").dt.month_end() + pl.duration(days=grace_days)
    judged = unpaid_at_last(dues, repayments).filter(pl.col("falls_on").is_between(since, until))
    return (
        judged.with_columns(
            month=pl.col("falls_on").dt.truncate("1mo"),
            missed=pl.col("unpaid") & (pl.col("last_on") <= closed_on),
        )
        .group_by("loan_id", "month")
        .agg(pl.col("missed").any())
        .join(loans, on="loan_id")
    )


def unpaid_at_last(dues: pl.DataFrame, repayments: pl.DataFrame) -> pl.DataFrame:
    """[loan_id, falls_on, last_on, unpaid] of `dues` as `last_days` gives them: whether all that was paid by the end of
    `last_on` is less than all that was due by `falls_on`. A payment settles the oldest first, so who is behind stays
    behind until they have caught up."""
    owed = (
        dues.group_by("loan_id", "falls_on", "last_on")
        .agg(pl.col("due_minor").sum())
        .sort("loan_id", "falls_on")
        .with_columns(owed=pl.col("due_minor").cum_sum().over("loan_id"))
        .sort("last_on")
    )
    paid = (
        repayments.sort("loan_id", "paid_on")
        .with_columns(paid=pl.col("amount_minor").cum_sum().over("loan_id"))
        .group_by("loan_id", "paid_on", maintain_order=True)
        .agg(pl.col("paid").last())
        .sort("paid_on")
    )
    found = owed.join_asof(
        paid, left_on="last_on", right_on="paid_on", by="loan_id", strategy="backward", check_sortedness=False
    )
    unpaid = pl.col("paid").fill_null(0) < pl.col("owed")
    return found.select("loan_id", "falls_on", "last_on", unpaid=unpaid)


def customers_by_month(judged: pl.DataFrame) -> pl.DataFrame:
    """SCHEMA: each customer once a month, in the region of their loans (of several, the one with the lowest id)."""
    if judged.is_empty():
        return pl.DataFrame(schema=SCHEMA)
    people = judged.group_by("customer_id", "month").agg(pl.col("region_id").min(), missed=pl.col("missed").any())
    found = people.group_by("month", "region_id").agg(
        customers_due=pl.len().cast(pl.Int64), customers_missed=pl.col("missed").sum().cast(pl.Int64)
    )
    return found.select(list(SCHEMA)).sort("month", "region_id", nulls_last=False)
