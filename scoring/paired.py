"""Is one model better than another on the same rows: the difference of two AUCs with its interval. Pure."""

import math
from statistics import NormalDist

import msgspec
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]


class PairedDifference(msgspec.Struct, frozen=True):
    """What the second vector of PDs has over the first, on the same outcomes."""

    first: float
    """AUC of the first, 0 to 1; the mean over folds where folds are given."""
    second: float
    difference: float
    """`second - first`, -1 to 1."""
    low: float
    """Lower end of the interval of the difference."""
    high: float
    standard_error: float
    p_value: float
    """Two-sided, of no difference."""
    confidence: float
    n: int
    """Rows compared."""
    bads: int

    @property
    def is_better(self) -> bool:
        """Whether the whole interval lies above nought."""
        return self.low > 0.0


def paired_auc(
    outcome: npt.ArrayLike,
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    *,
    fold: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> PairedDifference:
    """The difference of two correlated AUCs (DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988).

    `outcome` holds 1 for bad and 0 for good, `first` and `second` PDs of the same n rows. `fold`, the number of the
    fold in which a row was left out, keeps PDs of different models from being ranked against each other: AUCs are
    taken within folds and averaged, each fold with the same weight, and variances added accordingly. Folds without
    both outcomes are left out. Raises ValueError for vectors that do not fit, or where no fold has both outcomes.
    """
    truth, one, two = (np.asarray(vector, dtype=np.float64) for vector in (outcome, first, second))
    parts = np.zeros(truth.shape) if fold is None else np.asarray(fold)
    if truth.ndim != 1 or not truth.shape == one.shape == two.shape == parts.shape or truth.size == 0:
        raise ValueError("outcome, first, second and fold must be vectors of one length, not empty")
    if not np.isin(truth, (0.0, 1.0)).all() or not (np.isfinite(one).all() and np.isfinite(two).all()):
        raise ValueError("outcomes are 0 or 1 and predictions finite")
    masks = [mask for part in np.unique(parts) if 0 < truth[mask := parts == part].sum() < mask.sum()]
    if not masks:
        raise ValueError("ranking needs both outcomes")
    found = [_delong(truth[mask], one[mask], two[mask]) for mask in masks]
    areas = np.mean([area for area, _variance in found], axis=0)
    error = float(np.sqrt(sum(variance for _area, variance in found))) / len(found)
    difference = float(areas[1] - areas[0])
    reach = NormalDist().inv_cdf(0.5 + confidence / 2.0) * error
    used = np.any(masks, axis=0)
    return PairedDifference(
        first=float(areas[0]),
        second=float(areas[1]),
        difference=difference,
        low=difference - reach,
        high=difference + reach,
        standard_error=error,
        p_value=_p_value(difference, error),
        confidence=confidence,
        n=int(used.sum()),
        bads=int(truth[used].sum()),
    )


def _p_value(difference: float, error: float) -> float:
    if error == 0.0:
        return 1.0 if difference == 0.0 else 0.0
    return math.erfc(abs(difference) / error / math.sqrt(2.0))


def _delong(truth: Vector, one: Vector, two: Vector) -> tuple[Vector, float]:
    """Both AUCs, and the variance of their difference from the structural components of bads and goods.

    By mid-ranks (Sun and Xu, IEEE Signal Processing Letters 21, 2014): n log n instead of bads times goods.
    """
    bad = truth == 1.0
    components = [_components(scores, bad) for scores in (one, two)]
    areas = np.array([of_bads.mean() for of_bads, _of_goods in components])
    bads, goods = (components[1][side] - components[0][side] for side in (0, 1))
    return areas, _mean_variance(bads) + _mean_variance(goods)


def _components(scores: Vector, bad: npt.NDArray[np.bool_]) -> tuple[Vector, Vector]:
    """For each bad the share of goods it outranks, for each good the share of bads that outrank it; ties half."""
    every, bads, goods = _mid_ranks(scores), scores[bad], scores[~bad]
    of_bads = (every[bad] - _mid_ranks(bads)) / goods.size
    of_goods = 1.0 - (every[~bad] - _mid_ranks(goods)) / bads.size
    return of_bads, of_goods


def _mid_ranks(values: Vector) -> Vector:
    """Places from 1 in ascending order, equal values sharing the mean of theirs."""
    _distinct, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2.0)[place]


def _mean_variance(values: Vector) -> float:
    """Variance of the mean; that of one value cannot be told and counts as that of a coin."""
    return float(values.var(ddof=1)) / values.size if values.size > 1 else 0.25
