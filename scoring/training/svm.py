"""The support vector family: a squared hinge on a radial kernel, its space spanned by landmarks (Nyström)."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import polars as pl

from scoring.package.arrays import Array
from scoring.training.fitting import Fitted, Recipe
from scoring.training.folds import stratified_sample
from scoring.training.hidden_layer import LayerKind, layer_fit
from scoring.training.table import Outcome

_MOST_ROWS = 30_000
_WIDTHS = (0.1, 0.3, 1.0)
_COSTS = (0.03, 0.3)
_FLATTEST = 1e-6


class SvmParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the machine is made with, all of it."""

    landmarks: int = 200
    width: float = 0.3
    """Gamma of the kernel times the number of prepared columns."""
    cost: float = 0.03
    """Weight of a row's hinge against the norm of the weights."""
    seed: int = 42


class KernelSpace(msgspec.Struct, frozen=True):
    """Where a row is K(x, L) K(L, L)^(-1/2) for landmarks L (Nyström: Williams and Seeger, NIPS 2001)."""

    landmarks: Array
    gamma: float
    whitening: Array

    def of(self, columns: Array) -> Array:
        """Prepared columns (rows, width) in this space, shape (rows, landmarks)."""
        placed: Array = _kernel(columns, self.landmarks, self.gamma) @ self.whitening
        return placed


def fit_svm(frame: pl.DataFrame, outcome: Outcome, recipe: Recipe) -> Fitted:
    """Fit on these rows alone. Same rows, same recipe: same bytes."""
    return layer_fit(_KIND, frame, outcome, recipe)


def _candidates(seed: int) -> Sequence[SvmParameters]:
    return [SvmParameters(width=width, cost=cost, seed=seed) for width in _WIDTHS for cost in _COSTS]


def _solve(columns: Array, outcome: Outcome, parameters: SvmParameters) -> Mapping[str, Array]:
    """Landmarks, and the weight of each one's kernel in the margin.

    The linear machine's weights in the space of the landmarks are turned back into one per landmark. At most 30,000
    rows, sampled, are solved for.
    """
    kept = stratified_sample(outcome, _MOST_ROWS, parameters.seed)
    columns, outcome = columns[kept], outcome[kept]
    space = kernel_space(columns, parameters)
    from sklearn.svm import LinearSVC

    machine = LinearSVC(dual=False, C=parameters.cost, random_state=parameters.seed, max_iter=200, tol=1e-5)  # type: ignore[no-untyped-call]
    machine.fit(space.of(columns), outcome)
    return {
        "landmarks": space.landmarks,
        "gamma": np.array([space.gamma]),
        "weights": space.whitening @ machine.coef_[0],
        "intercept": machine.intercept_,
    }


def kernel_space(columns: Array, parameters: SvmParameters) -> KernelSpace:
    """The space that landmarks of these prepared columns (rows, width) span."""
    landmarks = _landmarks(columns, parameters)
    gamma = parameters.width / columns.shape[1]
    values, vectors = np.linalg.eigh(_kernel(landmarks, landmarks, gamma))
    whitening = vectors / np.sqrt(np.maximum(values, _FLATTEST * values[-1])) @ vectors.T
    return KernelSpace(landmarks, gamma, whitening)


def _landmarks(columns: Array, parameters: SvmParameters) -> Array:
    """Drawn from the normal distribution with the rows' mean and covariance: no person's row is in a package."""
    chance = np.random.default_rng(parameters.seed)
    spread = np.cov(columns, rowvar=False).reshape(columns.shape[1], columns.shape[1])
    values, vectors = np.linalg.eigh(spread)
    drawn = chance.standard_normal((parameters.landmarks, columns.shape[1]))
    landmarks: Array = columns.mean(axis=0) + drawn * np.sqrt(np.maximum(values, 0.0)) @ vectors.T
    return landmarks


def _kernel(rows: Array, landmarks: Array, gamma: float) -> Array:
    distances = (
        (rows * rows).sum(axis=1)[:, np.newaxis] - 2.0 * rows @ landmarks.T + (landmarks * landmarks).sum(axis=1)
    )
    kernel: Array = np.exp(-gamma * np.maximum(distances, 0.0))
    return kernel


_KIND = LayerKind("svm", SvmParameters, _candidates, _solve)
