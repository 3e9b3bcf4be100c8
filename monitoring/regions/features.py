"""Features of a region in a month from what is reported of it: a level, a change over a year, or how much it swings.

Pure. A feature that cannot be worked out is None, never 0.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from monitoring.regions.months import month_add

YEAR: Final = 12
Kind = Literal["LEVEL", "CHANGE", "VOLATILITY"]
Series = Mapping[date, float]
"""An indicator by month."""
PROTECTED: Final = "protected_"
"""Indicators that begin so are shares of protected groups: kept to test a placement with, never a feature."""
OWN: Final = ("own_approval_rate", "own_acceptance")
"""Indicators of our own book: approved among decided, and taken up among approved."""


@dataclass(frozen=True)
class Feature:
    """What to read of an indicator. `code` names the feature."""

    code: str
    indicator: str
    kind: Kind


def feature_value(feature: Feature, series: Series, month: date, age_most: int) -> float | None:
    """A feature as of a month, from the latest value at most `age_most` months old.

    LEVEL: that value. CHANGE: relative to twelve months before it. VOLATILITY: standard deviation (n − 1) of the
    monthly log changes over the twelve months up to it, all of which must be there and positive.
    """
    last = next((at for at in _back(month, age_most + 1) if at in series), None)
    if last is None:
        return None
    if feature.kind == "LEVEL":
        return series[last]
    if feature.kind == "CHANGE":
        before = series.get(month_add(last, -YEAR))
        return None if before is None or before == 0.0 else (series[last] - before) / abs(before)
    levels = [series.get(month_add(last, -back)) for back in range(YEAR, -1, -1)]
    known = [level for level in levels if level is not None and level > 0.0]
    return _spread([math.log(now / was) for was, now in pairwise(known)]) if len(known) == len(levels) else None


def _back(month: date, count: int) -> Sequence[date]:
    return [month_add(month, -back) for back in range(count)]


def _spread(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / (len(values) - 1))
