"""Ridge logistic regression with coefficients of either sign, small and deterministic. Pure."""

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]


def ridge_fit(columns: Vector, outcome: Vector, ridge: float = 1.0) -> Vector:
    """Intercept and coefficients that minimise log loss + ridge / 2 · Σ b² (not the intercept), by Newton's method."""
    design = _design(columns)
    shrink = np.append(0.0, np.full(columns.shape[1], ridge))
    weights = np.zeros(design.shape[1])
    for _ in range(50):
        pd = ridge_predict(weights, columns)
        gradient = design.T @ (pd - outcome) + shrink * weights
        curved = (design * (pd * (1.0 - pd))[:, np.newaxis]).T @ design + np.diag(shrink + 1e-9)
        step = np.clip(np.linalg.solve(curved, gradient), -2.0, 2.0)
        weights = weights - step
        if float(np.abs(step).max()) < 1e-9:
            break
    return weights


def ridge_predict(weights: Vector, columns: Vector) -> Vector:
    """Probabilities of 1."""
    margin = np.clip(_design(columns) @ weights, -35.0, 35.0)
    pd: Vector = 1.0 / (1.0 + np.exp(-margin))
    return pd


def _design(columns: Vector) -> Vector:
    return np.hstack([np.ones((len(columns), 1)), columns])
