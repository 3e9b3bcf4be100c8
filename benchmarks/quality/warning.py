"""The default warning of the card's policy on known outcomes, every account scored by models that had not seen it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
from django.core.management import call_command
from django.db import DatabaseError, connection

from benchmarks.quality.measure import Asked, NotMeasured
from riskengine.demo.frames import SHIPPED
from riskengine.demo.places import TAIWAN

MONTHS = {"september": date(2005, 9, 30), "august": date(2005, 8, 31), "july": date(2005, 7, 31)}
FIGURES = ("precision", "recall")


def warning_policy(asked: Asked) -> Mapping[str, float]:
    """Precision and recall of YELLOW or worse as of three month ends (September alone where quick).

    Reads the book of DATABASE_URL, which is migrated and given the card accounts if it has none.
    """
    from monitoring.services.warning_outcomes import outcomes_read
    from monitoring.services.warning_reports import warning_report

    product = _card_book()
    found: dict[str, float] = {}
    with TemporaryDirectory() as folder:
        path = _outcomes(Path(folder))
        for name, day in list(MONTHS.items())[: 1 if asked.is_quick else None]:
            report = warning_report(
                product=product, day=day, outcomes=outcomes_read(path), defaulted_on=None, progress=lambda line: None
            )
            found |= {f"{figure}_{name}": float(report[figure]) for figure in FIGURES}
    return found


def _outcomes(folder: Path) -> Path:
    """Contract number and default of every account, as `warning_report` reads them."""
    frame = pl.read_parquet(TAIWAN, columns=["ID", SHIPPED["card"].target])
    number = ("TW" + pl.col("ID").cast(pl.String).str.zfill(5)).alias("external_id")
    path = folder / "outcomes.csv"
    frame.select(number, pl.col(SHIPPED["card"].target).alias("default")).write_csv(path)
    return path


@cache
def _card_book() -> Any:
    """The card product with its shipped policies, model and book in the database. Raises NotMeasured."""
    from riskengine.demo.book import card_book_ensure, products_ensure
    from riskengine.demo.people import staff_ensure
    from riskengine.demo.policies import catalogue_ensure, model_ensure, rule_set_ensure
    from riskengine.demo.warning_scheme import warning_settings_ensure

    try:
        connection.ensure_connection()
    except DatabaseError as error:
        raise NotMeasured("no database: run it by make bench-quality") from error
    call_command("migrate", verbosity=0)
    at, product, staff = datetime.now(UTC), products_ensure()["card"], staff_ensure()
    people = {"maker": staff["maker"], "checker": staff["checker"], "at": at}
    catalogue_ensure(**people)
    warning_settings_ensure(product=product, **people)
    model_ensure(product=product, modeller=staff["modeller"], checker=staff["checker"], at=at)
    rule_set_ensure(code="card-post-loan", product=product, **people)
    card_book_ensure(product=product, at=at)
    return product
