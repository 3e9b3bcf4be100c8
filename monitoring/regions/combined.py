"""The combined coefficient Zh of a product's month, and the threshold DR from its own past. Pure.

Zh = w1·max(SQbd, 0) + w2·max(Lbd, 0) + w3·max(Wyx, 0). The weights are fitted where that forecasts next month's change
of the default rate better than "no change" does, out of time; otherwise they are the stated ones: Zh then describes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np

from monitoring.regions.beats import Verdict, beats
from monitoring.regions.fluctuation import Fluctuations, Limits, Months, fluctuations
from monitoring.regions.months import month_add

TRAIN_SHARE: Final = 0.5
"""Share of the months that the first forecast is fitted on; each later month is forecast from all before it."""
Weights = tuple[float, float, float]


@dataclass(frozen=True)
class Weighting:
    """The weights of Zh and where they come from. `why` says, in a code, what stood against a fit."""

    weights: Weights
    basis: Literal["FITTED", "DESCRIPTIVE"]
    why: Literal["", "FEW_MONTHS", "NOT_BETTER"]
    months: int
    cases: int
    verdict: Verdict | None


@dataclass(frozen=True)
class Combined:
    """Zh of one month against DR. `state` RISKY (Zh ≥ DR), CALM (Zh < DR) or NOT_ASSESSED; never 0 for unknown."""

    state: Literal["RISKY", "CALM", "NOT_ASSESSED"]
    zh: float | None
    parts: tuple[float | None, float | None, float | None]
    threshold: float | None
    threshold_months: int


def weighting(
    products: Mapping[str, Months], until: date, amplify: Weights, limits: Limits, stated: Weights, least: int,
    level: float,
) -> Weighting:  # fmt: skip
    """Fit the weights on all pairs of a month and the next up to `until`, pooled over products.

    Target: next month's share of missed customers minus this month's. No intercept, so "no change" is the fit with all
    weights 0. Tested on months after those fitted on, each forecast from all before it; `least` is how many months a
    fit needs, `level` the chance of being better by luck that is accepted.
    """
    rows = sorted(_pairs(products, until, amplify, limits), key=lambda row: row[0])
    months = sorted({month for month, _, _ in rows})
    if len(months) < max(least, 2):
        return Weighting(stated, "DESCRIPTIVE", "FEW_MONTHS", len(months), len(rows), None)
    verdict = _out_of_time(rows, months, level)
    weights = _fit(rows)
    if not verdict.is_better or not any(weights):
        return Weighting(stated, "DESCRIPTIVE", "NOT_BETTER", len(months), len(rows), verdict)
    return Weighting(weights, "FITTED", "", len(months), len(rows), verdict)


def combined(
    months: Months, month: date, amplify: Weights, limits: Limits, weights: Weights, percentile: float, least: int
) -> Combined:
    """Zh of a product's month, judged against DR: the percentile (0..1) of its Zh in the months before.

    Needs a value of all three fluctuations, and `least` earlier months with one. Equality counts as risky.
    """
    parts = _weighted(fluctuations(months, month, amplify, limits), weights)
    past = history(months, month_add(month, -1), amplify, limits, weights)
    values = [value for _, value in past if value is not None]
    threshold = float(np.quantile(values, percentile)) if len(values) >= max(least, 1) else None
    zh = _total(parts)
    if zh is None or threshold is None:
        return Combined("NOT_ASSESSED", zh, parts, threshold, len(values))
    return Combined("RISKY" if zh >= threshold else "CALM", zh, parts, threshold, len(values))


def history(
    months: Months, until: date, amplify: Weights, limits: Limits, weights: Weights
) -> list[tuple[date, float | None]]:
    """Zh of every month of a product up to `until`, oldest first; None where it is not assessed."""
    found, month = [], min(months, default=until)
    while month <= until:
        found.append((month, _total(_weighted(fluctuations(months, month, amplify, limits), weights))))
        month = month_add(month, 1)
    return found


def _weighted(found: Fluctuations, weights: Weights) -> tuple[float | None, float | None, float | None]:
    first, second, third = (
        None if part.positive is None else weight * part.positive
        for weight, part in zip(weights, found.parts, strict=True)
    )
    return first, second, third


def _total(parts: Sequence[float | None]) -> float | None:
    return None if None in parts else sum(part for part in parts if part is not None)


_Row = tuple[date, tuple[float, float, float], float]


def _pairs(products: Mapping[str, Months], until: date, amplify: Weights, limits: Limits) -> list[_Row]:
    rows: list[_Row] = []
    for months in products.values():
        for month in months:
            after = month_add(month, 1)
            if after > until or after not in months:
                continue
            first, second, third = (part.positive for part in fluctuations(months, month, amplify, limits).parts)
            now, then = months[month].missed_share, months[after].missed_share
            few = min(months[month].customers_due, months[after].customers_due) < limits.base_least
            if None in (first, second, third, now, then) or few:
                continue
            rows.append((month, (first, second, third), then - now))  # type: ignore[arg-type,operator]  # no None left
    return rows


def _fit(rows: Sequence[_Row]) -> Weights:
    from scipy.optimize import nnls  # type: ignore[attr-defined]  # scipy does not say what it exports

    first, second, third = nnls(np.array([row[1] for row in rows]), np.array([row[2] for row in rows]))[0]
    return float(first), float(second), float(third)


def _out_of_time(rows: Sequence[_Row], months: Sequence[date], level: float) -> Verdict:
    losses, plain, groups = [], [], []
    for month in months[int(len(months) * TRAIN_SHARE) :]:
        # The change into `month` is known when its own is forecast; that out of it is not.
        weights = _fit([row for row in rows if row[0] < month])
        for _, parts, change in (row for row in rows if row[0] == month):
            forecast = sum(weight * part for weight, part in zip(weights, parts, strict=True))
            losses.append((change - forecast) ** 2)
            plain.append(change**2)
            groups.append(month)
    return beats(losses, plain, groups, level)
