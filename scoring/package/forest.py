"""A booster's trees as flat arrays: one row's margin in a few NumPy steps, bit for bit the library's.

The library walks its own tree objects, which one row at a time are seldom in the processor's cache: in a web process
that costs five times what a loop over one row suggests.
"""

import json
import math
from typing import Any

import numpy as np
import numpy.typing as npt
import xgboost as xgb

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
MOST_NODES = 60_000
PROBES = 400


class UnusualTreesError(Exception):
    """The booster is of a kind this module does not read; the library scores it."""


class Forest:
    """The trees of a `gbtree` booster with one output and numeric splits. Immutable, safe between threads."""

    def __init__(self, booster: dict[str, Any]) -> None:
        """`booster` is the library's own JSON. Raises UnusualTreesError."""
        trees = _trees(booster)
        self.width = int(booster["learner"]["learner_model_param"]["num_feature"])
        splits: list[tuple[int, float, bool, float]] = []
        leaves: list[float] = []
        children: list[tuple[int, int]] = []
        roots: list[int] = []
        depth = 0
        for tree in trees:
            root, height = _flatten(tree, splits, children, leaves)
            roots.append(root)
            depth = max(depth, height)
        self.depth = depth
        self.split_feature: Integers = np.array([split[0] for split in splits], dtype=np.int64)
        self.split_at: Floats = np.array([split[1] for split in splits], dtype=np.float32)
        self.missing_left: npt.NDArray[np.bool_] = np.array([split[2] for split in splits], dtype=np.bool_)
        self.cover: npt.NDArray[np.float64] = np.array([split[3] for split in splits], dtype=np.float64)
        self.leaves: Floats = np.array(leaves, dtype=np.float32)
        # A child or root below zero is the leaf of number -1 - child.
        self.children = np.array(children, dtype=np.int64).reshape(-1, 2)
        self.roots = np.array(roots, dtype=np.int64)
        self._lay_out()
        self.set_base(np.float32(0.0))

    def _lay_out(self) -> None:
        """Splits, leaves, and one leaf more for the base, as one array of nodes; leaves lead to themselves."""
        splits = len(self.split_feature)
        ends = np.arange(splits, splits + len(self.leaves) + 1)
        self._feature = np.concatenate((self.split_feature, np.zeros(len(ends), dtype=np.int64)))
        self._at = np.concatenate((self.split_at, np.zeros(len(ends), dtype=np.float32)))
        self._left = np.concatenate((_placed(self.children[:, 0], splits), ends))
        self._right = np.concatenate((_placed(self.children[:, 1], splits), ends))
        self._missing_left = np.concatenate((self.missing_left, np.zeros(len(ends), dtype=np.bool_)))
        self._start = np.concatenate((ends[-1:], _placed(self.roots, splits)))

    def set_base(self, base: np.float32) -> None:
        """The margin before the first tree."""
        nothing = np.zeros(len(self.split_feature), dtype=np.float32)
        self._values = np.concatenate((nothing, self.leaves, np.array([base], dtype=np.float32)))

    def _goes_left(self, row: Floats) -> npt.NDArray[np.bool_]:
        values = row.take(self._feature)
        left: npt.NDArray[np.bool_] = values < self._at
        if math.isnan(row.sum()):
            left |= self._missing_left & np.isnan(values)
        return left

    def goes_left(self, row: Floats) -> npt.NDArray[np.bool_]:
        """For every split of every tree, whether the row goes left."""
        return self._goes_left(row)[: len(self.split_feature)]

    def margin(self, row: Floats) -> float:
        """The raw margin of one row of shape (features,): added up in float32, tree after tree, as the library does."""
        following = np.where(self._goes_left(row), self._left, self._right)
        places = self._start
        for _ in range(self.depth):
            places = following.take(places)
        return float(np.add.accumulate(self._values.take(places))[-1])


def forest_verified(booster: xgb.Booster) -> Forest | None:
    """The forest of a booster if it gives the library's margins to the last bit on rows made to tell; None otherwise.

    The margin before the first tree is the library's secret to the last bit, so neighbours of its formula are tried.
    """
    saved = json.loads(bytes(booster.save_raw("json")))
    try:
        forest = Forest(saved)
    except (UnusualTreesError, KeyError, RecursionError):
        return None
    rows = probe_rows(forest, PROBES)
    margins = booster.inplace_predict(rows, predict_type="margin", validate_features=False)
    for base in _bases(saved):
        forest.set_base(base)
        ours = np.array([forest.margin(row) for row in rows], dtype=np.float32)
        if np.array_equal(ours.view(np.uint32), margins.view(np.uint32)):
            return forest
    return None


def _bases(saved: dict[str, Any]) -> list[np.float32]:
    """Log odds of the base score in float32, and the nearest floats around it."""
    score = float(saved["learner"]["learner_model_param"]["base_score"].strip("[]"))
    if not 0.0 < score < 1.0:
        return [np.float32(score)]
    middle = np.float32(-math.log(1.0 / score - 1.0))
    found = [middle]
    for direction in (-np.inf, np.inf):
        near = middle
        for _ in range(4):
            near = np.nextafter(near, np.float32(direction))
            found.append(near)
    return found


def probe_rows(forest: Forest, count: int) -> Floats:
    """Rows that try splits just below, at and just above their thresholds, with missing values among them."""
    chance = np.random.default_rng(20_240_131)
    rows = np.full((count, forest.width), np.nan, dtype=np.float32)
    for feature in range(forest.width):
        thresholds = np.unique(forest.split_at[forest.split_feature == feature])
        if len(thresholds) == 0:
            continue
        at = chance.choice(thresholds, count)
        near = np.stack([np.nextafter(at, np.float32(-np.inf)), at, np.nextafter(at, np.float32(np.inf))])
        rows[:, feature] = near[chance.integers(0, 3, count), np.arange(count)]
    rows[chance.random(rows.shape) < 0.05] = np.nan
    return rows


def _trees(booster: dict[str, Any]) -> list[dict[str, Any]]:
    learner = booster["learner"]
    gradient = learner["gradient_booster"]
    parameters = learner["learner_model_param"]
    if gradient["name"] != "gbtree" or parameters["num_target"] != "1" or parameters["num_class"] != "0":
        raise UnusualTreesError("not one sum of trees")
    trees: list[dict[str, Any]] = gradient["model"]["trees"]
    if any(tree["categories_nodes"] for tree in trees):
        raise UnusualTreesError("splits by category")
    if sum(len(tree["left_children"]) for tree in trees) > MOST_NODES:
        raise UnusualTreesError("too many nodes")
    return trees


def _flatten(
    tree: dict[str, Any],
    splits: list[tuple[int, float, bool, float]],
    children: list[tuple[int, int]],
    leaves: list[float],
) -> tuple[int, int]:
    """Append a tree's nodes; its root (below zero: a leaf) and its height."""

    def visit(node: int) -> tuple[int, int]:
        left = tree["left_children"][node]
        if left == -1:
            leaves.append(tree["split_conditions"][node])
            return -len(leaves), 0
        place = len(splits)
        splits.append(
            (
                tree["split_indices"][node],
                tree["split_conditions"][node],
                bool(tree["default_left"][node]),
                tree["sum_hessian"][left] / tree["sum_hessian"][node],
            )
        )
        children.append((0, 0))
        low, low_height = visit(left)
        high, high_height = visit(tree["right_children"][node])
        children[place] = (low, high)
        return place, 1 + max(low_height, high_height)

    return visit(0)


def _placed(nodes: Integers, splits: int) -> Integers:
    """Splits keep their number; leaf number n comes after them."""
    placed: Integers = np.where(nodes >= 0, nodes, splits - 1 - nodes)
    return placed
