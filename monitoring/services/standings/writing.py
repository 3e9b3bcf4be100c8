"""Standings are written where they changed: a row says what has held since its `as_of`."""

import io
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import polars as pl
from django.db import connection
from psycopg2 import sql

from lending.open_loans import open_loan
from monitoring.levels import LEVELS, NONE
from monitoring.services.copies import copied
from monitoring.services.delinquency.statements import near_of

SAID_AGAIN: Final = timedelta(days=30)
"""What has not changed for so long is written again, so that nobody takes it for stale."""
FIGURES: Final[dict[str, Any]] = {
    "warning_level": pl.String,
    "open_warnings": pl.Int64,
    "months_late": pl.Int64,
    "dpd": pl.Int64,
    "loan_category": pl.String,
    "category_severity": pl.Int64,
    "has_confirmed_diversion": pl.Boolean,
    "grx": pl.Float64,
}
"""What a standing says of a customer's loans of one product."""
CLEAR: Final[dict[str, Any]] = {
    "warning_level": NONE,
    "open_warnings": 0,
    "months_late": 0,
    "dpd": 0,
    "loan_category": "",
    "category_severity": None,
    "has_confirmed_diversion": False,
    "grx": None,
}
"""What it says of one without an open loan; a confirmed diversion stays."""
_NEWEST: Final = """
COPY (
    SELECT DISTINCT ON (customer_id) customer_id, as_of > {as_of}, as_of <= {old}, warning_level, open_warnings,
        months_late, dpd, loan_category, category_severity, has_confirmed_diversion, grx
    FROM lending_customerstanding WHERE {near} AND product_id = {product}
    ORDER BY customer_id DESC, product_id DESC, as_of DESC, known_at DESC
) TO STDOUT WITH (FORMAT csv)
"""
_NEWEST_TYPES: Final = {"customer_id": pl.Int64, "is_later": pl.String, "is_old": pl.String} | {
    f"{name}_before": pl.String if kind == pl.Boolean else kind for name, kind in FIGURES.items()
}
_COLUMNS: Final = ("customer_id", "product_id", "as_of", "known_at", *FIGURES)
_WRITE: Final = f"""
COPY lending_customerstanding ({", ".join(_COLUMNS)}) FROM STDIN WITH (FORMAT csv, FORCE_NOT_NULL (loan_category))
"""
_WARNINGS: Final = """
COPY (
    SELECT loan_id, array_position({levels}::text[], level::text) - 1 FROM monitoring_earlywarning
    WHERE state = 'OPEN' AND {near}
) TO STDOUT WITH (FORMAT csv)
"""
_DIVERTED: Final = """
COPY (
    SELECT DISTINCT l.customer_id FROM (
        SELECT DISTINCT ON (f.loan_id) f.loan_id, f.state FROM monitoring_diversionfinding f
        WHERE f.known_at <= {at}
            AND f.loan_id IN (SELECT loan_id FROM monitoring_diversionfinding WHERE state = 'CONFIRMED')
        ORDER BY f.loan_id, f.known_at DESC, f.id DESC
    ) last JOIN lending_loan l ON l.id = last.loan_id
    WHERE last.state = 'CONFIRMED' AND l.product_id = {product} AND {near}
) TO STDOUT WITH (FORMAT csv)
"""


def standings_say(*, told: pl.DataFrame, product_id: int, as_of: datetime, at: datetime) -> int:
    """Write the standings of customers ([customer_id] and FIGURES, once each) of whom something else was said, as of
    an instant and known from `at`; returns their number.

    Of whom a standing speaks as of later is left alone: an older review neither hides nor doubles what came after it.
    """
    values: dict[str, sql.Composable] = {
        "as_of": sql.Literal(as_of),
        "old": sql.Literal(as_of - SAID_AGAIN),
        "product": sql.Literal(product_id),
    }
    before = copied(_NEWEST, values | {"near": near_of("customer_id", told["customer_id"].to_list())}, _NEWEST_TYPES)
    known = told.lazy().join(before.lazy(), on="customer_id", how="left")
    has_changed = pl.col("is_old").is_null() | (pl.col("is_old") == "t")
    for name, kind in FIGURES.items():
        now, was = pl.col(name), pl.col(f"{name}_before")
        if kind == pl.Boolean:
            was = was == "t"
        elif kind == pl.String:
            was = was.fill_null("")
        has_changed |= now.ne_missing(was)
    news = known.filter(pl.col("is_later").ne_missing("t") & has_changed).sort("customer_id").collect()
    _copy(news, product_id, as_of, at)
    return news.height


def open_warnings(loan_ids: Sequence[int]) -> pl.DataFrame:
    """[loan_id, rank] of the loans with an open warning; 1 is the mildest level."""
    values = {"levels": sql.Literal(list(LEVELS)), "near": near_of("loan_id", loan_ids)}
    return copied(_WARNINGS, values, {"loan_id": pl.Int64, "rank": pl.Int64})


def diverted_customers(customer_ids: Sequence[int], product_id: int, at: datetime) -> list[int]:
    """Customers with a loan of the product, open or not, whose diversion was confirmed by `at` and not lifted."""
    near = near_of("l.customer_id", customer_ids)
    values: dict[str, sql.Composable] = {"at": sql.Literal(at), "product": sql.Literal(product_id), "near": near}
    return copied(_DIVERTED, values, {"customer_id": pl.Int64})["customer_id"].to_list()


def is_open(day: date, as_of: datetime, alias: str = "lending_loan") -> sql.Composable:
    """The loans that count: open on a day and known by an instant."""
    return sql.SQL(open_loan(alias)).format(day=sql.Literal(day), as_of=sql.Literal(as_of))


def _copy(news: pl.DataFrame, product_id: int, as_of: datetime, at: datetime) -> None:
    if news.is_empty():
        return
    same = {"product_id": str(product_id), "as_of": as_of.isoformat(), "known_at": at.isoformat()}
    lines = io.BytesIO()
    news.with_columns(pl.lit(value).alias(name) for name, value in same.items()).select(_COLUMNS).write_csv(
        lines, include_header=False
    )
    lines.seek(0)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(_WRITE, lines)
