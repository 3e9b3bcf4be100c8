"""Portraits: what was known of each loan as of an instant, as the catalogue's variables, read in bulk.

The database does the pivot and COPY carries the result: no row becomes a model instance.
"""

import io
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import date, datetime
from typing import Any, Final, NamedTuple

import msgspec
import polars as pl
from django.db import connection
from psycopg2 import sql

from lending.open_loans import open_loan
from lending.standing_worst import standing_worst
from monitoring.services.delinquency.statements import FEW, near_of
from monitoring.services.earlier_runs import EarlierRuns
from monitoring.services.planning import joined_as_sets
from monitoring.services.portraits.facts import with_facts
from monitoring.services.portraits.months import months_read
from monitoring.services.portraits.parts import Known, part_column, parts_of
from scoring.catalogue import LIMIT_ATTRIBUTE, Catalogue, Variable
from scoring.own_variables import Lookups
from scoring.portrait_lookups import lookup_column, lookup_joins, lookup_parts
from scoring.post_loan import POST_LOAN_FIELDS
from scoring.variables import STANDING_FIELDS

MONTHS_LATE: Final = "_months_late"
OWN_COLUMNS: Final[dict[str, Any]] = {
    "_loan_id": pl.Int64,
    "_customer_id": pl.Int64,
    "_wrapped_key": pl.String,
    "_level_before": pl.String,
    "_grade_before": pl.String,
    "_latest_month": pl.String,
    MONTHS_LATE: pl.Int64,
}
"""Columns beside the variables; a catalogued name never begins with an underscore."""
STATEMENT_COLUMNS: Final = {
    name: kind for name, kind in OWN_COLUMNS.items() if name not in ("_latest_month", MONTHS_LATE)
}

_SQL_TYPES: Final = {"integer": "bigint", "number": "double precision", "string": "text", "date": "text"}
_TYPES: Final[dict[str, Any]] = {
    "integer": pl.Int64,
    "number": pl.Float64,
    "string": pl.String,
    "date": pl.String,
    "boolean": pl.Int8,
}
_READ_IF_NAMED: Final = frozenset({"velocity", "list", "standing", "fact", "model", *POST_LOAN_FIELDS})
"""Sources of our own that cost a look-up each: read where a rule or the model names them."""


class Extent(msgspec.Struct, frozen=True, kw_only=True):
    """Which loans of a product, and what may be known of them."""

    product_id: int
    as_of: datetime
    """Months and standings known by then count."""
    business_date: date
    """Loans open on that day are due; months up to it count."""
    first_loan_id: int = 0
    last_loan_id: int = 2**63 - 1
    loan_ids: tuple[int, ...] | None = None
    """Only these of them (rising); None: all."""
    earlier: EarlierRuns | None = None
    """Reviews of the product as of earlier instants: a loan's previous review is found in them."""


def portrait_variables(catalogue: Catalogue, product: str, needed: Iterable[str]) -> list[Variable]:
    """The variables to read: what a loan holds, and what costs more or is a prohibited basis where it is `needed`."""
    named = set(needed)
    return [
        variable
        for variable in catalogue.of_product(product).values()
        if variable.name in named or not (variable.is_prohibited_basis or variable.source in _READ_IF_NAMED)
    ]


def portraits_read(extent: Extent, variables: list[Variable]) -> pl.DataFrame:
    """One row per loan due, in order of id: OWN_COLUMNS and the variables by name, null where unknown.

    `_latest_month` is the month end that lag 0 is (null: no month is known), `_months_late` its status if positive;
    `_level_before` and `_grade_before` are of the loan's previous review. A gap in the months stays a gap. Defaults of
    the catalogue are filled in.
    """
    buffer = io.BytesIO()
    due = _due(extent)
    with joined_as_sets() if len(due.loan_ids) > FEW else nullcontext(), connection.cursor() as cursor:
        cursor.copy_expert(_statement(extent, due, variables).as_string(cursor.cursor), buffer)
    buffer.seek(0)
    single = [variable for variable in variables if not variable.series]
    schema = STATEMENT_COLUMNS | {variable.name: _TYPES[variable.type] for variable in single}
    frame = pl.read_csv(buffer, has_header=False, schema=schema, null_values=[""])
    months = months_read(
        frame["_loan_id"].to_numpy(),
        variables,
        as_of=extent.as_of,
        business_date=extent.business_date,
        is_listed=extent.loan_ids is not None,
    )
    own = (months.latest.alias("_latest_month"), months.late.alias(MONTHS_LATE))
    whole = with_facts(frame.with_columns(*own, *months.variables), variables, as_of=extent.as_of)
    return whole.select(*OWN_COLUMNS, *(variable.name for variable in variables)).with_columns(*_finished(variables))


class _Due(NamedTuple):
    """Which loans and customers a statement is about, said in numbers: without, every part of a large book would read
    whole tables for its few rows."""

    loan_ids: list[int]
    customer_ids: list[int]
    condition: sql.Composable


def _due(extent: Extent) -> _Due:
    condition = sql.SQL(_IS_DUE).format(
        product=sql.Literal(extent.product_id),
        first=sql.Literal(extent.first_loan_id),
        last=sql.Literal(extent.last_loan_id),
        listed=_listed(extent.loan_ids),
        due=sql.SQL(open_loan("l")).format(day=sql.Literal(extent.business_date), as_of=sql.Literal(extent.as_of)),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT l.id, l.customer_id FROM lending_loan l WHERE {}").format(condition))
        rows = cursor.fetchall()
    return _Due([loan for loan, _ in rows], [customer for _, customer in rows], condition)


def _statement(extent: Extent, due: _Due, variables: list[Variable]) -> sql.Composed:
    """COPY … TO STDOUT of what `portraits_read` reads beside the months, as psycopg2 SQL."""
    lookups = Lookups.of(variables)
    known = Known(extent.as_of, extent.business_date, extent.earlier, due.loan_ids, due.customer_ids)
    parts = parts_of(variables, known)
    single = [item for item in variables if not item.series]
    has_standing = any(item.source == "standing" for item in variables)
    columns = [sql.SQL("{} AS {}").format(_expression(item), sql.Identifier(item.name)) for item in single]
    return sql.SQL(_STATEMENT).format(
        variables=sql.SQL("").join(sql.SQL(", ") + column for column in columns),
        before=sql.SQL("previous.level, previous.grade" if extent.earlier else "NULL, NULL"),
        due=due.condition,
        near=near_of("c.id", due.customer_ids),
        standing=sql.SQL(_STANDING).format(as_of=sql.Literal(extent.as_of)) if has_standing else sql.SQL(""),
        stands=sql.SQL(_STANDS if has_standing else ""),
        lookups=lookup_parts(lookups, extent.as_of, near_of("e.customer_id", due.customer_ids)) + parts.tables,
        looked_up=lookup_joins(lookups) + sql.SQL(" ") + parts.joins,
    )


def _listed(loan_ids: tuple[int, ...] | None) -> sql.Composable:
    return sql.SQL("" if loan_ids is None else "AND l.id = ANY({}::bigint[])").format(sql.Literal(list(loan_ids or ())))


_IS_DUE: Final = "l.product_id = {product} AND l.id BETWEEN {first} AND {last} {listed} AND {due}"
_STATEMENT: Final = """
COPY (
WITH due AS (
    SELECT l.id, l.customer_id, l.limit_minor, l.attributes, c.wrapped_key
    FROM lending_loan l JOIN lending_customer c ON c.id = l.customer_id AND {near}
    WHERE {due}
) {standing} {lookups}
SELECT due.id, due.customer_id, encode(due.wrapped_key, 'hex'), {before} {variables}
FROM due {stands} {looked_up}
ORDER BY due.id
) TO STDOUT WITH (FORMAT csv)
"""
_STANDING: Final = ", standing AS ({})".format(
    standing_worst(which="customer_id IN (SELECT customer_id FROM due)", as_of="{as_of}", is_before=True)
)
_STANDS: Final = "LEFT JOIN standing ON standing.customer_id = due.customer_id"


def _expression(variable: Variable) -> sql.Composable:
    if variable.attribute == LIMIT_ATTRIBUTE:
        return sql.SQL("due.limit_minor")
    if variable.attribute and variable.type == "boolean":
        return sql.SQL("(attributes->>{})::boolean::int").format(sql.Literal(variable.attribute))
    if variable.attribute:
        return sql.SQL("(attributes->>{})::{}").format(
            sql.Literal(variable.attribute), sql.SQL(_SQL_TYPES[variable.type])
        )
    if variable.source == "standing" and variable.name in STANDING_FIELDS:
        cast = "::int" if variable.type == "boolean" else ""
        return sql.SQL("standing.{}" + cast).format(sql.Identifier(STANDING_FIELDS[variable.name]))
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
