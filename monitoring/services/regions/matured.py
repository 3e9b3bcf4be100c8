"""Loans of a product whose outcome is known, with what their borrowers and regions were like when they were opened."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl

from lending.business_dates import business_date_end
from lending.models import Loan, Product
from lending.services.book.reading import instalments_as_of, repayments_as_of
from monitoring.delinquency.last_days import last_days
from monitoring.delinquency_policy import policies_of
from monitoring.models import LoanPause
from monitoring.regions.influence import MaturedLoans
from monitoring.regions.missed import unpaid_at_last
from monitoring.regions.months import month_add, month_of
from monitoring.services.delinquency.statements import pauses_read
from monitoring.services.drift_cases import outcomes_of_loans
from monitoring.services.regions.indicators import Features
from scoring.bad_definition import BadDefinition

LOANS: dict[str, type[pl.DataType]] = {
    "loan_id": pl.Int64,
    "customer_id": pl.Int64,
    "region_id": pl.Int64,
    "code": pl.String,
    "business_date": pl.Date,
    "amount": pl.Float64,
    "annual_rate": pl.Float64,
    "term_months": pl.Float64,
}


def matured_loans(
    product: Product, definition: BadDefinition, features: Features, names: Sequence[str], as_of: date
) -> MaturedLoans:
    """Loans old enough for the definition of bad, of a known region; indeterminate ones are left out.

    The borrower: log amount, annual rate and term, as far as every loan has them. The region: its features in the last
    complete month before the loan was opened.
    """
    oldest = month_add(month_of(as_of), -definition.window_months)
    rows = Loan.objects.filter(product=product, opened_on__lt=oldest, region__isnull=False).order_by("pk")
    columns = ("pk", "customer_id", "region_id", "region__code", "opened_on", "limit_minor", "annual_rate")
    loans = pl.DataFrame(list(rows.values_list(*columns, "term_months")), schema=LOANS, orient="row")
    known = pl.concat([_scheduled(loans, definition, product, as_of), _reported(loans, definition, product, as_of)])
    found = loans.join(known.unique("loan_id", keep="first", maintain_order=True), on="loan_id", maintain_order="left")
    regional = [
        [features.of(region, month_add(month_of(day), -1)).get(name) for name in names]
        for region, day in found.select("region_id", "business_date").iter_rows()
    ]
    return MaturedLoans(
        bad=found["bad"].to_numpy().astype(np.int8),
        region=found["code"].to_list(),
        borrower=_borrower(found),
        regional=np.array(regional, dtype=np.float64).reshape(len(found), len(names)),
        features=tuple(names),
    )


def _borrower(loans: pl.DataFrame) -> np.ndarray:
    columns = [loans["amount"].clip(1.0).log().alias("amount")]
    columns += [loans[name] for name in ("annual_rate", "term_months") if loans[name].null_count() == 0]
    return pl.DataFrame(columns).to_numpy().astype(np.float64)


def _reported(loans: pl.DataFrame, definition: BadDefinition, product: Product, as_of: date) -> pl.DataFrame:
    """Outcomes of accounts whose lender reports a status a month."""
    found = outcomes_of_loans(loans.select("loan_id", "business_date"), definition, product, as_of)
    return found.select("loan_id", pl.col("bad").cast(pl.Int8))


def _scheduled(loans: pl.DataFrame, definition: BadDefinition, product: Product, as_of: date) -> pl.DataFrame:
    """Outcomes of loans with a schedule: bad if they were as many days past due by a due date in its horizon."""
    known = business_date_end(as_of, product.timezone)
    ids = loans["loan_id"].to_list()
    until = pl.col("business_date").dt.offset_by(f"{definition.horizon_months}mo")
    schedule = instalments_as_of(ids, known).join(loans.select("loan_id", until.alias("until")), on="loan_id")
    payments = repayments_as_of(ids, known)

    policies, pauses = policies_of(product, as_of), pauses_read(ids, LoanPause.Kind.PAUSE, known)

    def late(days: int) -> pl.DataFrame:
        dues = last_days(schedule, grace_days=days, holidays=policies.holidays, pauses=pauses)
        judged = unpaid_at_last(dues.filter(pl.col("last_on") <= pl.col("until")), payments)
        return judged.group_by("loan_id").agg(missed=pl.col("unpaid").any())

    if schedule.is_empty():
        return pl.DataFrame(schema={"loan_id": pl.Int64, "bad": pl.Int8})
    bad = late(definition.days_past_due)
    worst = late(definition.indeterminate_from or definition.days_past_due).rename({"missed": "doubtful"})
    both = bad.join(worst, on="loan_id")
    kept = both.filter(pl.col("missed") | ~pl.col("doubtful"))
    return kept.select("loan_id", bad=pl.col("missed").cast(pl.Int8)).sort("loan_id")
