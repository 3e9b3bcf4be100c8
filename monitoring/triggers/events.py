"""Events told from facts in the book: instalments missed, incomes that stopped together, regions in shock. Pure.

Frames in, frames out; nothing later than the frames' own facts is known here, so what is found of a day stays found.
"""

from datetime import date
from typing import Final, Literal

import msgspec
import polars as pl

from monitoring.delinquency.dpd import NO_HOLIDAYS, Holidays
from monitoring.delinquency.last_days import last_days

CaseLevel = Literal["BLUE", "YELLOW", "ORANGE", "RED"]
"""A level that calls for something."""


class EventThresholds(msgspec.Struct, frozen=True):
    """From where on a fact about many, or about others, is an event of one customer: part of the policy on warnings.

    What a single customer's own numbers say has its thresholds in the rule sets.
    """

    employer_stopped_least: int = 3
    """Customers of one employer whose income stopped."""
    employer_stopped_share: float = 0.2
    """And their share of all its customers with an income."""
    region_indicator: str = "unemployment_rate"
    region_months: int = 3
    region_rise: float = 0.02
    """Rise of the indicator within so many months, in its own unit (of a share: two points)."""
    linked_level: CaseLevel = "ORANGE"
    """A linked customer whose warning is of this level or worse is in trouble."""
    linked_months_late: int = 2
    """And so is one who is so many months late, whatever their warning."""


SHIPPED: Final = EventThresholds()
USUAL_MONTHS: Final = 3
"""Months before the last one whose mean is the usual income: as many as the rules on income read. A definition, no
threshold."""


def instalments_missed(
    instalments: pl.DataFrame,
    repayments: pl.DataFrame,
    *,
    day: date,
    grace_days: int,
    holidays: Holidays = NO_HOLIDAYS,
    pauses: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Instalments not wholly paid at the end of their grace, of those whose grace ended by `day`.

    `instalments` [loan_id, number, due_on, due_minor], `repayments` [loan_id, paid_on, amount_minor], `pauses` as
    `delinquency.columns.PAUSES`. Payments fill the oldest instalment first. Gives [loan_id, number, due_on, missed_on,
    short_minor], `missed_on` the last day on which the loan is not late yet: holidays and pauses do not count, as in
    days past due.
    """
    owed = (
        last_days(instalments, grace_days=grace_days, holidays=holidays, pauses=pauses)
        .rename({"last_on": "missed_on"})
        .sort("loan_id", "due_on", "number")
        .with_columns(pl.col("due_minor").cum_sum().over("loan_id").alias("owed"))
        .filter(pl.col("missed_on") <= day)
        .sort("missed_on")
    )
    paid = (
        repayments.sort("loan_id", "paid_on")
        .with_columns(pl.col("amount_minor").cum_sum().over("loan_id").alias("paid"))
        .select("loan_id", "paid_on", "paid")
        .sort("paid_on")
    )
    found = owed.join_asof(paid, left_on="missed_on", right_on="paid_on", by="loan_id", strategy="backward")
    # Where several payments fall on one day, the last row of the day holds them all.
    short = pl.col("owed") - pl.col("paid").fill_null(0)
    missed = found.filter(short > 0).with_columns(pl.min_horizontal(short, pl.col("due_minor")).alias("short_minor"))
    return missed.select("loan_id", "number", "due_on", "missed_on", "short_minor").sort("loan_id", "number")


def incomes_stopped(months: pl.DataFrame, last: date) -> pl.DataFrame:
    """Customers with a usual income and whether theirs stopped in the month `last` (its first day).

    `months` [customer_id, month, income_minor], one row a month. Usual: the mean of the three months before is
    positive and all three are known. Gives [customer_id, is_stopped].
    """
    before = months.filter(pl.col("month") < last).sort("month").group_by("customer_id").tail(USUAL_MONTHS)
    earliest = _months_before(last, USUAL_MONTHS)
    usual = (
        before.filter(pl.col("month") >= earliest)
        .group_by("customer_id")
        .agg(pl.len().alias("n"), pl.col("income_minor").mean().alias("usual"))
        .filter((pl.col("n") == USUAL_MONTHS) & (pl.col("usual") > 0))
    )
    now = months.filter(pl.col("month") == last).select(
        "customer_id", (pl.col("income_minor") == 0).alias("is_stopped")
    )
    return usual.join(now, on="customer_id").select("customer_id", "is_stopped").sort("customer_id")


def employers_in_shock(
    customers: pl.DataFrame, stopped: pl.DataFrame, thresholds: EventThresholds = SHIPPED
) -> pl.DataFrame:
    """Customers of employers where enough incomes stopped: [customer_id, employer].

    `customers` [customer_id, employer (any key)], `stopped` as `incomes_stopped` gives it.
    """
    known = customers.unique().join(stopped, on="customer_id", how="inner")
    hit = (
        known.group_by("employer")
        .agg(pl.len().alias("n"), pl.col("is_stopped").sum().alias("stopped"))
        .filter(
            (pl.col("stopped") >= thresholds.employer_stopped_least)
            & (pl.col("stopped") >= thresholds.employer_stopped_share * pl.col("n"))
        )
    )
    return customers.unique().join(hit.select("employer"), on="employer").sort("employer", "customer_id")


def regions_in_shock(months: pl.DataFrame, thresholds: EventThresholds = SHIPPED) -> pl.DataFrame:
    """Regions and months in which the indicator stands at least `region_rise` above where it was.

    `months` [region_id, month, value], one row a region and month. Gives [region_id, month].
    """
    earlier = months.select(
        "region_id",
        pl.col("month").dt.offset_by(f"{thresholds.region_months}mo"),
        pl.col("value").alias("before"),
    )
    # Decimals of a share have no exact double: a rise of exactly the threshold counts.
    rise = pl.col("value") - pl.col("before") + 1e-9
    found = months.join(earlier, on=["region_id", "month"]).filter(rise >= thresholds.region_rise)
    return found.select("region_id", "month").sort("region_id", "month")


def _months_before(month: date, count: int) -> date:
    number = month.year * 12 + month.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
