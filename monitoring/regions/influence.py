"""The regional influence coefficient Yxtz, 0..1, higher = riskier: regional features weighted by what they do to the
repayment of an average borrower. Pure.

For marketing and concentration only: nothing that decides on a person reads it (docs/regions.md, and tests).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from monitoring.regions.beats import Verdict, beats
from monitoring.regions.ridge import ridge_fit, ridge_predict

FOLDS: Final = 5
SEED: Final = 42
CLIP: Final = 3.0
"""Standard deviations beyond which a feature counts no further: a freak month must not decide."""
KNOWN_SHARE: Final = 0.8
"""A feature that fewer of the loans have is left out rather than the loans."""
Why = Literal["", "FEW_LOANS", "FEW_BADS", "FEW_REGIONS", "NO_FEATURE", "NOT_BETTER"]


@dataclass(frozen=True)
class MaturedLoans:
    """Loans whose outcome is known, one per place: `bad` 0/1, `region` code, `borrower` n × b (b ≥ 1, nothing missing),
    `regional` n × k as of the month of opening (nan = unknown), `features` the k names."""

    bad: NDArray[np.int8]
    region: Sequence[str]
    borrower: NDArray[np.float64]
    regional: NDArray[np.float64]
    features: Sequence[str]


@dataclass(frozen=True)
class Least:
    """Below these nothing is assessed. `level` is the chance accepted of being better by luck."""

    loans: int = 1_000
    bads: int = 50
    regions: int = 10
    level: float = 0.05


@dataclass(frozen=True)
class Influence:
    """A fit, frozen: reference means and spreads, and effects in log odds per spread (mean over held-out folds).

    `scale` is the spread of the weighted sum over the reference; `left_out` names features not used, with a code.
    """

    state: Literal["ASSESSED", "NOT_ASSESSED"]
    why: Why
    loans: int
    bads: int
    regions: int
    means: Mapping[str, float] = field(default_factory=dict)
    spreads: Mapping[str, float] = field(default_factory=dict)
    effects: Mapping[str, float] = field(default_factory=dict)
    effect_spreads: Mapping[str, float] = field(default_factory=dict)
    scale: float = 0.0
    left_out: Mapping[str, str] = field(default_factory=dict)
    verdict: Verdict | None = None


@dataclass(frozen=True)
class Yxtz:
    """A region's coefficient; None where anything it needs is unknown, with what is missing. Parts add up in log odds
    divided by the scale: above 0 is riskier than the reference."""

    value: float | None
    parts: Mapping[str, float]
    missing: tuple[str, ...]


def influence_fit(loans: MaturedLoans, least: Least) -> Influence:
    """Fit the effects with regions held out.

    A ridge logistic regression of `bad` on borrower and regional features, all standardised, on four fifths of the
    regions at a time. It counts only where it forecasts the loans of regions it has not seen better than the borrower's
    features alone do (log loss, `beats` across regions): regions differ in many ways that no feature explains.
    """
    chosen, left_out = _usable(loans)
    used = ~np.isnan(loans.regional[:, chosen]).any(axis=1) if chosen else np.zeros(len(loans.bad), bool)
    rows = [int(row) for row in np.flatnonzero(used)]
    bad = loans.bad[rows].astype(int)
    regions = [loans.region[row] for row in rows]
    counts = len(bad), int(bad.sum()), len(set(regions))
    why = _refusal(chosen, *counts, least)
    if why:
        return Influence("NOT_ASSESSED", why, *counts, left_out=left_out)
    names = [loans.features[place] for place in chosen]
    regional = loans.regional[rows][:, chosen]
    means, spreads = _reference(regional, regions)
    z = np.clip((regional - means) / spreads, -CLIP, CLIP)
    borrower = _standard(loans.borrower[rows])
    effects, verdict = _held_out(bad, borrower, z, regions, least.level)
    weights = effects.mean(axis=0)
    scale = float(np.std(_distinct(z, regions) @ weights, ddof=1))
    is_assessed = verdict.is_better and scale > 0.0
    return Influence(
        "ASSESSED" if is_assessed else "NOT_ASSESSED",
        "" if is_assessed else "NOT_BETTER",
        *counts,
        means=_named(names, means),
        spreads=_named(names, spreads),
        effects=_named(names, weights),
        effect_spreads=_named(names, effects.std(axis=0, ddof=1)),
        scale=scale,
        left_out=left_out,
        verdict=verdict,
    )


def yxtz(influence: Influence, values: Mapping[str, float | None]) -> Yxtz:
    """Yxtz = 1 / (1 + exp(−Σ βₖ·zₖ / scale)), zₖ clipped to ±3: 0.5 is the mean region of the reference."""
    missing = tuple(name for name in influence.effects if values.get(name) is None)
    if influence.state != "ASSESSED" or missing:
        return Yxtz(None, {}, missing)
    parts = {}
    for name, effect in influence.effects.items():
        value = values[name]
        assert value is not None  # noqa: S101  # none is missing
        z = (value - influence.means[name]) / influence.spreads[name]
        parts[name] = effect * max(-CLIP, min(CLIP, z)) / influence.scale
    return Yxtz(1.0 / (1.0 + math.exp(-sum(parts.values()))), parts, ())


def _usable(loans: MaturedLoans) -> tuple[list[int], dict[str, str]]:
    chosen, left_out = [], {}
    for place, name in enumerate(loans.features):
        column = loans.regional[:, place]
        known = column[~np.isnan(column)]
        if len(known) < KNOWN_SHARE * max(len(column), 1):
            left_out[name] = "UNKNOWN"
        elif float(known.max() - known.min()) < 1e-12:
            left_out[name] = "SAME_EVERYWHERE"
        else:
            chosen.append(place)
    return chosen, left_out


def _refusal(chosen: Sequence[int], loans: int, bads: int, regions: int, least: Least) -> Why:
    if not chosen:
        return "NO_FEATURE"
    if loans < least.loans:
        return "FEW_LOANS"
    if min(bads, loans - bads) < least.bads:
        return "FEW_BADS"
    return "FEW_REGIONS" if regions < max(least.regions, FOLDS) else ""


def _distinct(rows: NDArray[np.float64], regions: Sequence[str]) -> NDArray[np.float64]:
    """Each region's distinct months once: a region with many loans is not more of a reference than one with few."""
    seen = {(region, row.tobytes()): row for region, row in zip(regions, rows, strict=True)}
    return np.array(list(seen.values()))


def _reference(
    regional: NDArray[np.float64], regions: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    reference = _distinct(regional, regions)
    return reference.mean(axis=0), reference.std(axis=0, ddof=1)


def _standard(columns: NDArray[np.float64]) -> NDArray[np.float64]:
    spread = columns.std(axis=0)
    standard: NDArray[np.float64] = (columns - columns.mean(axis=0)) / np.where(spread > 0.0, spread, 1.0)
    return standard


def _held_out(
    bad: NDArray[np.int64],
    borrower: NDArray[np.float64],
    z: NDArray[np.float64],
    regions: Sequence[str],
    level: float,
) -> tuple[NDArray[np.float64], Verdict]:
    codes = np.array(regions)
    order = np.random.default_rng(SEED).permutation(np.unique(codes))
    fold_of = {code: place % FOLDS for place, code in enumerate(order)}
    folds = np.array([fold_of[code] for code in codes])
    both, effects = np.hstack([borrower, z]), []
    losses, plain = np.zeros(len(bad)), np.zeros(len(bad))
    for fold in range(FOLDS):
        seen, held = folds != fold, folds == fold
        weights = ridge_fit(both[seen], bad[seen].astype(float))
        effects.append(weights[1 + borrower.shape[1] :])
        losses[held] = _loss(bad[held], ridge_predict(weights, both[held]))
        alone = ridge_fit(borrower[seen], bad[seen].astype(float))
        plain[held] = _loss(bad[held], ridge_predict(alone, borrower[held]))
    return np.array(effects), beats(losses.tolist(), plain.tolist(), list(regions), level)


def _loss(bad: NDArray[np.int64], forecast: NDArray[np.float64]) -> NDArray[np.float64]:
    loss: NDArray[np.float64] = -np.log(np.where(bad == 1, forecast, 1.0 - forecast))
    return loss


def _named(names: Sequence[str], values: NDArray[np.float64]) -> dict[str, float]:
    return {name: float(value) for name, value in zip(names, values, strict=True)}
