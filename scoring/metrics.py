"""How well a PD ranks and how true it is: the figures of every report, each defined once. Pure.

Throughout, `outcome` is a vector of n values, 1 for bad and 0 for good, and `pd` the n predicted probabilities.
"""

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
_CLIP = 1e-15


def _checked(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> tuple[Vector, Vector]:
    truth, predicted = np.asarray(outcome, dtype=np.float64), np.asarray(pd, dtype=np.float64)
    if truth.ndim != 1 or truth.shape != predicted.shape or truth.size == 0:
        raise ValueError("outcome and pd must be vectors of one length, not empty")
    if not np.isin(truth, (0.0, 1.0)).all() or not np.isfinite(predicted).all():
        raise ValueError("outcomes are 0 or 1 and predictions finite")
    return truth, predicted


def _cumulative_shares(truth: Vector, predicted: Vector) -> tuple[Vector, Vector]:
    """Shares of bads and of goods at or above each distinct prediction, from (0, 0) to (1, 1): the ROC curve."""
    order = np.argsort(-predicted, kind="stable")
    last_of_tie = np.append(np.diff(predicted[order]) != 0, True)
    bads = np.cumsum(truth[order])[last_of_tie]
    goods = np.cumsum(1.0 - truth[order])[last_of_tie]
    if bads[-1] == 0 or goods[-1] == 0:
        raise ValueError("ranking needs both outcomes")
    return np.append(0.0, bads / bads[-1]), np.append(0.0, goods / goods[-1])


def auc(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Probability that a bad ranks above a good, ties half (Mann-Whitney). 0.5 is chance, 1 perfect."""
    bads, goods = _cumulative_shares(*_checked(outcome, pd))
    return float(np.sum(np.diff(goods) * (bads[1:] + bads[:-1])) / 2.0)


def gini(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """`2 * auc - 1`, -1 to 1."""
    return 2.0 * auc(outcome, pd) - 1.0


def ks(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Largest distance between the score distributions of bads and goods (Kolmogorov-Smirnov), 0 to 1."""
    bads, goods = _cumulative_shares(*_checked(outcome, pd))
    return float(np.max(np.abs(bads - goods)))


def brier(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Mean squared error of the PD, 0 (best) to 1."""
    truth, predicted = _checked(outcome, pd)
    return float(np.mean((predicted - truth) ** 2))


def log_loss(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> float:
    """Mean negative log likelihood in nats; PDs are clipped to [1e-15, 1 - 1e-15] so that it stays finite."""
    truth, predicted = _checked(outcome, pd)
    clipped = np.clip(predicted, _CLIP, 1.0 - _CLIP)
    return float(-np.mean(truth * np.log(clipped) + (1.0 - truth) * np.log1p(-clipped)))


def calibration_table(outcome: npt.ArrayLike, pd: npt.ArrayLike, bins: int = 10) -> list[dict[str, float]]:
    """Rows sorted by PD, cut in `bins` parts of equal count (±1): count, mean PD and bad rate of each, safest first."""
    truth, predicted = _checked(outcome, pd)
    order = np.argsort(predicted, kind="stable")
    parts = [part for part in np.array_split(order, bins) if part.size]
    return [
        {"count": float(part.size), "mean_pd": float(predicted[part].mean()), "bad_rate": float(truth[part].mean())}
        for part in parts
    ]


def ece(outcome: npt.ArrayLike, pd: npt.ArrayLike, bins: int = 10) -> float:
    """Expected calibration error over equal-count bins: mean of |mean PD - bad rate| weighted by count, 0 to 1."""
    rows = calibration_table(outcome, pd, bins)
    total = sum(row["count"] for row in rows)
    return sum(row["count"] * abs(row["mean_pd"] - row["bad_rate"]) for row in rows) / total


def gains_table(outcome: npt.ArrayLike, pd: npt.ArrayLike, bins: int = 10) -> list[dict[str, float]]:
    """Riskiest tenth first: count, bad rate, share of all bads caught so far and lift over the average bad rate."""
    rows = calibration_table(outcome, pd, bins)[::-1]
    total = sum(row["count"] for row in rows)
    all_bads = sum(row["count"] * row["bad_rate"] for row in rows)
    caught, seen, table = 0.0, 0.0, []
    for row in rows:
        seen += row["count"]
        caught += row["count"] * row["bad_rate"]
        share = caught / all_bads if all_bads else 0.0
        table.append(
            {"count": row["count"], "bad_rate": row["bad_rate"], "caught": share, "lift": share * total / seen}
        )
    return table


def psi(expected: npt.ArrayLike, actual: npt.ArrayLike) -> float:
    """Population stability index of two vectors of counts over the same bins, 0 (same) upwards.

    `sum((a - e) * ln(a / e))` over shares. A bin empty on one side counts half a case there, so the index stays
    finite; a bin empty on both is left out. Raises ValueError if the shapes differ or a side is empty.
    """
    old, new = np.asarray(expected, dtype=np.float64), np.asarray(actual, dtype=np.float64)
    if old.ndim != 1 or old.shape != new.shape or (old < 0).any() or (new < 0).any():
        raise ValueError("counts must be two vectors of one length, not negative")
    if old.sum() == 0 or new.sum() == 0:
        raise ValueError("a population without cases has no shares")
    used = (old + new) > 0
    old, new = np.maximum(old[used], 0.5), np.maximum(new[used], 0.5)
    before, after = old / old.sum(), new / new.sum()
    return float(np.sum((after - before) * np.log(after / before)))


def all_metrics(outcome: npt.ArrayLike, pd: npt.ArrayLike) -> dict[str, float]:
    """The figures of a report by their key: auc, ks, gini, brier, log_loss, ece."""
    functions = {"auc": auc, "ks": ks, "gini": gini, "brier": brier, "log_loss": log_loss, "ece": ece}
    return {name: function(outcome, pd) for name, function in functions.items()}
