"""A made-up book written with COPY, batch by batch: customers with keys, loans, months, events, account months."""

import io
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

import msgspec
import numpy as np
import polars as pl
from django.db import connection, transaction

from audit.services.log import entry_append
from lending.business_dates import business_date_at
from lending.models import Loan, Product, Region
from lending.services.imports import LoansKnownError
from lending.synthetic.loans import (
    REGIONS,
    account_months_frame,
    events_frame,
    loans_frame,
    month_ends,
    months_frame,
)
from lending.vault import keys_new

SOURCE: Final = "synthetic"
BATCH: Final = 25_000
ACCOUNT_MONTHS: Final = 4
_KNOWN_HOUR: Final = 18
_LOAN_COLUMNS: Final = ("limit_minor", "opened_on", "attributes", "purpose", "annual_rate", "term_months", "branch")


class BookAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which book: `share_with_events` have new risk events, `share_with_accounts` account months."""

    loans: int
    seed: int
    months: int
    until: date
    share_with_events: float = 0.05
    share_with_accounts: float = 0.2


def book_generate(
    *,
    product: Product,
    asked: BookAsked,
    at: datetime,
    actor: str,
    progress: Callable[[int], None] = lambda loans: None,
) -> dict[str, int]:
    """Write the book, a transaction a batch; returns rows by kind. The same `asked` gives the same facts, whoever asks;
    keys are always new. Contract numbers begin with SYN. Raises LoansKnownError if this seed's book is there already.
    """
    if Loan.objects.filter(product=product, external_id__startswith=_prefix(asked.seed)).exists():
        raise LoansKnownError("The book of this seed is there already.", product=product.code)
    regions = _regions_ensure()
    counts: dict[str, int] = {}
    for first in range(0, asked.loans, BATCH):
        batch = _Batch(product, asked, first, min(BATCH, asked.loans - first), at, regions)
        with transaction.atomic():
            for name, count in batch.write().items():
                counts[name] = counts.get(name, 0) + count
        progress(first + batch.count)
    with transaction.atomic():
        entry_append(
            kind="loans.imported",
            object_type="product",
            object_id=product.code,
            actor=actor,
            payload={"loans": asked.loans, "months": counts["months"], "source": f"{SOURCE}, seed {asked.seed}"},
            recorded_at=at,
        )
    return counts


def _prefix(seed: int) -> str:
    return f"SYN{seed}-"


def _regions_ensure() -> list[int]:
    """The made-up regions, in order of their frailty."""
    ids = []
    for number in range(REGIONS):
        names = {"name_en": f"Synthetic region {number + 1}", "name_zh": f"合成区域{number + 1}"}
        tile = {"tile_column": number % 4, "tile_row": number // 4}
        region, _ = Region.objects.get_or_create(code=f"SYN-{number + 1:02d}", defaults={**names, **tile})
        ids.append(region.pk)
    return ids


class _Batch:
    """Some loans of the book, from a random stream of their own: memory stays flat, the rows do not depend on it."""

    def __init__(
        self, product: Product, asked: BookAsked, first: int, count: int, at: datetime, regions: list[int]
    ) -> None:
        self.product, self.asked, self.first, self.count = product, asked, first, count
        self.at, self.regions = at, regions
        self.ends = month_ends(asked.until, asked.months)
        self.rng = np.random.default_rng([asked.seed, first // BATCH])
        self.customers = _ids("lending_customer", count)
        self.loans = _ids("lending_loan", count)

    def write(self) -> dict[str, int]:
        """Everything of these loans, in order of dependence; returns rows by kind."""
        loans = loans_frame(self.rng, self.count, self.ends)
        self._customers()
        self._loans(loans)
        return {
            "loans": self.count,
            "months": self._months(loans),
            "events": self._events(),
            "account_months": self._accounts(loans),
        }

    def _customers(self) -> None:
        keys = [f"\\x{key.hex()}" for key in keys_new(self.count)]
        _copy("lending_customer", pl.DataFrame({"id": self.customers, "wrapped_key": keys}), created_at=self.at)

    def _loans(self, loans: pl.DataFrame) -> None:
        numbers = [f"{_prefix(self.asked.seed)}{self.first + place:08d}" for place in range(self.count)]
        own = pl.DataFrame({"id": self.loans, "customer_id": self.customers, "external_id": numbers})
        region = pl.Series("region_id", self.regions).gather(loans["region"])
        rows = pl.concat([own, loans.select(_LOAN_COLUMNS), region.to_frame()], how="horizontal")
        _copy(
            "lending_loan",
            rows.with_columns(pl.col("limit_minor").alias("disbursed_minor")),
            product_id=self.product.pk,
        )

    def _months(self, loans: pl.DataFrame) -> int:
        frame = months_frame(self.rng, loans, self.ends)
        rows = frame.select(
            self._of(self.loans, frame, "loan_id"),
            pl.col("month").replace_strict(dict(enumerate(self.ends))).alias("business_date"),
            pl.col("month").replace_strict(self._told()).alias("known_at"),
            "payment_status",
            "billed_minor",
            "paid_minor",
        )
        return _copy("lending_loanmonth", rows, recorded_at=self.at)

    def _events(self) -> int:
        frame = events_frame(self.rng, self.count, self.ends[-1], self.asked.share_with_events)
        days = {day: self._hour(day, 12).isoformat() for day in frame["day"].unique().to_list()}
        rows = frame.select(
            self._of(self.customers, frame, "customer_id"),
            self._of(self.loans, frame, "loan_id"),
            "kind",
            pl.col("day").replace_strict(days, return_dtype=pl.String).alias("event_at"),
            pl.col("day").replace_strict(days, return_dtype=pl.String).alias("known_at"),
            "category",
            "amount_minor",
        )
        keys = {"phone_key": "", "device_key": "", "address_key": ""}
        return _copy("lending_riskevent", rows, recorded_at=self.at, source=SOURCE, **keys)

    def _accounts(self, loans: pl.DataFrame) -> int:
        size = round(self.count * self.asked.share_with_accounts)
        places = np.sort(self.rng.choice(self.count, size, replace=False))
        months = min(ACCOUNT_MONTHS, len(self.ends))
        frame = account_months_frame(self.rng, places, loans["frailty"].to_numpy(), months)
        firsts = [end.replace(day=1) for end in self.ends[-months:]]
        told = dict(enumerate(list(self._told().values())[-months:]))
        rows = frame.select(
            self._of(self.customers, frame, "customer_id"),
            pl.col("month").replace_strict(dict(enumerate(firsts))).alias("month"),
            pl.col("month").replace_strict(told).alias("known_at"),
            pl.exclude("place", "month"),
        )
        return _copy("lending_customermonth", rows)

    def _told(self) -> dict[int, str]:
        """When each month was told, by its number."""
        return {number: self._hour(end.toordinal(), _KNOWN_HOUR).isoformat() for number, end in enumerate(self.ends)}

    def _hour(self, day: int, hour: int) -> datetime:
        return business_date_at(date.fromordinal(day), hour, self.product.timezone)

    @staticmethod
    def _of(ids: list[int], frame: pl.DataFrame, name: str) -> pl.Series:
        return pl.Series(name, ids).gather(frame["place"])


def _ids(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return sorted(row[0] for row in cursor.fetchall())


def _copy(table: str, rows: pl.DataFrame, **same: Any) -> int:
    """COPY the rows, each with the values that are the same in all; returns their number."""
    whole = rows.with_columns(
        pl.lit(value.isoformat() if isinstance(value, datetime) else value).alias(name) for name, value in same.items()
    )
    text = io.BytesIO(whole.write_csv(include_header=False, quote_style="non_numeric").encode())
    columns = ", ".join(f'"{name}"' for name in whole.columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {table} ({columns}) FROM STDIN WITH (FORMAT csv)", text)
    return rows.height
