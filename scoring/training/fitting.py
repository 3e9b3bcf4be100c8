"""One honest fit: directions, encodings, tuning, calibration and trees, all from the rows it is given."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import numpy as np
import polars as pl

from scoring.package.encoding import encode_frame
from scoring.package.model import ScoringModel
from scoring.package.schema import Calibration, Feature, ModelSchema, Reference
from scoring.scaling import Scale
from scoring.training.booster import (
    BoosterParameters,
    booster_bytes,
    booster_train,
    matrix_of,
    raw_margins,
)
from scoring.training.calibration import calibration_fit
from scoring.training.columns import Column
from scoring.training.directions import Directions
from scoring.training.features import features_fit
from scoring.training.folds import stratified_folds
from scoring.training.reference import with_reference
from scoring.training.table import Outcome
from scoring.training.tuning import Tuning, inner_fold_count, tune

Parameters = TypeVar("Parameters", bound=msgspec.Struct)
DirectionFit = Callable[[pl.DataFrame, Outcome], Directions]


class Recipe(msgspec.Struct, frozen=True):
    """What a fit needs besides rows; `parameters` of the family given, nothing is tuned."""

    columns: Sequence[Column]
    direction_fit: DirectionFit
    seed: int
    parameters: msgspec.Struct | None = None


class Fitted(msgspec.Struct, frozen=True):
    """A model, its parameters, how they were found, and the seconds it took."""

    model: ScoringModel
    parameters: msgspec.Struct
    tuning: msgspec.Struct | None
    fit_seconds: float
    tuning_seconds: float


def parameters_given(recipe: Recipe, kind: type[Parameters]) -> Parameters | None:
    """The recipe's parameters, if it has any. Raises TypeError if they are another family's."""
    given = recipe.parameters
    if given is not None and not isinstance(given, kind):
        raise TypeError(f"{type(given).__name__} are not {kind.__name__}")
    return given


def fit_xgboost(frame: pl.DataFrame, outcome: Outcome, recipe: Recipe) -> Fitted:
    """Fit on these rows alone. Same rows, same recipe: same bytes."""
    started = time.perf_counter()
    directions = recipe.direction_fit(frame, outcome)

    def feature_fit(rows: pl.DataFrame, bads: Outcome) -> list[Feature]:
        return features_fit(recipe.columns, rows, bads, directions)

    given = parameters_given(recipe, BoosterParameters)
    tuning = None if given else tune(frame, outcome, feature_fit, seed=recipe.seed)
    parameters = given or _chosen(tuning)
    tuned = time.perf_counter()
    calibration = _calibrate(frame, outcome, feature_fit, parameters)
    features = feature_fit(frame, outcome)
    data = encode_frame(features, frame)
    booster = booster_bytes(booster_train(matrix_of(data, outcome, parameters.max_bin), parameters, features))
    schema = ModelSchema("xgboost", features, calibration, Scale(), Reference("", "", {}))
    model = with_reference(ScoringModel(schema=schema, body=booster, card={}, content_hash=""), frame)
    return Fitted(model, parameters, tuning, time.perf_counter() - tuned, tuned - started)


def _chosen(tuning: Tuning | None) -> BoosterParameters:
    return tuning.parameters if tuning else BoosterParameters()


def _calibrate(
    frame: pl.DataFrame,
    outcome: Outcome,
    feature_fit: Callable[[pl.DataFrame, Outcome], list[Feature]],
    parameters: BoosterParameters,
) -> Calibration:
    """Calibrate on margins of rows that the inner model had not seen."""
    margins = np.zeros(frame.height)
    for train, test in stratified_folds(outcome, inner_fold_count(frame.height), parameters.seed + 1):
        features = feature_fit(frame[train], outcome[train])
        data = encode_frame(features, frame[train])
        rows = matrix_of(data, outcome[train], parameters.max_bin)
        booster = booster_train(rows, parameters, features)
        margins[test] = raw_margins(booster, encode_frame(features, frame[test]))
    return calibration_fit(margins, outcome)
