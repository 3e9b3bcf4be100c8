"""Days past due, bucket and category of many loans at once: the column-wise twin of `dpd`, `buckets`, `classification`.
Pure.

`asks` names what is asked: `ask` (unique), `loan_id` and the business date `on`; most often one row a loan.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl

from monitoring.delinquency.buckets import Bucket, in_order
from monitoring.delinquency.classification import LoanClassification
from monitoring.delinquency.dpd import NO_HOLIDAYS, Holidays, Pause, due_day, merged

DUES: Final[dict[str, Any]] = {"loan_id": pl.Int64, "due_on": pl.Date, "due_minor": pl.Int64}
PAID: Final[dict[str, Any]] = {"loan_id": pl.Int64, "paid_on": pl.Date, "amount_minor": pl.Int64}
PAUSES: Final[dict[str, Any]] = {"loan_id": pl.Int64, "first_on": pl.Date, "last_on": pl.Date}
ASKS: Final[dict[str, Any]] = {"ask": pl.Int64, "loan_id": pl.Int64, "on": pl.Date}
"""Schemas of the frames; money in minor units."""
DAYS_OF_A_MONTH_LATE: Final = 30


def dpd_columns(
    asks: pl.DataFrame,
    dues: pl.DataFrame,
    paid: pl.DataFrame,
    *,
    pauses: pl.DataFrame | None = None,
    grace_days: int = 0,
    holidays: Holidays = NO_HOLIDAYS,
) -> pl.DataFrame:
    """[ask, dpd, arrears_minor, oldest_due_on] in the order of `asks`, as `dpd.days_past_due` and `dpd.arrears_of`."""
    unpaid = _unpaid(asks, _moved(dues, holidays), paid)
    late = _late(unpaid, pauses, grace_days)
    return asks.select("ask").join(late, on="ask", how="left", maintain_order="left").with_columns(
        pl.col("dpd").fill_null(0), pl.col("arrears_minor").fill_null(0)
    )  # fmt: skip


def dpd_of_status(status: str = "payment_status") -> pl.Expr:
    """Days past due from a month's status: n months late is at least 30(n - 1) + 1 days and at most 30n; the least."""
    late = pl.col(status).cast(pl.Int32)
    return pl.when(late > 0).then((late - 1) * DAYS_OF_A_MONTH_LATE + 1).otherwise(0)


def bucket_column(buckets: Sequence[Bucket], dpd: str = "dpd") -> pl.Expr:
    """The code of the bucket of a column of days past due, null where it is; `buckets` are sound."""
    found: pl.Expr = pl.lit(None, pl.String)
    for bucket in in_order(buckets):
        found = pl.when(pl.col(dpd) >= bucket.from_days).then(pl.lit(bucket.code)).otherwise(found)
    return found


def severity_columns(classification: LoanClassification) -> list[pl.Expr]:
    """`severity` and `causes` (words apart by spaces) as `classification.category_of`, and `now`: the severity but for
    what was before.

    Reads dpd, is_technical, is_restructured, is_diverted, is_refinanced, before (null: nothing) and is_upgraded.
    """
    says = {
        "DPD": _by_days(classification),
        "RESTRUCTURED": _floor("is_restructured", classification.severity(classification.restructured_at_least)),
        "DIVERTED": _floor("is_diverted", classification.severity(classification.diverted_at_least)),
        "REFINANCED": _floor("is_refinanced", classification.severity(classification.refinanced_at_least)),
    }
    now = pl.max_horizontal(*says.values())
    before = pl.col("before").fill_null(0).cast(pl.Int32)
    severity = pl.max_horizontal(now, before)
    kept = before > now
    words = [pl.when(~kept & (level == severity) & (level > 0)).then(pl.lit(cause)) for cause, level in says.items()]
    held = pl.when(kept).then(pl.when(pl.col("is_upgraded")).then(pl.lit("UPGRADED")).otherwise(pl.lit("KEPT")))
    is_short = pl.col("is_technical") & (pl.col("dpd") > 0) & (pl.col("dpd") <= classification.technical_days)
    technical = pl.when(is_short).then(pl.lit("TECHNICAL"))
    causes = pl.concat_str([*words, held, technical], separator=" ", ignore_nulls=True)
    return [severity.alias("severity"), now.alias("now"), causes.alias("causes")]


def category_column(classification: LoanClassification, severity: str = "severity") -> pl.Expr:
    """The code of the category of a severity."""
    codes = {place: category.code for place, category in enumerate(classification.categories)}
    return pl.col(severity).clip(0, len(codes) - 1).replace_strict(codes, return_dtype=pl.String)


def _moved(dues: pl.DataFrame, holidays: Holidays) -> pl.DataFrame:
    moves = {day: due_day(day, holidays) for day in holidays}
    return dues.with_columns(pl.col("due_on").replace(moves)) if moves else dues


def _unpaid(asks: pl.DataFrame, dues: pl.DataFrame, paid: pl.DataFrame) -> pl.DataFrame:
    """[ask, on, due_on, due_minor, unpaid_minor up to it] of instalments due by the day and not covered."""
    received = (
        asks.join(paid, on="loan_id")
        .filter(pl.col("paid_on") <= pl.col("on"))
        .group_by("ask")
        .agg(pl.col("amount_minor").sum().clip(lower_bound=0).alias("received"))
    )
    return (
        asks.join(dues, on="loan_id")
        .filter(pl.col("due_on") <= pl.col("on"))
        .sort("ask", "due_on")
        .join(received, on="ask", how="left", maintain_order="left")
        .with_columns((pl.col("due_minor").cum_sum().over("ask") - pl.col("received").fill_null(0)).alias("short"))
        .filter(pl.col("short") > 0)
    )


def _late(unpaid: pl.DataFrame, pauses: pl.DataFrame | None, grace_days: int) -> pl.DataFrame:
    late = unpaid.group_by("ask").agg(
        pl.col("loan_id").first(),
        pl.col("on").first(),
        pl.col("due_on").min().alias("oldest_due_on"),
        # The last sum that fell due before the day is all that is in arrears.
        pl.col("short").filter(pl.col("due_on") < pl.col("on")).max().fill_null(0).alias("arrears_minor"),
    )
    paused = _paused(late, pauses)
    elapsed = (pl.col("on") - pl.col("oldest_due_on")).dt.total_days() - pl.col("paused").fill_null(0)
    return late.join(paused, on="ask", how="left").select(
        "ask",
        pl.when(elapsed > grace_days).then(elapsed).otherwise(0).cast(pl.Int32).alias("dpd"),
        "arrears_minor",
        "oldest_due_on",
    )


def _paused(late: pl.DataFrame, pauses: pl.DataFrame | None) -> pl.DataFrame:
    if pauses is None or pauses.is_empty():
        return pl.DataFrame(schema={"ask": pl.Int64, "paused": pl.Int64})
    first = pl.max_horizontal("first_on", pl.col("oldest_due_on").dt.offset_by("1d"))
    days = (pl.min_horizontal("last_on", "on") - first).dt.total_days() + 1
    return (
        late.join(pauses_merged(pauses), on="loan_id")
        .group_by("ask")
        .agg(days.clip(lower_bound=0).sum().cast(pl.Int64).alias("paused"))
    )


def pauses_merged(pauses: pl.DataFrame) -> pl.DataFrame:
    """Each loan's pauses as `dpd.merged`: few loans have any."""
    by_loan = dict[int, list[Pause]]()
    for loan_id, first_on, last_on in pauses.select("loan_id", "first_on", "last_on").iter_rows():
        by_loan.setdefault(loan_id, []).append(Pause(first_on, last_on))
    rows = [(loan_id, *pause) for loan_id, found in by_loan.items() for pause in merged(found)]
    return pl.DataFrame(rows, schema=PAUSES, orient="row")


def asks_of(loan_ids: Sequence[int], on: date) -> pl.DataFrame:
    """One question a loan, all of one day; `ask` is the loan's number."""
    ids = pl.Series("loan_id", loan_ids, dtype=pl.Int64)
    return pl.DataFrame({"ask": ids, "loan_id": ids}).with_columns(pl.lit(on).alias("on"))


def _by_days(classification: LoanClassification) -> pl.Expr:
    steps = [(pl.col("dpd") >= category.from_days).cast(pl.Int32) for category in classification.categories]
    level = pl.sum_horizontal(steps) - 1
    is_short = pl.col("is_technical") & (pl.col("dpd") <= classification.technical_days)
    return pl.when(is_short).then(0).otherwise(level).cast(pl.Int32)


def _floor(flag: str, severity: int) -> pl.Expr:
    return pl.when(pl.col(flag)).then(severity).otherwise(0).cast(pl.Int32)
