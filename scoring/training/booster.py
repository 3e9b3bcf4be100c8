"""Gradient-boosted trees with recorded parameters: the same data and parameters give the same bytes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.package.schema import Feature
from scoring.training.table import Outcome

if TYPE_CHECKING:
    import xgboost as xgb

Matrix = npt.NDArray[np.float32]
_THREADS = 1
"""Two gain a quarter at 120,000 rows and cost five times at 17,000 on a busy machine; the trees are the same."""


class BoosterParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the booster was trained with, all of it; the defaults are what small credit tables like."""

    rounds: int = 250
    max_depth: int = 3
    learning_rate: float = 0.05
    subsample: float = 0.7
    colsample_bynode: float = 0.3
    min_child_weight: float = 5.0
    reg_lambda: float = 5.0
    max_bin: int = 256
    seed: int = 42
    calibration: Literal["logistic", "piecewise"] = "logistic"
    code_folds: int = 0
    """Codes of many levels go into training as other folds of the rows order them; 0: as all rows do."""
    interactions: tuple[tuple[str, str], ...] = ()
    """The only pairs of features that may share a branch of a tree; empty: all may."""


def matrix_of(data: Matrix, outcome: Outcome, max_bin: int = 256, like: xgb.DMatrix | None = None) -> xgb.DMatrix:
    """Rows in the form the trainer reads; made once for many trainings. Rows to watch are binned `like` the others."""
    import xgboost as xgb

    # The argument alone leaves the labels to every core, and waiting for a busy one costs ten times the work.
    with xgb.config_context(nthread=_THREADS):
        return xgb.QuantileDMatrix(data, outcome, max_bin=max_bin, ref=like, nthread=_THREADS)


def booster_train(
    rows: xgb.DMatrix, parameters: BoosterParameters, features: Sequence[Feature], *, threads: int = _THREADS
) -> xgb.Booster:
    """Train one booster, its output held monotone where the features ask for it."""
    import xgboost as xgb

    return xgb.train(_settings(parameters, features, threads), rows, num_boost_round=parameters.rounds)


def booster_watch(
    rows: xgb.DMatrix,
    watched: xgb.DMatrix,
    parameters: BoosterParameters,
    features: Sequence[Feature],
    *,
    patience: int,
) -> tuple[xgb.Booster, list[float]]:
    """Train up to `parameters.rounds`, or until the log loss of `watched` has not fallen for `patience` rounds.

    The booster and the loss after each round. Its first n rounds are those that `booster_train` gives for n rounds.
    """
    import xgboost as xgb

    seen: dict[str, dict[str, list[float]]] = {}
    booster = xgb.train(
        {**_settings(parameters, features, _THREADS), "eval_metric": "logloss"},
        rows,
        num_boost_round=parameters.rounds,
        evals=[(watched, "watched")],
        evals_result=seen,
        early_stopping_rounds=patience,
        verbose_eval=False,
    )
    return booster, seen["watched"]["logloss"]


def _settings(parameters: BoosterParameters, features: Sequence[Feature], threads: int) -> dict[str, Any]:
    recorded: dict[str, Any] = msgspec.to_builtins(parameters)
    apart = ("rounds", "calibration", "code_folds", "interactions")
    return {
        **{name: value for name, value in recorded.items() if name not in apart},
        **_held_apart(parameters.interactions, features),
        "objective": "binary:logistic",
        "tree_method": "hist",
        "nthread": threads,
        "monotone_constraints": "(" + ",".join(str(feature.monotone) for feature in features) + ")",
    }


def _held_apart(pairs: Sequence[tuple[str, str]], features: Sequence[Feature]) -> dict[str, str]:
    """The trainer's setting that lets only these pairs share a branch."""
    if not pairs:
        return {}
    place = {feature.name: at for at, feature in enumerate(features)}
    groups = [[place[one], place[two]] for one, two in pairs] + [[at] for at in place.values()]
    return {"interaction_constraints": json.dumps(groups)}


def raw_margins(booster: xgb.Booster, data: Matrix, rounds: int = 0) -> npt.NDArray[np.float64]:
    """Raw margins in doubles after so many rounds (0: all), shape (rows,)."""
    margins: Matrix = booster.inplace_predict(
        data, iteration_range=(0, rounds), predict_type="margin", validate_features=False
    )
    return margins.astype(np.float64)


def booster_bytes(booster: xgb.Booster) -> bytes:
    """The booster as UBJ, without the attributes of a training session."""
    return bytes(booster.save_raw(raw_format="ubj"))
