"""What came of the accounts: a file of contract numbers and defaults, matched with the book."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import polars as pl

from lending.models import Loan, LoanMonth, Product
from lending.open_loans import is_open_then
from monitoring.triggers.report import Accounts
from riskengine.errors import InvalidInput

NUMBER: Final = "external_id"
DEFAULT: Final = "default"
DEFAULTED_ON: Final = "defaulted_on"
"""Optional: the day of default of each account."""
_WORDS: Final = {"1": True, "1.0": True, "true": True, "0": False, "0.0": False, "false": False}


class OutcomesInvalid(InvalidInput):
    """The file does not say of contract numbers whether they defaulted."""

    code = "outcomes_invalid"


class Outcomes(msgspec.Struct, frozen=True):
    """A file's rows with a known outcome: contract number, `default` (Boolean), `defaulted_on` (Date or null)."""

    frame: pl.DataFrame
    unknown: int
    """Rows without an outcome."""


EVER: Final = datetime.max.replace(tzinfo=UTC)
"""What became of accounts is told from all that is known by now."""


def outcomes_read(path: Path) -> Outcomes:
    """Read parquet or CSV with the columns external_id and default (0 or 1, empty where unknown) and, where it is
    known, defaulted_on (YYYY-MM-DD). Raises OutcomesInvalid."""
    try:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise OutcomesInvalid(f"{path} cannot be read as parquet or CSV.") from error
    if missing := [name for name in (NUMBER, DEFAULT) if name not in frame.columns]:
        raise OutcomesInvalid(f"{path} has no column {', '.join(missing)}.", columns=missing)
    words = frame[DEFAULT].cast(pl.String).str.strip_chars().str.to_lowercase()
    if unread := set(words.drop_nulls().unique()) - set(_WORDS) - {""}:
        raise OutcomesInvalid("A default is 0 or 1, or empty.", values=sorted(unread)[:10])
    days = frame[DEFAULTED_ON] if DEFAULTED_ON in frame.columns else pl.Series([None], dtype=pl.Date)
    try:
        day = days.replace("", None).str.to_date() if days.dtype == pl.String else days.cast(pl.Date)
    except pl.exceptions.PolarsError as error:
        raise OutcomesInvalid("A day of default is written YYYY-MM-DD.") from error
    number = frame[NUMBER].cast(pl.String).str.strip_chars()
    read = pl.DataFrame({NUMBER: number}).with_columns(
        words.replace_strict(_WORDS, default=None, return_dtype=pl.Boolean).alias(DEFAULT),
        (day if day.len() == frame.height else day.new_from_index(0, frame.height)).alias(DEFAULTED_ON),
    )
    known = read.drop_nulls(DEFAULT)
    if known[NUMBER].null_count() or known[NUMBER].n_unique() < known.height:
        raise OutcomesInvalid("Each account stands in the file once, under its contract number.")
    return Outcomes(known, read.height - known.height)


def outcomes_product(outcomes: Outcomes, products: list[Product]) -> Product:
    """The product that most of the accounts belong to. Raises OutcomesInvalid if none belongs to any."""
    numbers = outcomes.frame[NUMBER].to_list()
    counts = {
        product.code: Loan.objects.filter(product=product, external_id__in=numbers).count() for product in products
    }
    best = max(products, key=lambda product: counts[product.code])
    if not counts[best.code]:
        raise OutcomesInvalid("No account of the file is in the book.", products=sorted(counts))
    return best


def accounts_of(outcomes: Outcomes, product: Product, day: date, defaulted_on: date) -> tuple[Accounts, int]:
    """The file's accounts of the product that were open on `day`, in order of id; and how many of the file were not.

    `defaulted_on` is the day of default where the file gives none.
    """
    opened = Loan.objects.filter(is_open_then(day, EVER), product=product)
    book = pl.DataFrame(
        list(opened.order_by("id").values_list("id", "external_id")),
        schema={"id": pl.Int64, NUMBER: pl.String},
        orient="row",
    )
    known = book.join(outcomes.frame, on=NUMBER, how="inner", maintain_order="left")
    bad = known[DEFAULT].to_numpy().astype(np.bool_)
    days = known[DEFAULTED_ON].fill_null(defaulted_on).to_list()
    dates = [when if is_bad else None for when, is_bad in zip(days, bad, strict=True)]
    return Accounts(known["id"].to_list(), bad, dates), outcomes.frame.height - known.height


def default_day(product: Product) -> date | None:
    """The end of the month after the latest one in the book: when a default that no file dates is taken to be."""
    latest = LoanMonth.objects.filter(loan__product=product).order_by("-business_date").first()
    return None if latest is None else month_end(latest.business_date, 1)


def month_end(day: date, later: int) -> date:
    """The last day of the calendar month `later` months after that of `day`."""
    months = day.year * 12 + day.month + later
    return date.fromordinal(date(months // 12, months % 12 + 1, 1).toordinal() - 1)
