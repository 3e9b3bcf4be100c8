"""Inner folds of the training rows, encoded once for many trainings: what tuning and calibration look at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import polars as pl

from scoring.package.encoding import encode_frame
from scoring.package.schema import Feature
from scoring.training.booster import BoosterParameters, Matrix, booster_train, booster_watch, matrix_of, raw_margins
from scoring.training.features import FeatureFit, training_matrix
from scoring.training.folds import Places, stratified_folds
from scoring.training.table import Outcome

if TYPE_CHECKING:
    import xgboost as xgb

_PATIENCE = 1.5
"""Rounds without gain after which training stops, times the learning rate."""
_ONE_FOLD_FROM = 60_000


class Inner(msgspec.Struct):
    """One inner fold: its training rows, and the rows left out as the trainer watches and as the model reads them."""

    features: Sequence[Feature]
    rows: xgb.DMatrix
    watched: xgb.DMatrix
    left_out: Matrix
    places: Places


class Watched(msgspec.Struct, frozen=True):
    """The number of rounds that is best over all folds together, its log loss, and the boosters trained past it."""

    rounds: int
    log_loss: float
    boosters: list[xgb.Booster]


def inner_fold_count(rows: int) -> int:
    """Five folds inside small tables, three inside large ones."""
    return 5 if rows <= 5_000 else 3


def inner_folds(
    frame: pl.DataFrame, outcome: Outcome, feature_fit: FeatureFit, *, seed: int, max_bin: int, code_folds: int
) -> list[Inner]:
    """Features are learnt anew in each fold. Of 60,000 rows or more, one fold of three tells enough."""
    splits = list(stratified_folds(outcome, inner_fold_count(frame.height), seed))
    return [
        _inner(frame, outcome, feature_fit, train, test, max_bin, code_folds)
        for train, test in (splits[:1] if frame.height >= _ONE_FOLD_FROM else splits)
    ]


def _inner(
    frame: pl.DataFrame,
    outcome: Outcome,
    feature_fit: FeatureFit,
    train: Places,
    test: Places,
    max_bin: int,
    code_folds: int,
) -> Inner:
    features = feature_fit(frame[train], outcome[train])
    data = training_matrix(features, feature_fit, frame[train], outcome[train], code_folds)
    rows = matrix_of(data, outcome[train], max_bin)
    left_out = encode_frame(features, frame[test])
    return Inner(features, rows, matrix_of(left_out, outcome[test], max_bin, rows), left_out, test)


def inner_watch(folds: Sequence[Inner], parameters: BoosterParameters) -> Watched:
    """Train in every fold with early stopping; the mean curve of the folds says how many rounds are best.

    A fold that stopped before others counts with its last loss from there on.
    """
    patience = max(10, round(_PATIENCE / parameters.learning_rate))
    watched = [booster_watch(fold.rows, fold.watched, parameters, fold.features, patience=patience) for fold in folds]
    longest = max(len(losses) for _, losses in watched)
    curves = np.array([losses + losses[-1:] * (longest - len(losses)) for _, losses in watched])
    # Rounded: a last bit that differs between machines must not lead the search elsewhere.
    mean = np.round(curves.mean(axis=0), 6)
    best = int(np.argmin(mean))
    return Watched(best + 1, float(mean[best]), [booster for booster, _ in watched])


def unseen_margins(
    folds: Sequence[Inner], parameters: BoosterParameters, outcome: Outcome, boosters: Sequence[xgb.Booster] = ()
) -> tuple[Outcome, Outcome]:
    """(raw margins after `parameters.rounds`, outcomes) of the rows left out, in the order of the table.

    `boosters` that were trained further with the same parameters spare training again; the margins are the same.
    """
    margins = np.full(outcome.size, np.nan)
    for place, fold in enumerate(folds):
        booster = boosters[place] if boosters else None
        if booster is None or booster.num_boosted_rounds() < parameters.rounds:
            booster = booster_train(fold.rows, parameters, fold.features)
        margins[fold.places] = raw_margins(booster, fold.left_out, parameters.rounds)
    seen = np.isfinite(margins)
    return margins[seen], outcome[seen]
