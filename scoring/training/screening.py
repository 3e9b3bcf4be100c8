"""Which variables earn their place: an L1 linear SVM beside gain and information value, and how stable each verdict is.

Shown for a person to read; nothing is left out of a model because of it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.metrics import auc, psi
from scoring.package.encoding import encode_frame
from scoring.training.columns import Column
from scoring.training.features import features_fit
from scoring.training.folds import stratified_folds, stratified_sample
from scoring.training.power import finite, power_together
from scoring.training.table import Outcome

Matrix = npt.NDArray[np.float64]
MOST_ROWS = 6_000
FOLDS = 5
PATH = tuple(float(step) for step in np.geomspace(1.5, 200.0, 7))
"""Multiples of the smallest C at which any weight is not zero (scikit-learn's `l1_min_c`)."""
_BINS = 10
_NOTHING = 1e-9


class Screened(msgspec.Struct, frozen=True):
    """One variable's worth by three measures."""

    column: str
    iv: float
    """Information value: sum of (share of goods - share of bads) × ln of their ratio, over ten bins, or codes."""
    iv_by_chance: float
    """What a variable without any information would reach: (bins - 1) × (1 / goods + 1 / bads)."""
    gain: float
    """Share of the gain of boosted trees, 0 to 1."""
    svm_weight: float
    """Mean weight over folds, per standard deviation; positive raises the risk."""
    svm_selected: float
    """Share of folds in which the L1 SVM kept it: 1 always, 0 never."""


def screen(frame: pl.DataFrame, outcome: Outcome, columns: Sequence[Column], *, seed: int) -> list[Screened]:
    """Every variable, the one with most gain first; on at most 6,000 rows.

    The SVM (squared hinge, classes balanced) is the sparsest whose out-of-fold AUC lies within one standard error of
    the best along `PATH` (Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 7.10).
    """
    places = stratified_sample(outcome, MOST_ROWS, seed)
    frame, outcome = frame[places], outcome[places]
    weights = _svm_weights(frame, outcome, columns, seed)
    gain = power_together(columns, frame, outcome, seed=seed).gain
    found = []
    for place, column in enumerate(columns):
        iv, by_chance = information_value(frame[column.name], outcome)
        kept = float(np.mean(weights[:, place] != 0.0))
        found.append(Screened(column.name, iv, by_chance, gain[column.name], float(weights[:, place].mean()), kept))
    return sorted(found, key=lambda one: (-one.gain, -one.iv, one.column))


def screening_rows(screened: Sequence[Screened]) -> list[dict[str, Any]]:
    """As the report and the card keep them."""
    rows: list[dict[str, Any]] = msgspec.to_builtins(list(screened))
    return [{name: round(value, 6) if name != "column" else value for name, value in row.items()} for row in rows]


def information_value(series: pl.Series, outcome: Outcome) -> tuple[float, float]:
    """(information value, what chance gives) over ten bins of equal count, or codes; missing values are a bin."""
    if series.dtype == pl.String or series.n_unique() <= _BINS:
        groups = series.cast(pl.String).fill_null("").rank("dense").to_numpy() - 1
    else:
        values = finite(series)
        edges = np.unique(np.quantile(values.drop_nulls().to_numpy(), np.linspace(0, 1, _BINS + 1)[1:-1]))
        groups = np.where(values.is_null(), edges.size + 1, np.searchsorted(edges, values.fill_null(0.0), side="left"))
    counts = np.bincount(groups.astype(np.int64))
    bads = np.bincount(groups.astype(np.int64), weights=outcome)
    used = counts > 0
    chance = (int(used.sum()) - 1) * (1.0 / outcome.sum() + 1.0 / (outcome.size - outcome.sum()))
    return psi((counts - bads)[used], bads[used]), float(chance)


def _svm_weights(frame: pl.DataFrame, outcome: Outcome, columns: Sequence[Column], seed: int) -> Matrix:
    """Weights of the chosen step of the path, shape (folds, columns)."""
    from sklearn.svm import LinearSVC, l1_min_c

    weights = np.zeros((FOLDS, len(PATH), len(columns)))
    figures = np.zeros((FOLDS, len(PATH)))
    for fold, (train, test) in enumerate(stratified_folds(outcome, FOLDS, seed)):
        features = features_fit(columns, frame[train], outcome[train], {})
        known = _standard(encode_frame(features, frame[train]))
        unseen = _standard(encode_frame(features, frame[test]), like=encode_frame(features, frame[train]))
        if not np.abs(known.T @ (outcome[train] - 0.5)).max() > _NOTHING * len(train):
            figures[fold] = 0.5  # no column leans either way: no weight is ever worth its price
            continue
        smallest = l1_min_c(known, outcome[train], loss="squared_hinge")
        for step, multiple in enumerate(PATH):
            machine = LinearSVC(
                penalty="l1", dual=False, C=smallest * multiple, class_weight="balanced", tol=1e-3, max_iter=2_000,
                random_state=0,
            )  # type: ignore[no-untyped-call]  # fmt: skip
            machine.fit(known, outcome[train])
            weights[fold, step] = machine.coef_[0]
            figures[fold, step] = auc(outcome[test], machine.decision_function(unseen))  # type: ignore[no-untyped-call]
    means, errors = figures.mean(axis=0), figures.std(axis=0, ddof=1) / np.sqrt(FOLDS)
    best = int(means.argmax())
    sparsest = int(np.flatnonzero(means >= means[best] - errors[best])[0])
    return weights[:, sparsest]


def _standard(data: npt.NDArray[np.float32], like: Any = None) -> Matrix:
    """Held to the first and last percent, missing values at the median, mean 0 and deviation 1 of the `like` rows."""
    known = (data if like is None else like).astype(np.float64)
    known[:, np.isnan(known).all(axis=0)] = 0.0  # known of rows left out alone: nothing was learnt of it
    low, middle, high = np.nanquantile(known, [0.01, 0.5, 0.99], axis=0)

    def held(rows: Matrix) -> Matrix:
        return np.where(np.isnan(rows), middle, np.clip(rows, low, high))

    mean, deviation = held(known).mean(axis=0), held(known).std(axis=0)
    standard: Matrix = (held(data.astype(np.float64)) - mean) / np.where(deviation > 0.0, deviation, 1.0)
    return standard
