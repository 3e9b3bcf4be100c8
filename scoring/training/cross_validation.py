"""What to expect on applications not yet seen: stratified folds, everything learnt and tuned inside each one's rest."""

from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import polars as pl

from scoring.metrics import all_metrics, calibration_table, gains_table
from scoring.training.families import Fit
from scoring.training.fitting import Recipe
from scoring.training.folds import Places, stratified_folds
from scoring.training.sweep import monotonicity_violations
from scoring.training.table import Outcome

Progress = Callable[[str], None]


class CrossValidation(msgspec.Struct, frozen=True):
    """Means over folds, each fold's own figures and parameters, and the tables of all out-of-fold rows together."""

    metrics: dict[str, float]
    folds: list[dict[str, object]]
    fit_seconds_per_fold: float
    tuning_seconds_per_fold: float
    monotonicity_violations: int
    calibration: list[dict[str, float]]
    gains: list[dict[str, float]]
    pds: Outcome
    """Of every row, from the model that had not seen it."""
    fold: Places
    """The number of the fold that each row was left out in, from 1."""
    chosen: Any
    """The parameters of the last fold, as its family keeps them."""


def cross_validate(
    frame: pl.DataFrame, outcome: Outcome, fit: Fit, recipe: Recipe, *, folds: int, progress: Progress
) -> CrossValidation:
    """Nested: directions, encodings, tuning and calibration see a fold's training rows only; its figures are of
    the rows left out. `folds` at least 2, and at most the cases of the rarer outcome."""
    pds, fold = np.zeros(frame.height), np.zeros(frame.height, dtype=np.int64)
    rows, fit_seconds, tuning_seconds, violations = [], [], [], 0
    splits = stratified_folds(outcome, folds, recipe.seed)
    for number, (train, test) in enumerate(splits, start=1):
        fitted = fit(frame[train], outcome[train], recipe)
        pds[test] = fitted.model.predict_pd(frame[test])
        fold[test] = number
        figures = all_metrics(outcome[test], pds[test])
        found = monotonicity_violations(fitted.model, frame[test])
        violations += found
        fit_seconds.append(fitted.fit_seconds)
        tuning_seconds.append(fitted.tuning_seconds)
        rows.append({**figures, "monotonicity_violations": found, "parameters": msgspec.to_builtins(fitted.parameters)})
        progress(f"fold {number} of {folds}: auc {figures['auc']:.4f}, ece {figures['ece']:.4f}")
    means = {name: float(np.mean([row[name] for row in rows])) for name in figures}
    return CrossValidation(
        metrics=means,
        folds=rows,
        fit_seconds_per_fold=float(np.mean(fit_seconds)),
        tuning_seconds_per_fold=float(np.mean(tuning_seconds)),
        monotonicity_violations=violations,
        calibration=calibration_table(outcome, pds),
        gains=gains_table(outcome, pds),
        pds=pds,
        fold=fold,
        chosen=fitted.parameters,
    )
