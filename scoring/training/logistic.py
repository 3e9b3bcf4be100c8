"""Logistic regression whose coefficients may not turn negative, shrunk by both penalties."""

import numpy as np
import numpy.typing as npt

from scoring.training.table import Outcome

Vector = npt.NDArray[np.float64]
_STEPS, _SWEEPS = 50, 500
_SHORTEST, _STILL, _ENOUGH = 1e-6, 1e-9, 1e-12
_DIGITS = 6


def logistic_fit(columns: Vector, outcome: Outcome, *, lasso: float, ridge: float) -> tuple[float, Vector]:
    """Intercept and coefficients (≥ 0) that minimise mean log loss + lasso Σ b + ridge / 2 Σ b².

    `columns` has shape (rows, k). Newton's method; each step's quadratic is solved under the bound by coordinate
    descent (Friedman, Hastie and Tibshirani, Journal of Statistical Software 33, 2010), and halved until it lowers
    the loss. Rounded to six digits: the last bits differ between machines.
    """
    design = np.hstack([np.ones((len(columns), 1)), columns])
    penalty = np.append(0.0, np.full(columns.shape[1], lasso))
    shrink = np.append(0.0, np.full(columns.shape[1], ridge))
    rate = float(outcome.mean())
    weights = np.append(np.log(rate / (1.0 - rate)), np.full(columns.shape[1], 0.5))

    def loss(trial: Vector) -> float:
        margin = design @ trial
        fit = np.mean(np.logaddexp(0.0, margin) - outcome * margin)
        return float(fit + penalty @ trial + (shrink * trial) @ trial / 2.0)

    reached = loss(weights)
    for _ in range(_STEPS):
        pd = 1.0 / (1.0 + np.exp(-(design @ weights)))
        gradient = design.T @ (pd - outcome) / len(outcome) + penalty + shrink * weights
        curved = (design * (pd * (1.0 - pd))[:, np.newaxis]).T @ design / len(outcome)
        aim = _bounded_minimum(curved + np.diag(shrink + 1e-9), gradient, weights)
        length, before = 1.0, reached
        while length > _SHORTEST:
            trial = weights + length * (aim - weights)
            reached = loss(trial)
            if reached <= before:
                break
            length /= 2.0
        if reached >= before - _ENOUGH:
            break
        weights = trial
    rounded = np.round(weights, _DIGITS) + 0.0
    return float(rounded[0]), rounded[1:]


def _bounded_minimum(curved: Vector, gradient: Vector, start: Vector) -> Vector:
    """Where gradient · (x - start) + (x - start)' curved (x - start) / 2 is least with all but the first x ≥ 0."""
    place, slope = start.copy(), gradient.copy()
    for _ in range(_SWEEPS):
        longest = 0.0
        for one in range(place.size):
            moved = place[one] - slope[one] / curved[one, one]
            step = (max(moved, 0.0) if one else moved) - place[one]
            if step:
                place[one] += step
                slope += step * curved[one]
                longest = max(longest, abs(step))
        if longest < _STILL:
            break
    return place
