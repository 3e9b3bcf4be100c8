"""Portraits: what was known of each loan as of an instant, as the catalogue's variables, read in bulk.

The database does the pivot and COPY carries the result: no row becomes a model instance.
"""

import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import msgspec
import polars as pl
from django.db import connection
from psycopg2 import sql

from monitoring.portrait_parts import Known, part_column, parts_of
from scoring.catalogue import Catalogue, Variable
from scoring.own_variables import Lookups
from scoring.portrait_lookups import lookup_column, lookup_joins, lookup_parts
from scoring.post_loan import POST_LOAN_FIELDS
from scoring.variables import STANDING_FIELDS

LIMIT_ATTRIBUTE: Final = "limit_minor"
MONTHS_LATE: Final = "_months_late"
OWN_COLUMNS: Final[dict[str, Any]] = {
    "_loan_id": pl.Int64,
    "_customer_id": pl.Int64,
    "_wrapped_key": pl.String,
    "_latest_month": pl.String,
    MONTHS_LATE: pl.Int64,
}
"""Columns beside the variables; a catalogued name never begins with an underscore."""

_SQL_TYPES: Final = {"integer": "bigint", "number": "double precision", "string": "text", "date": "text"}
_TYPES: Final[dict[str, Any]] = {
    "integer": pl.Int64,
    "number": pl.Float64,
    "string": pl.String,
    "date": pl.String,
    "boolean": pl.Int8,
}
_MONTH: Final = "(extract(year FROM {0}) * 12 + extract(month FROM {0}))::int"
_LAG: Final = f"{_MONTH.format('latest')} - {_MONTH.format('business_date')}"
"""Calendar months from a month's end to the latest one known."""


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """Which loans of a product, and what may be known of them."""

    product_id: int
    as_of: datetime
    """Months and standings known by then count."""
    business_date: date
    """Loans open on that day are due; months up to it count."""
    first_loan_id: int = 0
    last_loan_id: int = 2**63 - 1
    earlier_runs: tuple[int, ...] = ()
    """Reviews of the product as of earlier instants, the latest first: a loan's previous review is found in them."""


def portrait_variables(catalogue: Catalogue, product: str, needed: Iterable[str]) -> list[Variable]:
    """The product's variables to read: all that may be used, and a prohibited basis only where it is `needed`."""
    named = set(needed)
    return [
        variable
        for variable in catalogue.of_product(product).values()
        if not variable.is_prohibited_basis or variable.name in named
    ]


def portraits_read(extent: Extent, variables: list[Variable]) -> pl.DataFrame:
    """One row per loan due, in order of id: OWN_COLUMNS and the variables by name, null where unknown.

    `_latest_month` is the month end that lag 0 is (null: no month is known), `_months_late` its status if positive.
    A gap in the months stays a gap. Defaults of the catalogue are filled in.
    """
    buffer = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(portraits_statement(extent, variables).as_string(cursor.cursor), buffer)
    buffer.seek(0)
    schema = OWN_COLUMNS | {variable.name: _TYPES[variable.type] for variable in variables}
    frame = pl.read_csv(buffer, has_header=False, schema=schema, null_values=[""])
    return frame.with_columns(*_finished(variables))


def portraits_statement(extent: Extent, variables: list[Variable]) -> sql.Composed:
    """COPY … TO STDOUT of `portraits_read`, as psycopg2 SQL."""
    months = [item for item in variables if item.series]
    lookups = Lookups.of(variables)
    parts = parts_of(variables, Known(extent.as_of, extent.business_date, extent.earlier_runs))
    columns = [sql.SQL("{} AS {}").format(_expression(item), sql.Identifier(item.name)) for item in variables]
    pivot = [
        sql.SQL("max({}) FILTER (WHERE lag = {}) AS {}").format(
            sql.Identifier(item.series), sql.Literal(item.lag_months), sql.Identifier(item.name)
        )
        for item in months
    ]
    return sql.SQL(_STATEMENT).format(
        pivot=sql.SQL("").join(sql.SQL(", ") + part for part in pivot),
        variables=sql.SQL("").join(sql.SQL(", ") + column for column in columns),
        product=sql.Literal(extent.product_id),
        first=sql.Literal(extent.first_loan_id),
        last=sql.Literal(extent.last_loan_id),
        as_of=sql.Literal(extent.as_of),
        day=sql.Literal(extent.business_date),
        lag=sql.SQL(_LAG),
        due=sql.SQL(DUE).format(day=sql.Literal(extent.business_date)),
        lookups=lookup_parts(lookups, extent.as_of) + parts.tables,
        looked_up=lookup_joins(lookups) + sql.SQL(" ") + parts.joins,
    )


DUE: Final = "opened_on <= {day} AND (closed_on IS NULL OR closed_on > {day})"
"""A loan is due for review on a day when it is open then."""

_STATEMENT: Final = """
COPY (
WITH due AS (
    SELECT l.id, l.customer_id, l.limit_minor, l.attributes, c.wrapped_key
    FROM lending_loan l JOIN lending_customer c ON c.id = l.customer_id
    WHERE l.product_id = {product} AND l.id BETWEEN {first} AND {last} AND {due}
), known AS (
    SELECT m.*, max(business_date) OVER (PARTITION BY m.loan_id) AS latest
    FROM lending_loanmonth m JOIN due ON due.id = m.loan_id
    WHERE m.known_at <= {as_of} AND m.business_date <= {day}
), lagged AS MATERIALIZED (  -- else the lag is worked out again in every FILTER
    SELECT loan_id, latest, payment_status, billed_minor, paid_minor, {lag} AS lag FROM known
), pivoted AS (
    SELECT loan_id, latest, max(payment_status) FILTER (WHERE lag = 0) AS status_now {pivot}
    FROM lagged GROUP BY loan_id, latest
), standing AS (
    SELECT DISTINCT ON (s.customer_id) s.customer_id, s.warning_level, s.open_warnings, s.months_late
    FROM lending_customerstanding s JOIN due ON due.customer_id = s.customer_id
    WHERE s.known_at <= {as_of} AND s.as_of < {as_of}
    ORDER BY s.customer_id, s.as_of DESC, s.known_at DESC
) {lookups}
SELECT due.id, due.customer_id, encode(due.wrapped_key, 'hex'), pivoted.latest, greatest(status_now, 0) {variables}
FROM due LEFT JOIN pivoted ON pivoted.loan_id = due.id LEFT JOIN standing ON standing.customer_id = due.customer_id
{looked_up}
ORDER BY due.id
) TO STDOUT WITH (FORMAT csv)
"""


def _expression(variable: Variable) -> sql.Composable:
    if variable.series:
        return sql.SQL("pivoted.{}").format(sql.Identifier(variable.name))
    if variable.attribute == LIMIT_ATTRIBUTE:
        return sql.SQL("due.limit_minor")
    if variable.attribute and variable.type == "boolean":
        return sql.SQL("(attributes->>{})::boolean::int").format(sql.Literal(variable.attribute))
    if variable.attribute:
        return sql.SQL("(attributes->>{})::{}").format(
            sql.Literal(variable.attribute), sql.SQL(_SQL_TYPES[variable.type])
        )
    if variable.source == "standing" and variable.name in STANDING_FIELDS:
        return sql.SQL("standing.{}").format(sql.Identifier(STANDING_FIELDS[variable.name]))
    if variable.source in ("velocity", "list"):
        return lookup_column(variable)
    if variable.source in POST_LOAN_FIELDS:
        return part_column(variable)
    return sql.SQL("NULL")


def _finished(variables: list[Variable]) -> list[pl.Expr]:
    expressions = []
    for variable in variables:
        column = pl.col(variable.name)
        if variable.type == "boolean":
            column = column.cast(pl.Boolean)
        if variable.missing == "default":
            column = column.fill_null(pl.lit(variable.default))
        expressions.append(column)
    return expressions
