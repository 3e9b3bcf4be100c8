"""Which pairs of variables act together beyond doubt, so that a booster may be kept from seeing pairs in the noise."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from scoring.package.schema import Feature
from scoring.training.booster import BoosterParameters, Matrix, booster_train, matrix_of, raw_margins
from scoring.training.table import Outcome

Pairs = tuple[tuple[str, str], ...]
_BINS = 6
_STRONG = 4.0
_ALONE = BoosterParameters(
    rounds=200, max_depth=1, learning_rate=0.15, subsample=1.0, colsample_bynode=1.0, reg_lambda=1.0, max_bin=64
)
"""Stumps: each variable's own curve, whatever its shape, and nothing between variables."""


def interacting_pairs(features: Sequence[Feature], data: Matrix, outcome: Outcome) -> Pairs:
    """Pairs of features, by name, whose cells hold more than the variables' own curves explain.

    Of the residuals of an additive model, `sum over cells of (sum of residuals)² / (sum of p (1 - p))` is chi-squared
    with (bins - 1)(bins - 1) degrees of freedom where a pair does not act together (a score test): a pair counts from
    four standard deviations above that. `data` has shape (rows, features), as the booster reads it.
    """
    booster = booster_train(matrix_of(data, outcome, _ALONE.max_bin), _ALONE, features)
    pd = 1.0 / (1.0 + np.exp(-raw_margins(booster, data)))
    residual, weight = outcome - pd, pd * (1.0 - pd)
    places = [_binned(data[:, place]) for place in range(len(features))]
    return tuple(
        (features[one].name, features[two].name)
        for one, two in combinations(range(len(features)), 2)
        if _strength(places[one], places[two], residual, weight) > _STRONG
    )


def _binned(values: Matrix) -> npt.NDArray[np.int64]:
    """The bin of each value, numbered without gaps: six of equal count, and one of their own for missing values."""
    known = values[np.isfinite(values)]
    edges = np.unique(np.quantile(known, np.linspace(0.0, 1.0, _BINS + 1)[1:-1])) if known.size else np.zeros(0)
    bins = np.where(np.isfinite(values), np.searchsorted(edges, values, side="left"), edges.size + 1)
    return np.unique(bins, return_inverse=True)[1]


def _strength(one: npt.NDArray[np.int64], two: npt.NDArray[np.int64], residual: Outcome, weight: Outcome) -> float:
    ones, twos = int(one.max()) + 1, int(two.max()) + 1
    cells = one * twos + two
    squares, spread = np.bincount(cells, residual) ** 2, np.bincount(cells, weight)
    held = spread > 0
    freedom = max((ones - 1) * (twos - 1), 1)
    return float((np.sum(squares[held] / spread[held]) - freedom) / np.sqrt(2.0 * freedom))
