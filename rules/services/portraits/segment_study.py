"""Can machines tell customers' segments: portraits read in bulk, placed by the rules in force, compared on folds."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from lending.business_dates import business_date_end
from lending.models import Product
from riskengine.errors import InvalidInput
from rules.engine.segments import GRX, NOT_ASSESSED
from rules.services.portraits.customers import PlacedPortrait, customer_batches, portraits_placed
from scoring.catalogue import Catalogue, Variable
from scoring.portraits.observation import MEASURES
from scoring.portraits.portrait import portrait_variables
from scoring.services.portraits.instruments import Instruments, instruments_live
from scoring.training.segment_classes import classes_compare

READS = "Variables of portraits and counts of the book; no quality, no alternative data, no prohibited basis."
SAME_DATE = (
    "Circular: the rules place customers by variables the machines read. It tells how well a machine copies the rules,"
    " not whether it foresees anything."
)
LATER_DATE = "The segment at the later date, from what was known at the earlier one, the coefficient of then included."


class UnfitDatesError(InvalidInput):
    """The later date is not later, or is not over yet."""

    code = "segment_dates_unfit"


class NoSegmentsError(InvalidInput):
    """No portrait policy with segments is in force."""

    code = "segments_missing"


def segments_study(
    product: Product,
    as_of: date,
    *,
    later: date | None,
    most: int,
    seed: int,
    at: datetime,
    progress: Callable[[str], None],
) -> dict[str, Any]:
    """The report: machines asked for the segment of the same date and, given one, of a later date.

    At most `most` customers of the product, drawn by `seed`. Dates are business days of the product, read as known at
    their end. Raises UnfitDatesError, NoSegmentsError, TrainingInputError, and as `portraits_placed`.
    """
    days = [day for day in (as_of, later) if day is not None]
    instants = [business_date_end(day, product.timezone) for day in days]
    if instants != sorted(set(instants)) or instants[-1] > at:
        raise UnfitDatesError("The later date must lie after the first, and both must be over.")
    instruments = instruments_live(at.astimezone(UTC).date())
    if instruments.policy is None or not instruments.policy.segments:
        raise NoSegmentsError("No portrait policy with segments is in force: there is nothing to tell.")
    wanted = _drawn(product, most, seed)
    progress(f"{len(wanted)} customers of {product.code}")
    placed = [_placed(wanted, instant, at, instruments) for instant in instants]
    progress("portraits made")
    report: dict[str, Any] = {
        "product": product.code,
        "as_of": as_of.isoformat(),
        "later": later.isoformat() if later else None,
        "policy_hash": instruments.policy_hash,
        "reads": READS,
        "same_date": {"question": SAME_DATE, **_compared(placed[0], placed[0], instruments.catalogue, seed)},
    }
    progress("same date compared")
    if later:
        compared = _compared(placed[0], placed[1], instruments.catalogue, seed, is_later=True)
        report["later_date"] = {"question": LATER_DATE, **compared}
    return report


def portraits_frame(made: Sequence[PlacedPortrait], catalogue: Catalogue) -> pl.DataFrame:
    """Variables and counts of the book, a row a portrait, a column each; what machines may read (see `READS`)."""
    values = [one.portrait.values() | one.portrait.measures for one in made]
    columns = {
        name: pl.Series(
            [row.get(name) for row in values], dtype=pl.String if item.type == "string" else pl.Float64, strict=False
        )
        for name, item in portrait_variables(catalogue).items()
        if _is_read(item)
    }
    columns |= {name: pl.Series([row[name] for row in values], dtype=pl.Float64) for name in MEASURES}
    return pl.DataFrame(columns)


def _is_read(variable: Variable) -> bool:
    return bool(variable.dimension) and not variable.is_alternative and variable.type != "date"


def _drawn(product: Product, most: int, seed: int) -> list[int]:
    every = [number for batch in customer_batches(product.code) for number in batch]
    return sorted(random.Random(seed).sample(every, min(most, len(every))))  # noqa: S311  # a sample, no secret


def _placed(wanted: list[int], instant: datetime, at: datetime, instruments: Instruments) -> dict[int, PlacedPortrait]:
    made = portraits_placed(wanted, instant, read_at=at, instruments=instruments)
    return {one.portrait.customer_id: one for one in made}


def _compared(
    known: dict[int, PlacedPortrait],
    asked: dict[int, PlacedPortrait],
    catalogue: Catalogue,
    seed: int,
    *,
    is_later: bool = False,
) -> dict[str, Any]:
    both = [number for number in known if number in asked and asked[number].placed.code != NOT_ASSESSED]
    made = [known[number] for number in both]
    frame = portraits_frame(made, catalogue)
    if is_later:
        frame = frame.with_columns(pl.Series(GRX, [one.portrait.coefficient.value for one in made], dtype=pl.Float64))
    compared = classes_compare(
        frame,
        [asked[number].placed.code for number in both],
        today=[one.placed.code for one in made] if is_later else None,
        seed=seed,
    )
    return {"not_assessed": len(known) - len(both), **compared}
