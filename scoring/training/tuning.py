"""Chooses the booster's parameters inside the training rows alone, by a number of trials that depends on their size.

The clock has no say: the same rows and seed give the same parameters on a slow machine and a fast one. Each trial
finds its own number of rounds by early stopping; the five best trials are averaged, since the best one of many noisy
trials is mostly the luckiest.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import median_low
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import polars as pl

from scoring.training.booster import BoosterParameters
from scoring.training.features import FeatureFit, training_matrix
from scoring.training.folds import stratified_sample
from scoring.training.inner import Inner, inner_fold_count, inner_folds, inner_watch, unseen_margins
from scoring.training.interactions import Pairs, interacting_pairs
from scoring.training.table import Outcome

if TYPE_CHECKING:
    import optuna

MOST_ROWS = 30_000
"""More rows than this are tuned on a stratified sample of so many."""
MOST_ROUNDS = 1_000
CODE_FOLDS = 10
_SMALL = 10_000
_WORK = 20e6
_FEWEST_TRIALS, _MOST_TRIALS = 10, 24
_AVERAGED = 5
_CLEAR = 2.0
CHEAP_DEPTH = 4
_DEPTH_PRICE = 0.0005
_FLOATS = ("learning_rate", "subsample", "colsample_bynode", "min_child_weight", "reg_lambda")
_KNOWN_GOOD = (
    {"max_depth": 3, "learning_rate": 0.05, "subsample": 0.7, "colsample_bynode": 0.3, "min_child_weight": 5.0,
     "reg_lambda": 5.0},
    {"max_depth": 4, "learning_rate": 0.05, "subsample": 0.7, "colsample_bynode": 0.4, "min_child_weight": 10.0,
     "reg_lambda": 10.0},
    {"max_depth": 2, "learning_rate": 0.08, "subsample": 0.8, "colsample_bynode": 0.3, "min_child_weight": 2.0,
     "reg_lambda": 2.0},
    {"max_depth": 6, "learning_rate": 0.04, "subsample": 0.75, "colsample_bynode": 0.6, "min_child_weight": 20.0,
     "reg_lambda": 15.0},
    {"max_depth": 3, "learning_rate": 0.04, "subsample": 0.7, "colsample_bynode": 1.0, "min_child_weight": 5.0,
     "reg_lambda": 5.0},
)  # fmt: skip
"""Where the search starts: settings that do well on many credit tables; the last where effects turn with each other."""


class Tuning(msgspec.Struct, frozen=True):
    """The parameters chosen, and how: trials, inner folds, rows and the inner log loss of the best trial."""

    parameters: BoosterParameters
    trials: int
    inner_folds: int
    rows: int
    best_log_loss: float


def trial_count(rows: int, columns: int) -> int:
    """`20e6 / (rows × columns × inner folds)`, between 10 and 24; about 60 s for 100,000 rows on two cores or less."""
    tuned = min(rows, MOST_ROWS)
    wanted = round(_WORK / (tuned * columns * inner_fold_count(tuned)))
    return min(max(wanted, _FEWEST_TRIALS), _MOST_TRIALS)


def tune(frame: pl.DataFrame, outcome: Outcome, feature_fit: FeatureFit, *, seed: int) -> Tuning:
    """Minimise log loss over inner folds with Optuna's seeded TPE; features are learnt anew in each inner fold."""
    places = stratified_sample(outcome, MOST_ROWS, seed)
    frame, outcome = frame[places], outcome[places]
    max_bin = 64 if frame.height <= _SMALL else 256
    folds = inner_folds(frame, outcome, feature_fit, seed=seed, max_bin=max_bin, code_folds=CODE_FOLDS)
    tried: list[tuple[float, int, BoosterParameters]] = []
    deepest = deepest_tree(frame.height)

    def objective(trial: optuna.Trial) -> float:
        parameters = _suggest(trial, deepest, max_bin, seed)
        found = inner_watch(folds, parameters)
        price = found.log_loss * _price(parameters.max_depth)
        tried.append((price, trial.number, msgspec.structs.replace(parameters, rounds=found.rounds)))
        return price

    trials = trial_count(frame.height, len(folds[0].features))
    _search(objective, trials, deepest, seed)
    best = sorted(tried, key=lambda row: row[:2])[:_AVERAGED]
    middle = average_parameters([parameters for _, _, parameters in best])
    found = inner_watch(folds, msgspec.structs.replace(middle, rounds=MOST_ROUNDS))
    # Where the best trials lie apart, their middle may be worse than any of them.
    is_between = found.log_loss * _price(middle.max_depth) <= best[-1][0]
    chosen = msgspec.structs.replace(middle, rounds=found.rounds) if is_between else best[0][2]
    features = feature_fit(frame, outcome)
    pairs = interacting_pairs(features, training_matrix(features, feature_fit, frame, outcome, CODE_FOLDS), outcome)
    chosen = pairs_held(folds, chosen, pairs, outcome)
    return Tuning(chosen, trials, len(folds), frame.height, round(best[0][0] / _price(best[0][2].max_depth), 6))


def pairs_held(
    folds: Sequence[Inner], parameters: BoosterParameters, pairs: Pairs, outcome: Outcome
) -> BoosterParameters:
    """The parameters with only `pairs` sharing a branch, if that lowers log loss by more than two standard errors.

    All pairs that could share one are as many chances to follow noise. Pairs are told from all the rows given, so the
    log loss of rows that inner models had not seen favours them a little: two standard errors are asked for.
    """
    if not pairs:
        return parameters
    held = msgspec.structs.replace(parameters, interactions=pairs)
    free_losses, _ = _unseen_losses(folds, parameters, outcome)
    held_losses, rounds = _unseen_losses(folds, held, outcome)
    gains = free_losses - held_losses
    clear = _CLEAR * float(gains.std()) / math.sqrt(gains.size)
    # Rounded: a last bit that differs between machines must not lead elsewhere.
    return msgspec.structs.replace(held, rounds=rounds) if round(float(gains.mean()) - clear, 6) > 0 else parameters


def _unseen_losses(folds: Sequence[Inner], parameters: BoosterParameters, outcome: Outcome) -> tuple[Outcome, int]:
    watched = inner_watch(folds, msgspec.structs.replace(parameters, rounds=MOST_ROUNDS))
    settled = msgspec.structs.replace(parameters, rounds=watched.rounds)
    margins, seen = unseen_margins(folds, settled, outcome, watched.boosters)
    return np.logaddexp(0.0, margins) - seen * margins, watched.rounds


def _price(depth: int) -> float:
    """Exact contributions of one row cost twice as much and more a level deeper: it must earn its log loss."""
    return 1.0 + _DEPTH_PRICE * max(depth - CHEAP_DEPTH, 0)


def average_parameters(chosen: Sequence[BoosterParameters]) -> BoosterParameters:
    """Geometric means of the rates and penalties, mean number of rounds, low median of the depths."""
    means = {
        name: _rounded(math.exp(sum(math.log(getattr(one, name)) for one in chosen) / len(chosen))) for name in _FLOATS
    }
    rounds = round(sum(one.rounds for one in chosen) / len(chosen))
    return msgspec.structs.replace(
        chosen[0], rounds=rounds, max_depth=median_low(one.max_depth for one in chosen), **means
    )


def deepest_tree(rows: int) -> int:
    """The deepest trees searched: shallow on small tables; contributions of deep trees are dear everywhere."""
    return 4 if rows <= _SMALL / 4 else 5 if rows <= _SMALL else 6


def _search(objective: Callable[[optuna.Trial], float], trials: int, deepest: int, seed: int) -> None:
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=10))
    for setting in _KNOWN_GOOD:
        if setting["max_depth"] <= deepest:
            study.enqueue_trial(setting)
    study.optimize(objective, n_trials=trials)


def _suggest(trial: optuna.Trial, deepest: int, max_bin: int, seed: int) -> BoosterParameters:
    return BoosterParameters(
        rounds=MOST_ROUNDS,
        max_depth=trial.suggest_int("max_depth", 2, deepest),
        learning_rate=_rounded(trial.suggest_float("learning_rate", 0.03, 0.1, log=True)),
        subsample=_rounded(trial.suggest_float("subsample", 0.5, 0.95)),
        colsample_bynode=_rounded(trial.suggest_float("colsample_bynode", 0.15, 1.0)),
        min_child_weight=_rounded(trial.suggest_float("min_child_weight", 0.5, 50.0, log=True)),
        reg_lambda=_rounded(trial.suggest_float("reg_lambda", 0.5, 40.0, log=True)),
        max_bin=max_bin,
        seed=seed,
        code_folds=CODE_FOLDS,
    )


def _rounded(value: float) -> float:
    return float(f"{value:.4g}")
