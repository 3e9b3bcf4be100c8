"""Gradient-boosted trees with recorded parameters: the same data and parameters give the same bytes."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import xgboost as xgb

from scoring.package.schema import Feature
from scoring.training.table import Outcome

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


def matrix_of(data: Matrix, outcome: Outcome, max_bin: int = 256) -> xgb.DMatrix:
    """Rows in the form the trainer reads; made once for many trainings."""
    return xgb.QuantileDMatrix(data, outcome, max_bin=max_bin, nthread=_THREADS)


def booster_train(
    rows: xgb.DMatrix, parameters: BoosterParameters, features: Sequence[Feature], *, threads: int = _THREADS
) -> xgb.Booster:
    """Train one booster, its output held monotone where the features ask for it."""
    settings: dict[str, Any] = msgspec.to_builtins(parameters)
    rounds = settings.pop("rounds")
    constraints = "(" + ",".join(str(feature.monotone) for feature in features) + ")"
    return xgb.train(
        {
            **settings,
            "objective": "binary:logistic",
            "tree_method": "hist",
            "nthread": threads,
            "monotone_constraints": constraints,
        },
        rows,
        num_boost_round=rounds,
    )


def raw_margins(booster: xgb.Booster, data: Matrix) -> npt.NDArray[np.float64]:
    """Raw margins in doubles, shape (rows,)."""
    margins: Matrix = booster.inplace_predict(data, predict_type="margin", validate_features=False)
    return margins.astype(np.float64)


def booster_bytes(booster: xgb.Booster) -> bytes:
    """The booster as UBJ, without the attributes of a training session."""
    return bytes(booster.save_raw(raw_format="ubj"))
