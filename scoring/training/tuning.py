"""Chooses the booster's parameters inside the training rows alone, by a number of trials that depends on their size.

The clock has no say: the same rows and seed give the same parameters on a slow machine and a fast one. The five best
trials are averaged, since the best one of many noisy trials is mostly the luckiest.
"""

import math
from collections.abc import Callable, Sequence
from statistics import median_low

import msgspec
import numpy as np
import optuna
import polars as pl

from scoring.metrics import log_loss
from scoring.package.encoding import encode_frame
from scoring.package.schema import Feature
from scoring.training.booster import BoosterParameters, Matrix, booster_train, matrix_of, raw_margins
from scoring.training.folds import Places, stratified_folds
from scoring.training.table import Outcome

FeatureFit = Callable[[pl.DataFrame, Outcome], list[Feature]]
MOST_ROWS = 30_000
"""More rows than this are tuned on a stratified sample of so many."""
_WORK = 25e6
_FEWEST_TRIALS, _MOST_TRIALS = 12, 30
_AVERAGED = 5
_FLOATS = ("learning_rate", "subsample", "colsample_bynode", "min_child_weight", "reg_lambda")


class Tuning(msgspec.Struct, frozen=True):
    """The parameters chosen, and how: trials, inner folds, rows and the inner log loss of the best trial."""

    parameters: BoosterParameters
    trials: int
    inner_folds: int
    rows: int
    best_log_loss: float


class _Part(msgspec.Struct):
    """One inner fold, encoded once for all trials."""

    features: Sequence[Feature]
    train: Matrix
    train_outcome: Outcome
    test: Matrix
    test_outcome: Outcome


def inner_fold_count(rows: int) -> int:
    """Five folds inside small tables, three inside large ones."""
    return 5 if rows <= 5_000 else 3


def trial_count(rows: int, columns: int) -> int:
    """`25e6 / (rows × columns × inner folds)`, between 12 and 30; about 60 s for 100,000 rows on two cores or less."""
    tuned = min(rows, MOST_ROWS)
    wanted = round(_WORK / (tuned * columns * inner_fold_count(tuned)))
    return min(max(wanted, _FEWEST_TRIALS), _MOST_TRIALS)


def tune(frame: pl.DataFrame, outcome: Outcome, feature_fit: FeatureFit, *, seed: int) -> Tuning:
    """Minimise log loss over inner folds with Optuna's seeded TPE; features are learnt anew in each inner fold."""
    frame, outcome = _sample(frame, outcome, seed)
    folds = inner_fold_count(frame.height)
    parts = [_part(frame, outcome, feature_fit, train, test) for train, test in stratified_folds(outcome, folds, seed)]
    matrices = [matrix_of(part.train, part.train_outcome) for part in parts]
    tried: list[tuple[float, int, BoosterParameters]] = []

    def objective(trial: optuna.Trial) -> float:
        parameters = _suggest(trial, frame.height, seed)
        losses = []
        for part, matrix in zip(parts, matrices, strict=True):
            booster = booster_train(matrix, parameters, part.features)
            losses.append(log_loss(part.test_outcome, _logistic(raw_margins(booster, part.test))))
        # Rounded: a last bit that differs between machines must not lead the search elsewhere.
        loss = round(float(np.mean(losses)), 6)
        tried.append((loss, trial.number, parameters))
        return loss

    trials = trial_count(frame.height, len(parts[0].features))
    _search(objective, trials, seed)
    best = sorted(tried, key=lambda row: row[:2])
    chosen = average_parameters([parameters for _, _, parameters in best[:_AVERAGED]])
    return Tuning(chosen, trials, folds, frame.height, best[0][0])


def average_parameters(chosen: Sequence[BoosterParameters]) -> BoosterParameters:
    """Geometric means of the rates and penalties, mean number of rounds, low median of the depths."""
    means = {
        name: _rounded(math.exp(sum(math.log(getattr(one, name)) for one in chosen) / len(chosen))) for name in _FLOATS
    }
    rounds = round(sum(one.rounds for one in chosen) / len(chosen))
    return msgspec.structs.replace(
        chosen[0], rounds=rounds, max_depth=median_low(one.max_depth for one in chosen), **means
    )


def _search(objective: Callable[[optuna.Trial], float], trials: int, seed: int) -> None:
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=10))
    default = BoosterParameters()
    study.enqueue_trial({name: getattr(default, name) for name in ("rounds", "max_depth", *_FLOATS)})
    study.optimize(objective, n_trials=trials)


def _suggest(trial: optuna.Trial, rows: int, seed: int) -> BoosterParameters:
    """The range searched: shallow and slow on small tables; depth stays where contributions are cheap."""
    shallow, deep = (2, 4) if rows <= 10_000 else (3, 4)
    return BoosterParameters(
        rounds=trial.suggest_int("rounds", 100, 300, step=50),
        max_depth=trial.suggest_int("max_depth", shallow, deep),
        learning_rate=_rounded(trial.suggest_float("learning_rate", 0.02, 0.15, log=True)),
        subsample=_rounded(trial.suggest_float("subsample", 0.5, 0.9)),
        colsample_bynode=_rounded(trial.suggest_float("colsample_bynode", 0.15, 0.7)),
        min_child_weight=_rounded(trial.suggest_float("min_child_weight", 1.0, 50.0, log=True)),
        reg_lambda=_rounded(trial.suggest_float("reg_lambda", 1.0, 40.0, log=True)),
        seed=seed,
    )


def _part(frame: pl.DataFrame, outcome: Outcome, feature_fit: FeatureFit, train: Places, test: Places) -> _Part:
    features = feature_fit(frame[train], outcome[train])
    return _Part(
        features,
        encode_frame(features, frame[train]),
        outcome[train],
        encode_frame(features, frame[test]),
        outcome[test],
    )


def _sample(frame: pl.DataFrame, outcome: Outcome, seed: int) -> tuple[pl.DataFrame, Outcome]:
    if frame.height <= MOST_ROWS:
        return frame, outcome
    chance = np.random.default_rng(seed)
    kept: list[int] = []
    for value in (0.0, 1.0):
        places = np.flatnonzero(outcome == value)
        share = round(MOST_ROWS * places.size / frame.height)
        kept += chance.choice(places, size=share, replace=False).tolist()
    kept.sort()
    return frame[kept], outcome[kept]


def _logistic(margins: Outcome) -> Outcome:
    pds: Outcome = 1.0 / (1.0 + np.exp(-margins))
    return pds


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
