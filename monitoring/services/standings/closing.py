"""A standing must not haunt a customer whose loans of the product are all closed; one of whom a loan was written off
keeps what was said last."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import polars as pl
from psycopg2 import sql

from lending.open_loans import closing_of
from monitoring.services.copies import copied
from monitoring.services.delinquency.statements import near_of
from monitoring.services.standings.writing import CLEAR, FIGURES, diverted_customers, is_open, standings_say

REACH: Final = timedelta(days=40)
"""So far back a review looks for closings; those told later are reviewed with their customers, as other news is."""
# Only of whom something was said before.
_CLOSED: Final = """
COPY (
    SELECT DISTINCT l.customer_id FROM lending_loan l, LATERAL {closing} closing
    WHERE l.product_id = {product} AND (l.closed_on <= {day} OR l.has_reopened) AND {which}
        AND NOT EXISTS (
            SELECT FROM lending_loan lost, LATERAL {how_lost} how
            WHERE lost.customer_id = l.customer_id AND lost.product_id = {product} AND how.cause = 'WRITTEN_OFF'
                AND (lost.closed_cause = 'WRITTEN_OFF' OR lost.has_reopened)
        )
        AND NOT EXISTS (
            SELECT FROM lending_loan other WHERE other.customer_id = l.customer_id AND other.product_id = {product}
                AND {is_open}
        )
        AND EXISTS (
            SELECT FROM lending_customerstanding s WHERE s.customer_id = l.customer_id AND s.product_id = {product}
        )
) TO STDOUT WITH (FORMAT csv)
"""


def standings_clear(
    *, product_id: int, as_of: datetime, day: date, at: datetime, customer_ids: Sequence[int] | None = None
) -> int:
    """Say of customers without an open loan of the product any more, of those given or whose last one was closed
    lately, that nothing is open there; a confirmed diversion stays. Returns how many standings were written."""
    if customer_ids is None:
        lately = sql.SQL("(l.closed_on > {since} OR l.has_reopened) AND closing.closed_on > {since}")
        which: sql.Composable = lately.format(since=sql.Literal(day - REACH))
    else:
        which = near_of("l.customer_id", sorted(customer_ids))
    values: dict[str, sql.Composable] = {
        "product": sql.Literal(product_id),
        "day": sql.Literal(day),
        "which": which,
        "is_open": is_open(day, as_of, "other"),
        "closing": _closing("l", day, as_of),
        "how_lost": _closing("lost", day, as_of),
    }
    closed = copied(_CLOSED, values, {"customer_id": pl.Int64})
    if closed.is_empty():
        return 0
    diverted = diverted_customers(closed["customer_id"].sort().to_list(), product_id, at)
    clear: dict[str, Any] = {name: pl.lit(value, FIGURES[name]) for name, value in CLEAR.items()}
    told = closed.with_columns(**clear).with_columns(
        pl.col("customer_id").is_in(diverted).alias("has_confirmed_diversion")
    )
    return standings_say(told=told, product_id=product_id, as_of=as_of, at=at)


def _closing(alias: str, day: date, as_of: datetime) -> sql.Composable:
    return sql.SQL(closing_of(alias)).format(day=sql.Literal(day), as_of=sql.Literal(as_of))
