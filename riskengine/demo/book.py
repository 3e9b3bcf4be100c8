"""The two products and the card book: 21,095 real accounts with six months each."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

import polars as pl

from audit.canonical import content_hash
from lending.business_dates import business_date_at
from lending.models import Loan, Product
from lending.services.imports import LoanRecord, MonthRecord, loans_import
from riskengine.demo.places import CATALOGUE, TAIWAN
from scoring.catalogue import Variable, catalogue_read

INSTALMENT = "instalment"
CARD = "card"
PRODUCTS: dict[str, dict[str, str]] = {
    INSTALMENT: {
        "name_en": "Instalment loan",
        "name_zh": "分期贷款",
        "currency": "DEM",
        "timezone": "Europe/Berlin",
    },
    CARD: {"name_en": "Card account", "name_zh": "信用卡账户", "currency": "TWD", "timezone": "Asia/Taipei"},
}
MONTH_ENDS = [date(2005, month, day) for month, day in ((9, 30), (8, 31), (7, 31), (6, 30), (5, 31), (4, 30))]
"""The latest month first, as the catalogue's lags count."""
OPENED_ON = date(2005, 4, 1)
"""The data do not say when an account was opened: the first day of the first month stands for it."""
REPORTED_HOUR = 18
"""Months count as known from this hour, local time, of the month's last day."""


def products_ensure() -> dict[str, Product]:
    """The demo's products by code."""
    return {code: Product.objects.get_or_create(code=code, defaults=dict(texts))[0] for code, texts in PRODUCTS.items()}


def card_book_ensure(*, product: Product, at: datetime) -> int:
    """Take over the card accounts unless the book has them already; returns how many were taken over."""
    frame = pl.read_parquet(TAIWAN)
    if Loan.objects.filter(product=product, external_id=_number(frame["ID"][0])).exists():
        return 0
    loans = list(_loans(frame))
    source = f"{TAIWAN.name}, {content_hash([loan.external_id for loan in loans])[:16]}"
    return loans_import(product=product, loans=loans, source=source, at=at, actor="system:demo")


def _number(account: int) -> str:
    return f"TW{account:05d}"


def _loans(frame: pl.DataFrame) -> Iterator[LoanRecord]:
    variables = catalogue_read(CATALOGUE.read_bytes()).of_product(CARD).values()
    attributes = {item.attribute: item for item in variables if item.attribute and item.attribute != "limit_minor"}
    limit = next(item for item in variables if item.attribute == "limit_minor")
    series: dict[tuple[str, int], Variable] = {
        (item.series, item.lag_months): item for item in variables if item.series
    }
    known_at = [business_date_at(day, REPORTED_HOUR, PRODUCTS[CARD]["timezone"]) for day in MONTH_ENDS]
    for row in frame.iter_rows(named=True):
        yield LoanRecord(
            external_id=_number(row["ID"]),
            limit_minor=_value(row, limit),
            opened_on=OPENED_ON,
            attributes={name: _value(row, item) for name, item in attributes.items()},
            months=[_month(row, series, lag, known_at[lag]) for lag in range(len(MONTH_ENDS))],
        )


def _month(
    row: dict[str, int], series: Mapping[tuple[str, int], Variable], lag: int, known_at: datetime
) -> MonthRecord:
    return MonthRecord(
        business_date=MONTH_ENDS[lag],
        known_at=known_at,
        payment_status=_value(row, series["payment_status", lag]),
        billed_minor=_value(row, series["billed_minor", lag]),
        paid_minor=_value(row, series["paid_minor", lag]),
    )


def _value(row: dict[str, int], variable: Variable) -> int:
    return row[variable.column] * variable.scale
