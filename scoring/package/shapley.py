"""Exact contributions of one row: path-dependent TreeSHAP (Lundberg et al. 2018), all leaves of a forest at once.

A leaf of value v whose path asks about the features D gives feature j

    v · (o_j - z_j) · Σ_{S ⊆ D∖j} |S|! (|D|-|S|-1)! / |D|! · Π_{k∈S} o_k · Π_{k∈D∖S∖j} z_k

where o_k is 1 if the row meets the path's conditions on k and 0 if not, and z_k is the share of the training cover that
the path keeps at its splits on k. The sums over S are the coefficients of Π_{k≠j} (z_k + o_k·t) by |S|. What a leaf
gives depends only on which of its few conditions are met: all cases are worked out once, and a row looks them up.
"""

from collections.abc import Callable
from math import factorial

import numpy as np
import numpy.typing as npt

from scoring.package.forest import Floats, Forest, probe_rows

Doubles = npt.NDArray[np.float64]
MOST_ENTRIES = 4_000_000
"""Doubles in the table of a forest; beyond it (deep trees) the library computes contributions."""
PROBES = 60
TOLERANCE = 2e-5
"""The library adds up in float32."""
Matrix = npt.NDArray[np.float32]
Condition = tuple[int, bool]
Path = dict[int, tuple[list[Condition], float]]


def games_verified(forest: Forest, library: Callable[[Matrix], Matrix]) -> "LeafGames | None":
    """The leaf games of a forest if they agree with the library's contributions on probe rows; None otherwise."""
    try:
        games = LeafGames(forest)
    except ValueError:
        return None
    rows = probe_rows(forest, PROBES)
    ours = np.array([games.contributions(row) for row in rows])
    return games if np.abs(ours - library(rows)[:, :-1]).max() < TOLERANCE else None


class LeafGames:
    """The leaves of a forest with what they give in every case. Immutable, safe between threads."""

    def __init__(self, forest: Forest) -> None:
        """Raises ValueError where the table would be too large."""
        self._forest = forest
        paths = _paths(forest)
        slots = max((len(path) for path in paths), default=0)
        if slots == 0 or len(paths) * slots * 2**slots > MOST_ENTRIES:
            raise ValueError("contributions of this forest are the library's")
        repeats = max(len(asked) for path in paths for asked, _ in path.values())
        always = 2 * len(forest.split_feature)
        self._asked = np.full((slots, len(paths), repeats), always, dtype=np.int64)
        kept: Doubles = np.ones((slots, len(paths)))
        feature = np.full((slots, len(paths)), forest.width, dtype=np.int64)
        weights: Doubles = np.zeros((slots, len(paths)))
        for leaf, path in enumerate(paths):
            for slot, (name, (asked, share)) in enumerate(path.items()):
                feature[slot, leaf] = name
                kept[slot, leaf] = share
                self._asked[slot, leaf, : len(asked)] = [2 * node + is_right for node, is_right in asked]
            for size in range(len(path)):
                weights[size, leaf] = _weight(size, len(path))
        self._bits = 2 ** np.arange(slots, dtype=np.int64)
        self._first = np.arange(len(paths)) * 2**slots
        self._feature = feature.T.ravel()
        self._given = _table(kept, weights, feature < forest.width, forest.leaves.astype(np.float64))

    def contributions(self, row: Floats) -> Doubles:
        """What each feature adds to the raw margin, shape (features,); with the forest's mean they add up to it."""
        left = self._forest.goes_left(row)
        held = np.empty(2 * len(left) + 1, dtype=np.bool_)
        held[0:-1:2], held[1:-1:2], held[-1] = left, ~left, True
        meets = held.take(self._asked).all(axis=2)
        given = self._given.take(self._first + self._bits @ meets, axis=0)
        added = np.bincount(self._feature, given.ravel(), minlength=self._forest.width + 1)
        return added[:-1].astype(np.float64, copy=False)


def _table(kept: Doubles, weights: Doubles, is_real: npt.NDArray[np.bool_], values: Doubles) -> Doubles:
    """What each leaf gives each of its features, shape (leaves × cases, slots); bit k of a case: condition k is met."""
    slots, leaves = kept.shape
    table: Doubles = np.zeros((leaves, 2**slots, slots))
    for case in range(2**slots):
        met = np.array([[case >> slot & 1] for slot in range(slots)], dtype=np.float64)
        follows = np.where(is_real, met, 0.0)
        before, after = _products(kept, follows, reverse=False), _products(kept, follows, reverse=True)
        for slot in range(slots):
            total = np.zeros(leaves)
            for low, one in enumerate(before[slot]):
                for high, other in enumerate(after[slot]):
                    total += weights[low + high] * one * other
            table[:, case, slot] = total * (follows[slot] - kept[slot]) * values
    return table.reshape(-1, slots)


def _products(kept: Doubles, follows: Doubles, *, reverse: bool) -> list[list[Doubles]]:
    """For each slot the coefficients of Π (z + o·t) over the slots before it (after it, if `reverse`)."""
    slots = range(len(kept))
    ordered = list(reversed(slots)) if reverse else list(slots)
    products: list[list[Doubles]] = [[] for _ in slots]
    current: list[Doubles] = [np.ones(kept.shape[1])]
    for slot in ordered:
        products[slot] = current
        zero, one = kept[slot], follows[slot]
        longer = [coefficient * zero for coefficient in current] + [np.zeros(kept.shape[1])]
        for place, coefficient in enumerate(current):
            longer[place + 1] = longer[place + 1] + coefficient * one
        current = longer
    return products


def _weight(size: int, count: int) -> float:
    return factorial(size) * factorial(count - size - 1) / factorial(count)


def _paths(forest: Forest) -> list[Path]:
    """Per leaf, by feature: the conditions on it and the share of cover kept."""
    paths: list[Path] = [{} for _ in range(len(forest.leaves))]

    def visit(node: int, path: Path) -> None:
        if node < 0:
            paths[-1 - node] = path
            return
        feature, share = int(forest.split_feature[node]), float(forest.cover[node])
        asked, kept = path.get(feature, ([], 1.0))
        for is_right, portion in ((False, share), (True, 1.0 - share)):
            further = {**path, feature: ([*asked, (node, is_right)], kept * portion)}
            visit(int(forest.children[node, int(is_right)]), further)

    for root in forest.roots.tolist():
        visit(root, {})
    return paths
