"""Health codes judged by a part of a review, of what it holds in memory: of customers who have no other open loan."""

from datetime import date, datetime
from typing import Any, Final, NamedTuple

import polars as pl
from django.db import connection
from psycopg2 import sql

from lending.open_loans import open_loan
from monitoring.models import ReviewRun
from monitoring.services.coefficient_scale import are_comparable, scale_live
from monitoring.services.copies import copied
from monitoring.services.delinquency.statements import near_of
from monitoring.services.health.inputs import LOAN_TYPES, inputs_of, judged
from monitoring.services.planning import joined_as_sets

_ONLY: Final = f"""
COPY (
    SELECT one.customer_id, one.loan_id, one.opened_on, greatest(one.opened_on {{newest}}) AS newest
    FROM (
        SELECT customer_id, max(id) AS loan_id, max(opened_on) AS opened_on FROM lending_loan
        WHERE {{near}} AND {open_loan("lending_loan")} GROUP BY customer_id HAVING count(*) = 1
    ) one {{read}}
) TO STDOUT WITH (FORMAT csv)
"""  # noqa: S608  # a constant of our own
_READ: Final = """
LEFT JOIN LATERAL (
    SELECT max({name}_on) AS newest FROM {table}
    WHERE loan_id = one.loan_id AND known_at <= {as_of} AND {name}_on <= {day}
) {name} ON true
"""
_DATED: Final = {"lending_repayment": "paid", "lending_instalment": "due"}
"""Tables beside the months whose newest row is news, and the name of its day."""
_DUE: Final = open_loan("l")
# Whose only open loan has a result in the review: a part has judged them, or none has a result. Joined, as NOT IN reads
# the results again for every loan once they no longer fit into memory.
_LEFT: Final = f"""
SELECT customer_id FROM (
    SELECT l.customer_id, count(*) FILTER (WHERE {_DUE}) AS held,
        bool_or({_DUE} AND r.loan_id IS NOT NULL) AS is_judged
    FROM lending_loan l LEFT JOIN monitoring_reviewresult r ON r.run_id = {{run}} AND r.loan_id = l.id
    GROUP BY l.customer_id HAVING {{whose}}
) known
WHERE NOT (held = 1 AND is_judged)
ORDER BY customer_id
"""  # noqa: S608
_WITH_LOANS: Final = f"bool_or(l.product_id = {{product}} AND {_DUE})"
_WITH_RESULTS: Final = "bool_or(r.loan_id IS NOT NULL)"


class PartKnown(NamedTuple):
    """What a part of a review knows of its loans."""

    findings: pl.DataFrame
    """[_loan_id, _customer_id, pd] of those with a result."""
    months: pl.DataFrame
    """[_loan_id, _latest_month], the month as text."""
    states: pl.DataFrame
    """[loan_id, dpd, category]."""


def part_inputs(*, run: ReviewRun, known: PartKnown, day: date, at: datetime) -> pl.DataFrame:
    """What `inputs_read` gives, of customers whose only open loan has a result in the part."""
    scale = scale_live(at)
    (is_comparable,) = are_comparable([run], scale)
    found = known.findings.select(pl.col("_loan_id").alias("loan_id"), "pd").with_columns(is_comparable=is_comparable)
    months = known.months.select(pl.col("_loan_id").alias("loan_id"), pl.col("_latest_month").str.to_date("%Y-%m-%d"))
    states = known.states.select("loan_id", "dpd", "category")
    loans = _only(known.findings, run.as_of, day).join(found, on="loan_id").join(months, on="loan_id", how="left")
    loans = loans.with_columns(pl.max_horizontal("newest", "_latest_month").alias("newest")).drop("_latest_month")
    held = judged(loans.select("loan_id").join(states, on="loan_id", how="left"), run.as_of)
    return inputs_of(loans.join(held, on="loan_id", how="left", maintain_order="left"), day, scale)


def customers_left(run: ReviewRun, day: date) -> list[int]:
    """Customers of a review, in ascending order, whom none of its parts has judged.

    Where another review as of the same instant came later, its PDs count: all of them are left.
    """
    values: dict[str, Any] = {
        "day": sql.Literal(day),
        "as_of": sql.Literal(run.as_of),
        "run": sql.Literal(run.pk),
        "product": sql.Literal(run.product_id),
    }
    whose = _WITH_LOANS if run.scope == ReviewRun.Scope.ALL else _WITH_RESULTS
    statement = sql.SQL(_LEFT.replace("{whose}", whose)).format(**values)
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(statement)
        return [row[0] for row in cursor.fetchall()]


def is_followed(run: ReviewRun) -> bool:
    """Whether PDs of another review as of the same instant count before those of this one."""
    same = ReviewRun.objects.filter(product=run.product_id, as_of=run.as_of, pk__gt=run.pk)
    return same.filter(done_count__gt=0).exists()


def _only(findings: pl.DataFrame, as_of: datetime, day: date) -> pl.DataFrame:
    """LOAN_TYPES of about those loans that are the only open ones of their customers; `newest` beside the months."""
    loans, customers = (findings[name].to_list() for name in ("_loan_id", "_customer_id"))
    values: dict[str, sql.Composable] = {"as_of": sql.Literal(as_of), "day": sql.Literal(day)}
    near_loans = near_of("loan_id", loans)
    tables = [table for table in _DATED if _is_there(table, near_loans)]
    read = sql.SQL(" ").join(
        sql.SQL(_READ).format(name=sql.SQL(_DATED[table]), table=sql.Identifier(table), **values) for table in tables
    )
    newest = sql.SQL("").join(sql.SQL(", {}.newest").format(sql.SQL(_DATED[table])) for table in tables)
    near_customers = near_of("customer_id", customers)
    return copied(_ONLY, values | {"near": near_customers, "read": read, "newest": newest}, LOAN_TYPES)


def _is_there(table: str, near: sql.Composable) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})").format(sql.Identifier(table), near))
        return bool(cursor.fetchone()[0])
