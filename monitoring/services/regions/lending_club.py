"""Loans of a US platform issued in the first quarter of 2018 by state, with the states' economies beside them.

Neither file ships with the product. The loans are accepted ones, with one status and no dates of payment: enough for
months of contracts by region, too young and too thin for a coefficient.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.db import connection, transaction
from psycopg2.extras import execute_values

from lending.models import Loan, Product, Region, RegionMonth
from lending.services.imports import LoanRecord, loans_import
from monitoring.regions.months import month_add, month_end
from monitoring.regions.tiles import US_STATES

LOANS: Final = "lending_2018q1.parquet"
ECONOMY: Final = "us_state_month_macro.parquet"
PRODUCT: Final = "us-instalment"
INDICATORS: Final = {
    "unemploy_perc": "unemployment",
    "rgdp_yoy": "gdp_growth",
    "fhfa_hpi": "house_price_index",
    # What a state's income is above or below the country's; not the gap between town and country.
    "income_gap_vs_us": "income_gap_country",
}
SINCE: Final = date(2015, 1, 1)
_TERMS: Final = """
    UPDATE lending_loan l SET region_id = v.region, purpose = v.purpose, annual_rate = v.rate, term_months = v.term,
        disbursed_minor = l.limit_minor
    FROM (VALUES %s) AS v (number, region, purpose, rate, term)
    WHERE l.product_id = {product} AND l.external_id = v.number
"""
LAG_MONTHS: Final = 2
"""The file does not say when a figure was published: each counts as known two months after its month."""


def us_states_ensure() -> dict[str, Region]:
    """The 51 as regions with their places on the tile map, by code."""
    return {
        code: Region.objects.get_or_create(
            code=code,
            defaults={
                "name_en": tile.en,
                "name_zh": tile.zh,
                "tile_column": tile.column,
                "tile_row": tile.row,
            },
        )[0]
        for code, tile in US_STATES.items()
    }


@transaction.atomic
def lending_club_load(*, directory: Path, at: datetime) -> dict[str, int]:
    """Load both files unless they are; counts of loans and indicators written. Raises FileNotFoundError."""
    regions = us_states_ensure()
    names = {"name_en": "US instalment loan (2018)", "name_zh": "美国分期贷款（2018年）"}
    product = Product.objects.get_or_create(
        code=PRODUCT,
        defaults={**names, "currency": "USD", "timezone": "America/New_York", "is_active": False},
    )[0]
    return {
        "loans": _loans(directory / LOANS, product, regions, at),
        "indicators": _economy(directory / ECONOMY, regions, at),
    }


def _loans(path: Path, product: Product, regions: dict[str, Region], at: datetime) -> int:
    if not path.exists():
        raise FileNotFoundError(path)
    if Loan.objects.filter(product=product).exists():
        return 0
    columns = ["issue_month", "state", "loan_amount", "interest_rate", "term", "loan_purpose"]
    frame = pl.read_parquet(path, columns=columns).with_columns(
        pl.col("issue_month").str.to_date("%b-%Y", strict=True), number=pl.int_range(pl.len())
    )
    # Only the month of issue is known: its first day stands for it.
    records = [
        LoanRecord(
            external_id=f"US{number:05d}",
            limit_minor=amount * 100,
            opened_on=month,
            attributes={},
            months=[],
        )
        for number, amount, month in frame.select("number", "loan_amount", "issue_month").iter_rows()
    ]
    loans_import(product=product, loans=records, source=LOANS, at=at, actor="system:regions")
    values = [
        (f"US{number:05d}", regions[state].pk, purpose, rate / 100.0, term)
        for number, state, purpose, rate, term in frame.select(
            "number", "state", "loan_purpose", "interest_rate", "term"
        ).iter_rows()
    ]
    with connection.cursor() as cursor:
        execute_values(cursor, _TERMS.format(product=product.pk), values, page_size=len(values))
    return len(records)


def _economy(path: Path, regions: dict[str, Region], at: datetime) -> int:
    if not path.exists():
        raise FileNotFoundError(path)
    if RegionMonth.objects.filter(source=ECONOMY).exists():
        return 0
    frame = pl.read_parquet(path).with_columns(pl.col("date").dt.date()).filter(pl.col("date") >= SINCE)
    rows = [
        RegionMonth(
            region=regions[row["st"]],
            month=row["date"],
            indicator=indicator,
            value=row[column],
            event_at=_noon(month_end(row["date"])),
            known_at=_noon(month_end(month_add(row["date"], LAG_MONTHS))),
            recorded_at=at,
            source=ECONOMY,
        )
        for row in frame.iter_rows(named=True)
        for column, indicator in INDICATORS.items()
    ]
    return len(RegionMonth.objects.bulk_create(rows, batch_size=2_000))


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
