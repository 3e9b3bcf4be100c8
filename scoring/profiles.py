"""What a variable was observed to be in real data: the background for thresholds, checks and completion. Pure."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
import polars as pl

from scoring.catalogue import Variable

BINS = 20
CODES_KEPT = 60
_DECILES = [place / 10 for place in range(11)]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Figures of one variable. Shares are from 0 to 1; those of `bins` and `codes` are of the values that are there."""

    count: int
    """Rows looked at, missing ones included."""
    missing_share: float
    minimum: float | None = None
    """Of numbers alone, as are the deciles and bins."""
    maximum: float | None = None
    deciles: list[float] = []
    """Eleven quantiles from the least to the greatest value."""
    bins: list[tuple[float, float, float]] = []
    """(low, high, share) of equal width; a value on an inner edge is in the upper bin."""
    codes: dict[str, float] = {}
    """Share of each value of a text, code or truth value, the most frequent first."""
    source_en: str = ""
    source_zh: str = ""
    as_of: date | None = None


def profiles_of(
    frame: pl.DataFrame, variables: Mapping[str, Variable], *, source_en: str, source_zh: str, as_of: date
) -> dict[str, Profile]:
    """A profile of every variable whose `column` the frame has, in the catalogue's unit."""
    found = {}
    for name, variable in variables.items():
        if variable.column in frame.columns:
            figures = _figures(frame.get_column(variable.column), variable)
            found[name] = Profile(count=frame.height, source_en=source_en, source_zh=source_zh, as_of=as_of, **figures)
    return found


def _figures(series: pl.Series, variable: Variable) -> dict[str, Any]:
    is_number = variable.type in ("integer", "number") and series.dtype.is_numeric()
    if is_number:
        series = (series.cast(pl.Float64) * variable.scale).fill_nan(None)
    known = series.drop_nulls()
    figures: dict[str, Any] = {"missing_share": series.null_count() / len(series) if len(series) else 1.0}
    if is_number and len(known):
        figures |= _numbers(known)
    if not is_number or variable.codes:
        figures["codes"] = _codes(known, is_whole=is_number)
    return figures


def _numbers(known: pl.Series) -> dict[str, Any]:
    deciles = [float(known.quantile(place, "nearest")) for place in _DECILES]  # type: ignore[arg-type]
    low, high = deciles[0], deciles[-1]
    return {"minimum": low, "maximum": high, "deciles": deciles, "bins": _bins(known, low, high)}


def _bins(known: pl.Series, low: float, high: float) -> list[tuple[float, float, float]]:
    if low == high:
        return [(low, high, 1.0)]
    width = (high - low) / BINS
    places = ((known - low) / width).floor().clip(0, BINS - 1).cast(pl.Int64)
    counts = dict(places.alias("place").value_counts().iter_rows())
    edges = [*(low + width * place for place in range(BINS)), high]
    return [(edges[place], edges[place + 1], counts.get(place, 0) / len(known)) for place in range(BINS)]


def _codes(known: pl.Series, *, is_whole: bool) -> dict[str, float]:
    named = (known.cast(pl.Int64) if is_whole else known).cast(pl.String).alias("code")
    counts = sorted(named.value_counts().iter_rows(), key=lambda entry: (-entry[1], entry[0]))
    return {str(code): count / len(known) for code, count in counts[:CODES_KEPT]}
