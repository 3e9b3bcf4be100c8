"""Does one classifier get more right than another on the same rows: the difference of two shares, paired. Pure."""

import math
from statistics import NormalDist

import msgspec
import numpy as np
import numpy.typing as npt


class PairedShares(msgspec.Struct, frozen=True, kw_only=True):
    """What the second has over the first, on the same n rows."""

    first: float
    """Share right of the first, 0 to 1."""
    second: float
    difference: float
    """`second - first`, -1 to 1."""
    low: float
    """Lower end of the interval of the difference."""
    high: float
    p_value: float
    """Two-sided and exact, of no difference."""
    confidence: float
    n: int
    only_first: int
    """Rows that only the first gets right."""
    only_second: int


def paired_shares(first: npt.ArrayLike, second: npt.ArrayLike, *, confidence: float = 0.95) -> PairedShares:
    """Compare two vectors of n Booleans, each saying of a row whether it was got right.

    Interval: Wald's with half a row added to each of the four cells (Agresti and Min, Statistics in Medicine 24,
    2005). p: McNemar's test (Psychometrika 12, 1947), exact by the binomial of the rows on which the two part.
    Out-of-fold predictions share training rows, so both are a little too sure. Raises ValueError for vectors that do
    not fit.
    """
    one, two = (np.asarray(vector, dtype=np.bool_) for vector in (first, second))
    if one.ndim != 1 or one.shape != two.shape or one.size == 0:
        raise ValueError("first and second must be vectors of one length, not empty")
    only_first, only_second = int((one & ~two).sum()), int((two & ~one).sum())
    n = one.size + 2.0
    apart = only_first + only_second + 1.0
    middle = (only_second - only_first) / n
    reach = NormalDist().inv_cdf(0.5 + confidence / 2.0) * math.sqrt(max(apart / n - middle**2, 0.0) / n)
    return PairedShares(
        first=float(one.mean()),
        second=float(two.mean()),
        difference=float(two.mean() - one.mean()),
        low=max(middle - reach, -1.0),
        high=min(middle + reach, 1.0),
        p_value=_mcnemar(only_first, only_second),
        confidence=confidence,
        n=one.size,
        only_first=only_first,
        only_second=only_second,
    )


def _mcnemar(one: int, two: int) -> float:
    """Twice the binomial(one + two, 1/2) probability of the smaller or less, in logarithms: counts may be large."""
    total = one + two
    logs = [math.lgamma(total + 1) - math.lgamma(k + 1) - math.lgamma(total - k + 1) for k in range(min(one, two) + 1)]
    return min(1.0, 2.0 * math.fsum(math.exp(log - total * math.log(2.0)) for log in logs))
