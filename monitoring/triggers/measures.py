"""How good a trigger is on known outcomes: precision, recall, false alarms, lead time, each with counts. Pure.

Throughout, `fired` and `bad` are Boolean vectors of n accounts: what was warned of, and what defaulted.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from statistics import NormalDist, median
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Flags = npt.NDArray[np.bool_]
CONFIDENCE: Final = 0.95
PER: Final = 1_000
"""False alarms are told per so many accounts."""
_DIGITS: Final = 6


def wilson(hits: int, cases: int, confidence: float = CONFIDENCE) -> tuple[float, float] | None:
    """Ends of the interval of a share, 0 to 1; None without cases.

    `(p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n)` (Wilson, Journal of the American Statistical Association 22,
    1927). Raises ValueError unless 0 <= hits <= cases.
    """
    if not 0 <= hits <= cases:
        raise ValueError("hits lie between 0 and the number of cases")
    if cases == 0:
        return None
    z = NormalDist().inv_cdf(0.5 + confidence / 2.0)
    share, spread = hits / cases, 1.0 + z * z / cases
    middle = (share + z * z / (2.0 * cases)) / spread
    reach = z * math.sqrt(share * (1.0 - share) / cases + z * z / (4.0 * cases * cases)) / spread
    # At the ends of the scale the formula gives 0 and 1 but for rounding.
    return (0.0 if hits == 0 else middle - reach), (1.0 if hits == cases else middle + reach)


def figures(fired: Flags, bad: Flags) -> dict[str, Any]:
    """`fired`, `right`, `false`, `missed` (counts); `precision`, `recall` (0 to 1, null where undefined) and
    `false_alarms_per_1000` accounts, each with `…_interval` [low, high] at 95 %.

    Raises ValueError for vectors that do not fit.
    """
    if fired.ndim != 1 or fired.shape != bad.shape:
        raise ValueError("fired and bad must be vectors of one length")
    right, false = int((fired & bad).sum()), int((fired & ~bad).sum())
    bads, accounts = int(bad.sum()), int(bad.size)
    per_account = wilson(false, accounts)
    return {
        "fired": right + false,
        "right": right,
        "false": false,
        "missed": bads - right,
        **precision(right, right + false),
        "recall": _share(right, bads),
        "recall_interval": _ends(wilson(right, bads)),
        "false_alarms_per_1000": None if accounts == 0 else round(PER * false / accounts, _DIGITS),
        "false_alarms_per_1000_interval": None if per_account is None else [round(PER * x, 3) for x in per_account],
    }


def precision(right: int, fired: int) -> dict[str, Any]:
    """`precision` (0 to 1, null of none) and `precision_interval` [low, high] at 95 %."""
    return {"precision": _share(right, fired), "precision_interval": _ends(wilson(right, fired))}


def lead_time(first_fired: Sequence[date | None], defaulted_on: Sequence[date]) -> dict[str, Any]:
    """Days from the first review that saw it to default, over accounts that defaulted; both in one order.

    `counted` accounts were seen in time; `never` were not, or only on the day of default or after it. `median_days`,
    `mean_days`, `least_days`, `most_days`, `quartile_days` (25 %, 75 %), null of none; `by_days` counts by days ahead.
    """
    days = [
        (default - first).days
        for first, default in zip(first_fired, defaulted_on, strict=True)
        if first is not None and first < default
    ]
    counts: dict[int, int] = {}
    for ahead in sorted(days):
        counts[ahead] = counts.get(ahead, 0) + 1
    return {
        "counted": len(days),
        "never": len(defaulted_on) - len(days),
        "median_days": float(median(days)) if days else None,
        "mean_days": round(sum(days) / len(days), 2) if days else None,
        "least_days": min(days, default=None),
        "most_days": max(days, default=None),
        "quartile_days": [float(x) for x in np.percentile(days, [25, 75])] if days else None,
        "by_days": [{"days": ahead, "accounts": count} for ahead, count in counts.items()],
    }


def first_dates(fired_by_day: Mapping[date, Flags], accounts: int) -> list[date | None]:
    """For each account the earliest day on which it fired; vectors all of length `accounts`."""
    first: list[date | None] = [None] * accounts
    for day in sorted(fired_by_day, reverse=True):
        for place in np.flatnonzero(fired_by_day[day]):
            first[place] = day
    return first


def _share(hits: int, cases: int) -> float | None:
    return round(hits / cases, _DIGITS) if cases else None


def _ends(interval: tuple[float, float] | None) -> list[float] | None:
    return None if interval is None else [round(end, _DIGITS) for end in interval]
