"""The network family: several small networks of one hidden layer, trained side by side and averaged."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import polars as pl

from scoring.package.arrays import Array
from scoring.training.fitting import Fitted, Recipe
from scoring.training.hidden_layer import LayerKind, layer_fit
from scoring.training.table import Outcome

_STEPS = (150, 600)
_DECAYS = (0.03, 0.3)
_FIRST, _SECOND, _TINY = 0.9, 0.999, 1e-8


class MlpParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the networks are made with, all of it."""

    networks: int = 6
    units: int = 12
    steps: int = 500
    batch: int = 256
    learning_rate: float = 0.01
    decay: float = 0.1
    """Share of a weight that decays per step at learning rate 1."""
    seed: int = 42


def fit_mlp(frame: pl.DataFrame, outcome: Outcome, recipe: Recipe) -> Fitted:
    """Fit on these rows alone. Same rows, same recipe: same bytes."""
    return layer_fit(_KIND, frame, outcome, recipe)


def _candidates(seed: int) -> Sequence[MlpParameters]:
    return [MlpParameters(steps=steps, decay=decay, seed=seed) for steps in _STEPS for decay in _DECAYS]


def mlp_solve(columns: Array, outcome: Outcome, parameters: MlpParameters) -> Mapping[str, Array]:
    """All networks at once: their hidden units side by side, each network's own share of the output.

    Log loss by Adam with decoupled decay (Loshchilov and Hutter, ICLR 2019), the learning rate falling to nought
    along a half cosine. The average of networks of one hidden layer is such a network again, and is stored as one.
    """
    chance = np.random.default_rng(parameters.seed)
    width, units = columns.shape[1], parameters.networks * parameters.units
    rate = float(outcome.mean())
    hidden = chance.standard_normal((width, units)) * np.sqrt(2.0 / width)
    biases = np.zeros(units)
    weights = chance.standard_normal(units) * np.sqrt(1.0 / parameters.units)
    intercepts = np.full(parameters.networks, np.log(rate / (1.0 - rate)))
    held = [hidden, biases, weights, intercepts]
    moments = [(np.zeros_like(part), np.zeros_like(part)) for part in held]
    batch = min(parameters.batch, outcome.size)
    for step in range(parameters.steps):
        rows = chance.integers(0, outcome.size, batch)
        speed = parameters.learning_rate * 0.5 * (1.0 + np.cos(np.pi * step / parameters.steps))
        gradients = _gradients(columns[rows], outcome[rows], held, parameters)
        for part, (first, second), gradient in zip(held, moments, gradients, strict=True):
            first += (1.0 - _FIRST) * (gradient - first)
            second += (1.0 - _SECOND) * (gradient * gradient - second)
            move = first / (1.0 - _FIRST ** (step + 1))
            move /= np.sqrt(second / (1.0 - _SECOND ** (step + 1))) + _TINY
            part -= speed * (move + (parameters.decay * part if part.ndim == 2 or part is weights else 0.0))
    return {
        "hidden_weights": hidden,
        "hidden_biases": biases,
        "weights": weights / parameters.networks,
        "intercept": np.array([intercepts.mean()]),
    }


def _gradients(
    columns: Array, outcome: Outcome, held: Sequence[Array], parameters: MlpParameters
) -> tuple[Array, Array, Array, Array]:
    """Of the sum over networks of the mean log loss, in the order of `held`."""
    hidden, biases, weights, intercepts = held
    sums = columns @ hidden + biases
    lit = np.maximum(sums, 0.0)
    shares = (lit * weights).reshape(len(columns), parameters.networks, parameters.units).sum(axis=2) + intercepts
    errors = (1.0 / (1.0 + np.exp(-np.clip(shares, -40.0, 40.0))) - outcome[:, np.newaxis]) / len(columns)
    by_unit = np.repeat(errors, parameters.units, axis=1)
    back = by_unit * weights * (sums > 0.0)
    return columns.T @ back, back.sum(axis=0), (by_unit * lit).sum(axis=0), errors.sum(axis=0)


_KIND = LayerKind("mlp", MlpParameters, _candidates, mlp_solve)
