"""Days past due at the end of each month since a loan's first instalment: what its outcome is told by."""

from datetime import date, datetime

import polars as pl

from lending.models import Product
from lending.services.book.reading import instalments_as_of, repayments_as_of
from monitoring.delinquency.columns import dpd_columns
from monitoring.delinquency_policy import policies_of
from monitoring.models import LoanPause
from monitoring.services.delinquency.statements import pauses_read


def month_end_dpd(loan_ids: list[int], product: Product, until: date, known_by: datetime) -> pl.DataFrame:
    """[loan_id, day, dpd] in order, for loans with a schedule: calendar month ends from its first due date to `until`.

    From what was known by `known_by`; pauses, grace days and holidays as the policies in force on `until` say.
    """
    dues = instalments_as_of(loan_ids, known_by)
    scheduled = dues.group_by("loan_id").agg(pl.col("due_on").min().alias("first"))
    asks = (
        scheduled.filter(pl.col("first") <= until)
        .select("loan_id", day=pl.date_ranges(pl.col("first").dt.month_start(), pl.lit(until), "1mo"))
        .explode("day")
        .with_columns(pl.col("day").dt.month_end())
        .filter(pl.col("day") <= until)
        .sort("loan_id", "day")
        .with_row_index("ask")
        .select(pl.col("ask").cast(pl.Int64), "loan_id", pl.col("day").alias("on"))
    )
    policies = policies_of(product, until)
    late = dpd_columns(
        asks,
        dues,
        repayments_as_of(loan_ids, known_by),
        pauses=pauses_read(loan_ids, LoanPause.Kind.PAUSE, known_by),
        grace_days=policies.grace_days,
        holidays=policies.holidays,
    )
    return asks.select("loan_id", pl.col("on").alias("day"), late["dpd"])
