"""The cases behind a drift report: decisions and reviews as recorded, and outcomes that have matured since."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from lending.business_dates import business_date_end
from lending.models import Loan, Product
from monitoring.models import ReviewResult, ReviewRun
from monitoring.services.outcome_months import days_past_due, known_months
from rules.services.bundles.loading import PRE_LOAN
from rules.services.decisions.history import history_between
from scoring.bad_definition import BadDefinition, bad_outcome

POST_LOAN = "POST_LOAN"
_CASE: dict[str, Any] = {
    "pd": pl.Float64,
    "grade": pl.String,
    "hits": pl.List(pl.String),
    "model_hash": pl.String,
    "rule_set_hash": pl.String,
    "business_date": pl.Date,
}


def day_start(day: date, product: Product) -> datetime:
    """The first instant (UTC) of a business date."""
    return business_date_end(date.fromordinal(day.toordinal() - 1), product.timezone)


def decisions_between(product: Product, since: date, until: date) -> pl.DataFrame:
    """Decisions of the business dates `since` to `until`, oldest first: `_CASE`, `application_id` and the variables."""
    frame = history_between(product.code, day_start(since, product), business_date_end(until, product.timezone))
    return frame.with_columns(
        pl.col("business_date").str.to_date(), pl.col("decided_grade").alias("grade"), stage=pl.lit(PRE_LOAN)
    )


def reviews_between(product: Product, since: date, until: date) -> list[ReviewRun]:
    """Complete reviews as of a business date in between, oldest first; none of some customers between two reviews:
    those are customers with news, who are not like the others."""
    runs = ReviewRun.objects.filter(
        product=product,
        state=ReviewRun.State.COMPLETE,
        as_of__gte=day_start(since, product),
        as_of__lt=business_date_end(until, product.timezone),
    ).exclude(scope=ReviewRun.Scope.CUSTOMERS)
    return list(runs.select_related("product").order_by("as_of", "pk"))


def reviews_speaking(runs: Sequence[ReviewRun]) -> list[ReviewRun]:
    """Of the reviews of a period, those that tell how the portfolio stands at its end: the last whole one and what was
    due after it by schedule; all, where none was whole."""
    whole = [place for place, run in enumerate(runs) if run.scope == ReviewRun.Scope.ALL]
    return list(runs[whole[-1] if whole else 0 :])


def reviews_cases(runs: Sequence[ReviewRun]) -> pl.DataFrame:
    """The last result of each loan in some reviews (at least one, in order of time): `_CASE`, `loan_id`, `run_id`."""
    parts = [_review_cases(run) for run in runs]
    return parts[0] if len(parts) == 1 else pl.concat(parts).unique("loan_id", keep="last").sort("loan_id")


def _review_cases(run: ReviewRun) -> pl.DataFrame:
    rows = list(ReviewResult.objects.filter(run=run).order_by("loan_id").values("loan_id", "pd", "grade", "rule_codes"))
    frame = pl.DataFrame(
        {
            "loan_id": [row["loan_id"] for row in rows],
            "pd": [row["pd"] for row in rows],
            "grade": [row["grade"] or None for row in rows],
            "hits": [row["rule_codes"] for row in rows],
        },
        schema={"loan_id": pl.Int64, **{name: _CASE[name] for name in ("pd", "grade", "hits")}},
    )
    return frame.with_columns(
        model_hash=pl.lit(run.bundle["model"] or ""),
        rule_set_hash=pl.lit(run.bundle["rule_set"]),
        business_date=pl.lit(run.as_of_day),
        run_id=pl.lit(run.pk, dtype=pl.Int64),
    )


def outcomes_of_decisions(
    cases: pl.DataFrame, definition: BadDefinition, product: Product, as_of: date
) -> pl.DataFrame:
    """Decisions that became a loan whose outcome is known as of a day, with `loan_id` and `bad` (1, 0).

    Of several decisions on one application the last counts. Declined applicants have no outcome, and never will.
    """
    last = cases.filter(pl.col("pd").is_not_null()).unique("application_id", keep="last", maintain_order=True)
    pairs = Loan.objects.filter(product=product, application_id__in=last["application_id"].to_list())
    loans = pl.DataFrame(
        list(pairs.values_list("application_id", "pk")),
        schema={"application_id": pl.Int64, "loan_id": pl.Int64},
        orient="row",
    ).unique("application_id", keep="first", maintain_order=True)
    return outcomes_of_loans(last.join(loans, on="application_id", how="inner"), definition, product, as_of)


def outcomes_of_loans(cases: pl.DataFrame, definition: BadDefinition, product: Product, as_of: date) -> pl.DataFrame:
    """Cases with a `loan_id` whose outcome is known as of a day, with `bad`. Indeterminate ones are left out.

    Only cases as old as the definition's window: of younger ones the bads would be known before the goods.
    """
    old = cases.filter(_months_to(as_of) >= definition.window_months)
    known = known_months(old["loan_id"].to_list(), product, as_of)
    bads = [
        bad_outcome(definition, days_past_due(known[loan], since))
        for loan, since in zip(old["loan_id"], old["business_date"], strict=True)
    ]
    found = old.with_columns(pl.Series("bad", [None if bad is None else int(bad) for bad in bads], dtype=pl.Int8))
    return found.filter(pl.col("bad").is_not_null())


def _months_to(as_of: date) -> pl.Expr:
    return (as_of.year - pl.col("business_date").dt.year()) * 12 + as_of.month - pl.col("business_date").dt.month()
