"""How well one variable tells the members of a group from everybody else, on rows it did not learn from. Pure."""

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.metrics import auc

BINS = 20
FOLDS = 5
_SMOOTHING = 5.0
Members = npt.NDArray[np.bool_]


def proxy_auc(series: pl.Series, members: Members, *, seed: int = 42) -> float:
    """AUC of a variable for membership, 0.5 (says nothing) to 1 (names the group), whatever the shape of the relation.

    Numbers are cut in 20 bins of equal count, text goes by its values, missing is a bin of its own; a row's prediction
    is its bin's smoothed share of members in the other four of five folds. Values below 0.5 are chance and given as
    0.5. Needs members and others; raises ValueError without.
    """
    bins = _bins(series)
    fold = np.random.default_rng(seed).permutation(len(bins)) % FOLDS
    predicted = np.empty(len(bins))
    truth = members.astype(np.float64)
    for number in range(FOLDS):
        test = fold == number
        predicted[test] = _shares(bins[~test], truth[~test], bins.max() + 1)[bins[test]]
    return max(0.5, auc(truth, predicted))


def _shares(bins: npt.NDArray[np.int64], truth: npt.NDArray[np.float64], width: int) -> npt.NDArray[np.float64]:
    counts = np.bincount(bins, minlength=width)
    found = np.bincount(bins, weights=truth, minlength=width)
    shares: npt.NDArray[np.float64] = (found + _SMOOTHING * truth.mean()) / (counts + _SMOOTHING)
    return shares


def _bins(series: pl.Series) -> npt.NDArray[np.int64]:
    """Bin of each row, from 0; the missing share one."""
    if not series.dtype.is_numeric():
        codes = {value: place for place, value in enumerate(sorted(series.unique().to_list(), key=str))}
        return np.array([codes[value] for value in series.to_list()], dtype=np.int64)
    values = series.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(len(values), dtype=np.int64)
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, BINS + 1)[1:-1]))
    bins = np.searchsorted(edges, np.where(known, values, edges[0]), side="left").astype(np.int64)
    return np.where(known, bins, edges.size + 1)
