"""Probability of default, odds and scorecard points: one set of formulas, so every page shows the same number. Pure.

Odds are good : bad, `odds = (1 - pd) / pd`; the margin is the log odds of bad, `margin = ln(pd / (1 - pd))`.
Points rise with safety: `points = base_points + pdo * log2(odds / base_odds)` (Siddiqi, Credit Risk Scorecards, ch. 6).
"""

import math

import msgspec
import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]

PD_STEP = 1e-9
"""PDs are multiples of this: two machines whose `exp` differs in the last bit still write the same PD."""
_PER_UNIT = 1e9


class Scale(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`base_points` at odds of `base_odds` good to one bad; `pdo` more points double the odds."""

    base_points: float = 600.0
    base_odds: float = 50.0
    pdo: float = 20.0

    def __post_init__(self) -> None:
        if not (self.base_odds > 0 and self.pdo > 0 and math.isfinite(self.base_points)):
            raise ValueError("base_odds and pdo must be positive, base_points finite")


def pd_from_margin(margin: float) -> float:
    """`1 / (1 + exp(-margin))`, rounded to `PD_STEP` and kept off 0 and 1. `margin` is finite log odds of bad."""
    # NumPy's exp here too: it may differ from `math.exp` in the last bit, and one row must equal its batch.
    weight = float(np.exp(-abs(margin)))
    share = (weight if margin < 0.0 else 1.0) / (1.0 + weight)
    return min(max(float(round(share * _PER_UNIT)), 1.0), _PER_UNIT - 1.0) / _PER_UNIT


def pds_from_margins(margins: Vector) -> Vector:
    """`pd_from_margin` of each, bit for bit."""
    weights = np.exp(-np.abs(np.ascontiguousarray(margins)))
    shares = np.where(margins < 0.0, weights, 1.0) / (1.0 + weights)
    pds: Vector = np.clip(np.rint(shares * _PER_UNIT), 1.0, _PER_UNIT - 1.0) / _PER_UNIT
    return pds


def margin_from_pd(pd: float) -> float:
    """`ln(pd / (1 - pd))`. Raises ValueError unless 0 < pd < 1."""
    if not 0.0 < pd < 1.0:
        raise ValueError("a PD lies strictly between 0 and 1")
    return math.log(pd / (1.0 - pd))


def odds_from_pd(pd: float) -> float:
    """Good : bad odds, `(1 - pd) / pd`. Raises ValueError unless 0 < pd < 1."""
    if not 0.0 < pd < 1.0:
        raise ValueError("a PD lies strictly between 0 and 1")
    return (1.0 - pd) / pd


def points_from_pd(pd: float, scale: Scale) -> int:
    """Points of a PD, rounded to the nearest whole point; higher is safer. Raises ValueError unless 0 < pd < 1."""
    return round(scale.base_points + scale.pdo * math.log2(odds_from_pd(pd) / scale.base_odds))


def points_from_margin_change(change: float, scale: Scale) -> float:
    """Points gained by adding `change` to the margin: `-change * pdo / ln 2`. Contributions become points by it."""
    return -change * scale.pdo / math.log(2.0)
