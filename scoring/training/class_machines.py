"""Two machines for more than two classes, on the same encoded rows: a kernel machine and boosted trees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.package.encoding import Matrix, encode_frame
from scoring.package.preparation import Preparation
from scoring.package.schema import Feature
from scoring.training.columns import Column
from scoring.training.features import features_fit
from scoring.training.folds import stratified_folds
from scoring.training.preparation import preparation_fit
from scoring.training.svm import SvmParameters, kernel_space

if TYPE_CHECKING:
    import xgboost as xgb

Classes = npt.NDArray[np.int64]
"""The class of each row, from 0 on."""
Predict = Callable[[Matrix], Classes]
Fit = Callable[[Sequence[Feature], Matrix, Classes, int], Predict]
"""From features, encoded rows, their classes and a seed."""

_WIDTHS, _COSTS = (0.1, 0.3), (0.3, 3.0)
_TREES = ((2, 1.0), (3, 1.0), (3, 5.0), (5, 5.0))
_INNER = 4
_ROUNDS, _PATIENCE = 200, 15
_RAREST = 10


class ClassEncoding:
    """Columns as the machines read them: amounts as they are, a column of 0 and 1 for each code of ten rows or more.

    Nothing of it is learnt from classes.
    """

    def __init__(self, columns: Sequence[Column], frame: pl.DataFrame) -> None:
        """Learn from training rows."""
        self._columns = columns
        self._codes = {one.name: _codes(frame[one.name]) for one in columns if one.kind == "category"}
        rows = self._expanded(frame)
        numbers = [Column(name, "number") for name in rows.columns]
        self.features = features_fit(numbers, rows, np.zeros(frame.height), {})

    def of(self, frame: pl.DataFrame) -> Matrix:
        """Rows × features."""
        return encode_frame(self.features, self._expanded(frame))

    def _expanded(self, frame: pl.DataFrame) -> pl.DataFrame:
        columns = []
        for one in self._columns:
            series = frame[one.name]
            if one.kind == "number":
                columns.append(series.cast(pl.Float64))
            columns += [
                (series == code).cast(pl.Float64).alias(f"{one.name}={code}") for code in self._codes.get(one.name, [])
            ]
        return pl.DataFrame(columns)


def svm_classes(features: Sequence[Feature], rows: Matrix, classes: Classes, seed: int) -> Predict:
    """One linear machine a class (squared hinge) in the space of 200 landmarks; prepared as the `svm` family is.

    Width and cost are the pair of four that gets most right in a quarter of the rows held back.
    """
    train, held_back = _inner(classes, seed)
    right = {}
    for width in _WIDTHS:
        space = _Space(features, rows[train], width, seed)
        known, unseen = space.of(rows[train]), space.of(rows[held_back])
        for cost in _COSTS:
            machine = _machine(known, classes[train], cost, seed)
            right[width, cost] = float(np.mean(machine.predict(unseen) == classes[held_back]))
    width, cost = max(right, key=right.__getitem__)
    space = _Space(features, rows, width, seed)
    machine = _machine(space.of(rows), classes, cost, seed)
    return lambda unseen: machine.predict(space.of(unseen))


def trees_classes(_features: Sequence[Feature], rows: Matrix, classes: Classes, seed: int) -> Predict:
    """Boosted trees with one output a class (softmax).

    Depth and least weight of a leaf are the pair of four that gets most right in a quarter of the rows held back, the
    number of rounds the one at which its log loss stops falling there.
    """
    import xgboost as xgb

    train, held_back = _inner(classes, seed)
    many = int(classes.max()) + 1
    known, watched = _matrix(rows[train], classes[train]), _matrix(rows[held_back], classes[held_back])
    tried = []
    for one in _TREES:
        settings = _settings(one, many, seed)
        booster = xgb.train(
            settings, known, _ROUNDS, evals=[(watched, "watched")], early_stopping_rounds=_PATIENCE, verbose_eval=False
        )
        rounds = booster.best_iteration + 1
        tried.append((float(np.mean(_chosen(booster, watched, rounds) == classes[held_back])), rounds, settings))
    _right, rounds, settings = max(tried, key=lambda found: found[0])
    booster = xgb.train(settings, _matrix(rows, classes), rounds)
    return lambda unseen: _chosen(booster, xgb.DMatrix(unseen, nthread=1), rounds)


MACHINES: Mapping[str, Fit] = {"svm": svm_classes, "xgboost": trees_classes}


class _Space:
    """The space of landmarks, learnt from training rows with how they are prepared."""

    def __init__(self, features: Sequence[Feature], rows: Matrix, width: float, seed: int) -> None:
        self._preparation = Preparation(preparation_fit(features, rows), len(features))
        self._kernel = kernel_space(self._preparation.apply(rows), SvmParameters(width=width, seed=seed))

    def of(self, rows: Matrix) -> npt.NDArray[np.float64]:
        return self._kernel.of(self._preparation.apply(rows))


def _machine(columns: npt.NDArray[np.float64], classes: Classes, cost: float, seed: int) -> Any:
    from sklearn.svm import LinearSVC

    machine = LinearSVC(dual=False, C=cost, random_state=seed, max_iter=200, tol=1e-3)  # type: ignore[no-untyped-call]
    return machine.fit(columns, classes)


def _matrix(rows: Matrix, classes: Classes) -> xgb.DMatrix:
    import xgboost as xgb

    with xgb.config_context(nthread=1):
        return xgb.DMatrix(rows, classes, nthread=1)


def _settings(pair: tuple[int, float], many: int, seed: int) -> dict[str, Any]:
    return {
        "objective": "multi:softprob", "num_class": many, "eval_metric": "mlogloss", "tree_method": "hist",
        "max_depth": pair[0], "min_child_weight": pair[1], "learning_rate": 0.1, "subsample": 0.8,
        "colsample_bynode": 0.5, "reg_lambda": 1.0, "max_bin": 64, "nthread": 1, "seed": seed,
    }  # fmt: skip


def _chosen(booster: xgb.Booster, rows: xgb.DMatrix, rounds: int) -> Classes:
    shares = booster.predict(rows, iteration_range=(0, rounds))
    chosen: Classes = np.argmax(shares, axis=1)
    return chosen


def _inner(classes: Classes, seed: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    return next(stratified_folds(classes.astype(np.float64), _INNER, seed + 1))


def _codes(series: pl.Series) -> list[Any]:
    counts = series.drop_nulls().value_counts(name="rows").filter(pl.col("rows") >= _RAREST)
    return sorted(counts[series.name].to_list())
