"""The history of delinquency: a row a loan and review, written with one COPY, and the portrait's variables from it."""

import io
from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import polars as pl
from django.db import connection

from monitoring.models import ReviewRun
from scoring.catalogue import Variable

SOURCE: Final = "delinquency"
_COLUMNS: Final = (
    "loan_id", "dpd", "bucket", "category", "severity", "causes", "arrears_minor", "mob", "is_derived", "run_id",
    "business_date", "as_of",
)  # fmt: skip
_COPY: Final = f"""
COPY monitoring_delinquencystate ({", ".join(_COLUMNS)})
FROM STDIN WITH (FORMAT csv, NULL '\\N', FORCE_NOT_NULL (bucket, category, causes))
"""


def states_write(*, states: pl.DataFrame, business_date: date, as_of: datetime, run: ReviewRun | None = None) -> int:
    """Keep what `delinquency_of` said, once a loan, instant and review; loans whose days are unknown are left out.

    Raises IntegrityError on a second writing, and where a category would rise without an approved upgrade.
    """
    known = states.filter(pl.col("dpd").is_not_null())
    if known.is_empty():
        return 0
    rows = known.with_columns(
        pl.col("bucket", "category", "causes").fill_null(""),
        pl.lit("\\N" if run is None else str(run.pk)).alias("run_id"),
        pl.lit(business_date.isoformat()).alias("business_date"),
        pl.lit(as_of.isoformat()).alias("as_of"),
    )
    lines = io.BytesIO()
    rows.select(_COLUMNS).write_csv(lines, include_header=False, quote_style="never")
    lines.seek(0)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(_COPY, lines)
    return known.height


def portraits_filled(portraits: pl.DataFrame, states: pl.DataFrame, variables: Sequence[Variable]) -> pl.DataFrame:
    """The portraits of a chunk with the variables of source `delinquency`; where unknown, the catalogue's default."""
    wanted = [variable for variable in variables if variable.source == SOURCE]
    if not wanted:
        return portraits
    fields = sorted({variable.field for variable in wanted})
    named = states.select("loan_id", *(pl.col(field).alias(f"_{SOURCE}_{field}") for field in fields))
    filled = portraits.join(named, left_on="_loan_id", right_on="loan_id", how="left", maintain_order="left")
    columns = []
    for variable in wanted:
        column = pl.col(f"_{SOURCE}_{variable.field}").cast(portraits.schema[variable.name])
        is_default = variable.missing == "default"
        columns.append((column.fill_null(pl.lit(variable.default)) if is_default else column).alias(variable.name))
    return filled.with_columns(columns).select(portraits.columns)


def portraits_dated(portraits: pl.DataFrame, states: pl.DataFrame, business_date: date) -> pl.DataFrame:
    """Loans without months but with a schedule are known as of the day itself: what is due and paid tells of them."""
    told = states.filter(~pl.col("is_derived") & pl.col("dpd").is_not_null())["loan_id"]
    month = pl.col("_latest_month")
    is_told = month.is_null() & pl.col("_loan_id").is_in(told.implode())
    day = pl.lit(business_date.isoformat())
    return portraits.with_columns(pl.when(is_told).then(day).otherwise(month).alias("_latest_month"))
