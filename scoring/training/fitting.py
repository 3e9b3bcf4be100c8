"""One honest fit: directions, encodings, tuning, calibration and trees, all from the rows it is given."""

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

import msgspec
import polars as pl

from scoring.package.calibration import Calibration
from scoring.package.model import ScoringModel
from scoring.package.schema import Feature, ModelSchema, Reference
from scoring.scaling import Scale
from scoring.training.booster import BoosterParameters, booster_bytes, booster_train, matrix_of
from scoring.training.calibration import calibration_fit, calibration_kind
from scoring.training.columns import Column
from scoring.training.directions import Directions
from scoring.training.features import FeatureFit, features_fit, training_matrix
from scoring.training.inner import inner_folds, inner_watch, unseen_margins
from scoring.training.reference import with_reference
from scoring.training.table import Outcome
from scoring.training.tuning import CHEAP_DEPTH, MOST_ROUNDS, Tuning, tune

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
    tuned = time.perf_counter()
    parameters, calibration = _finish(frame, outcome, feature_fit, given, tuning)
    features = feature_fit(frame, outcome)
    data = training_matrix(features, feature_fit, frame, outcome, parameters.code_folds)
    booster = booster_bytes(booster_train(matrix_of(data, outcome, parameters.max_bin), parameters, features))
    schema = ModelSchema("xgboost", features, calibration, Scale(), Reference("", "", {}))
    model = with_reference(ScoringModel(schema=schema, body=booster, card={}, content_hash=""), frame)
    return Fitted(model, parameters, tuning, time.perf_counter() - tuned, tuned - started)


def _finish(
    frame: pl.DataFrame,
    outcome: Outcome,
    feature_fit: FeatureFit,
    given: BoosterParameters | None,
    tuning: Tuning | None,
) -> tuple[BoosterParameters, Calibration]:
    """Calibrate on margins of rows that inner models had not seen; tuned, settle rounds and kind on them too."""
    parameters = given or (tuning.parameters if tuning else BoosterParameters())
    folds = inner_folds(
        frame,
        outcome,
        feature_fit,
        seed=parameters.seed + 1,
        max_bin=parameters.max_bin,
        code_folds=parameters.code_folds,
    )
    if given:
        margins, seen = unseen_margins(folds, parameters, outcome)
        return parameters, calibration_fit(margins, seen, parameters.calibration)
    # Half the step and twice the trees rank and calibrate a little better; the search needs no such care.
    rate = parameters.learning_rate / 2 if parameters.max_depth <= CHEAP_DEPTH else parameters.learning_rate
    parameters = msgspec.structs.replace(parameters, learning_rate=rate)
    watched = inner_watch(folds, msgspec.structs.replace(parameters, rounds=MOST_ROUNDS))
    parameters = msgspec.structs.replace(parameters, rounds=watched.rounds)
    margins, seen = unseen_margins(folds, parameters, outcome, watched.boosters)
    kind = calibration_kind(margins, seen, parameters.seed)
    return msgspec.structs.replace(parameters, calibration=kind), calibration_fit(margins, seen, kind)
