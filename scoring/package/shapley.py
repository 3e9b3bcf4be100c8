"""Shapley values of a model without a formula for them: seeded permutations of its inputs, each also backwards."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
_ROWS = 256


def shapley_values(
    margins: Callable[[Matrix], Matrix], matrix: Matrix, background: Matrix, pairs: int, seed: int
) -> npt.NDArray[np.float64]:
    """What each input adds in moving from `background` (features,) to a row, shape (rows, features + 1).

    Inputs are put in place one after the other, in `pairs` orders drawn from `seed` and their reverses (antithetic
    sampling: Mitchell et al., Sampling Permutations for Shapley Value Estimation, JMLR 2022), and the changes of the
    margin averaged. Each order's changes add up to the whole, so the averages do too; the last column is the
    background's own margin. The same for one row as among many.
    """
    rows, features = matrix.shape
    base = float(margins(background[np.newaxis, :])[0])
    values = np.zeros((rows, features + 1))
    values[:, -1] = base
    chance = np.random.default_rng(seed)
    forward = [chance.permutation(features) for _ in range(pairs)]
    orders = [order for one in forward for order in (one, one[::-1])]
    for start in range(0, rows, _ROWS):
        part = matrix[start : start + _ROWS]
        for order in orders:
            values[start : start + _ROWS, :-1] += _changes(margins, part, background, order, base)
    values[:, :-1] /= len(orders)
    return values


def _changes(
    margins: Callable[[Matrix], Matrix], part: Matrix, background: Matrix, order: npt.NDArray[np.int64], base: float
) -> npt.NDArray[np.float64]:
    """The change of the margin that each input makes when it is put in place in this order."""
    rows, features = part.shape
    steps = np.repeat(background[np.newaxis, np.newaxis, :], features, axis=0).repeat(rows, axis=1)
    for step, place in enumerate(order):
        steps[step:, :, place] = part[:, place]
    reached = margins(steps.reshape(features * rows, features)).astype(np.float64).reshape(features, rows)
    changes = np.empty((rows, features))
    changes[:, order] = np.diff(reached, axis=0, prepend=base).T
    return changes
