"""Frozen bins: how the values of a score or variable lay in a reference population, to hold later ones against. Pure.

A count vector has one place per bin, then (categories) one for codes that are no bin of their own, then one for missing
values; a value that is not finite is missing.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

BINS = 10
MOST_CODES = 12
_DIGITS = 9
Counts = npt.NDArray[np.int64]


class Bins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The bins of one number or category, and what the reference had in each."""

    kind: Literal["number", "category"]
    counts: list[int]
    edges: list[float] = []
    """Inner cut points of a number, rising; bin k holds what is above the edge before it and at most its own."""
    codes: list[str] = []
    """Codes with a bin of their own, most frequent first."""


class DriftBins(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The reference of a model: its PDs and the variables it reads."""

    score: Bins
    variables: dict[str, Bins]


def bins_of(series: pl.Series, kind: Literal["number", "category"], quantiles: Sequence[float] = ()) -> Bins:
    """Bins of about equal count (numbers: tenths, or cut at `quantiles` where given), filled with the series itself."""
    if kind == "category":
        counted = _texts(series).alias("code").drop_nulls().value_counts()
        codes = counted.sort("count", "code", descending=[True, False])["code"].head(MOST_CODES)
        empty = Bins("category", [], codes=codes.to_list())
    else:
        values = _finite(series)
        edges = _thinned(quantiles) if quantiles else _deciles(values)
        empty = Bins("number", [], edges=edges)
    return msgspec.structs.replace(empty, counts=counts_in(empty, series).tolist())


def counts_in(bins: Bins, series: pl.Series) -> Counts:
    """How many values of the series fall in each bin, shape (bins + 1 or 2,)."""
    if bins.kind == "category":
        places = {code: place for place, code in enumerate(bins.codes)}
        other, missing = len(bins.codes), len(bins.codes) + 1
        found = [missing if text is None else places.get(text, other) for text in _texts(series)]
        return np.bincount(np.asarray(found, dtype=np.int64), minlength=missing + 1)
    values = _finite(series)
    found_in = np.searchsorted(np.asarray(bins.edges), values, side="left")
    counted = np.bincount(found_in, minlength=len(bins.edges) + 1)
    return np.append(counted, series.len() - values.size)


def drift_bins(
    frame: pl.DataFrame,
    pds: npt.ArrayLike,
    kinds: Mapping[str, Literal["number", "category"]],
    quantiles: Mapping[str, Sequence[float]] | None = None,
) -> DriftBins:
    """Bins of the PDs and of each variable in `kinds`; `quantiles` are cut points by variable, where known already."""
    cuts = quantiles or {}
    variables = {name: bins_of(frame[name], kind, cuts.get(name, ())) for name, kind in kinds.items()}
    return DriftBins(bins_of(pl.Series("pd", np.asarray(pds, dtype=np.float64)), "number"), variables)


def drift_bins_read(stored: Any) -> DriftBins:
    """Bins from a card or a frozen reference. Raises msgspec.ValidationError."""
    return msgspec.convert(stored, DriftBins)


def _thinned(quantiles: Sequence[float]) -> list[float]:
    """At most nine inner cut points among stored quantiles; the largest value is no cut."""
    inner = sorted(set(quantiles))[:-1]
    if len(inner) < BINS:
        return inner
    return [inner[place] for place in np.linspace(0, len(inner) - 1, BINS + 1).round().astype(int)[1:-1]]


def _deciles(values: npt.NDArray[np.float64]) -> list[float]:
    if not values.size:
        return []
    cuts = np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf")
    rounded = np.unique(np.round(cuts, _DIGITS))
    edges: list[float] = rounded[rounded < values.max()].tolist()
    return edges


def _finite(series: pl.Series) -> npt.NDArray[np.float64]:
    values = series.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    finite: npt.NDArray[np.float64] = values[np.isfinite(values)]
    return finite


def _texts(series: pl.Series) -> pl.Series:
    """Codes as text; a whole number as such, however it was stored."""
    if series.dtype.is_float():
        whole = series.cast(pl.Int64, strict=False)
        if (whole.cast(pl.Float64) == series).all():
            series = whole
    return series.cast(pl.String)
