"""What fitting a kernel machine and a network have in common: preparation, tuning on inner folds, calibration."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Generic, TypeVar

import msgspec
import numpy as np
import polars as pl

from scoring.metrics import log_loss
from scoring.package.arrays import Array, arrays_write
from scoring.package.bodies import body_kind
from scoring.package.encoding import Matrix, encode_frame
from scoring.package.model import ScoringModel
from scoring.package.preparation import Preparation
from scoring.package.schema import Feature, ModelSchema, Reference
from scoring.scaling import Scale, pds_from_margins
from scoring.training.calibration import calibration_fit, calibration_kind
from scoring.training.features import features_fit, training_matrix
from scoring.training.fitting import Fitted, Recipe, parameters_given
from scoring.training.folds import stratified_folds, stratified_sample
from scoring.training.preparation import preparation_fit
from scoring.training.reference import with_reference
from scoring.training.table import Outcome
from scoring.training.tuning import CODE_FOLDS

_FOLDS = 3
_TUNED_ROWS = 6_000
_PERMUTATION_PAIRS = 8


Parameters = TypeVar("Parameters", bound=msgspec.Struct)


class LayerTuning(msgspec.Struct, frozen=True):
    """How the parameters were chosen: the number of combinations tried, and the inner log loss of the best."""

    parameters: msgspec.Struct
    trials: int
    inner_folds: int
    rows: int
    best_log_loss: float


class LayerKind(msgspec.Struct, Generic[Parameters], frozen=True):
    """One kind of model: the parameters tried, the least log loss winning, and what solves for the layer's arrays."""

    name: str
    parameters: type[Parameters]
    candidates: Callable[[int], Sequence[Parameters]]
    """From the seed."""
    solve: Callable[[Array, Outcome, Parameters], Mapping[str, Array]]
    """From prepared columns (rows, width), outcome and parameters."""


def layer_fit(kind: LayerKind[Parameters], frame: pl.DataFrame, outcome: Outcome, recipe: Recipe) -> Fitted:
    """Fit on these rows alone. Same rows, same recipe: same bytes. Directions are not held: none is promised."""
    started = time.perf_counter()
    given = parameters_given(recipe, kind.parameters)
    tuning = None if given else _tune(kind, frame, outcome, recipe)
    parameters = given or (tuning[0] if tuning else kind.parameters())
    tuned = time.perf_counter()
    margins = np.zeros(frame.height)
    for train, test in stratified_folds(outcome, _FOLDS, recipe.seed + 1):
        margins[test] = _held_out(kind, frame[train], outcome[train], frame[test], recipe, [parameters])[0]
    features, data = _encoded(frame, outcome, recipe)
    body = _body(kind, features, data, outcome, parameters, recipe.seed)
    calibration = calibration_fit(margins, outcome, calibration_kind(margins, outcome, recipe.seed))
    schema = ModelSchema(kind.name, features, calibration, Scale(), Reference("", "", {}))
    model = with_reference(ScoringModel(schema=schema, body=body, card={}, content_hash=""), frame)
    return Fitted(model, parameters, tuning[1] if tuning else None, time.perf_counter() - tuned, tuned - started)


def _encoded(frame: pl.DataFrame, outcome: Outcome, recipe: Recipe) -> tuple[list[Feature], Matrix]:
    def feature_fit(rows: pl.DataFrame, bads: Outcome) -> list[Feature]:
        return features_fit(recipe.columns, rows, bads, {})

    features = feature_fit(frame, outcome)
    return features, training_matrix(features, feature_fit, frame, outcome, CODE_FOLDS)


def _body(
    kind: LayerKind[Parameters],
    features: Sequence[Feature],
    data: Matrix,
    outcome: Outcome,
    parameters: Parameters,
    seed: int,
) -> bytes:
    prepared = preparation_fit(features, data)
    columns = Preparation(prepared, len(features)).apply(data)
    explaining = np.array([_PERMUTATION_PAIRS, seed], dtype=np.float64)
    return arrays_write({**prepared, "explaining": explaining, **kind.solve(columns, outcome, parameters)})


def _held_out(
    kind: LayerKind[Parameters],
    frame: pl.DataFrame,
    outcome: Outcome,
    unseen: pl.DataFrame,
    recipe: Recipe,
    tried: Sequence[Parameters],
) -> list[Outcome]:
    """Raw margins of rows left out, for each of `tried`."""
    features, data = _encoded(frame, outcome, recipe)
    rows = encode_frame(features, unseen)
    read = body_kind(kind.name).read
    return [
        read(_body(kind, features, data, outcome, one, recipe.seed), features).margins(rows).astype(np.float64)
        for one in tried
    ]


def _tune(
    kind: LayerKind[Parameters], frame: pl.DataFrame, outcome: Outcome, recipe: Recipe
) -> tuple[Parameters, LayerTuning]:
    """Every candidate on three inner folds of at most 6,000 rows, each calibrated; the first of the best."""
    kept = stratified_sample(outcome, _TUNED_ROWS, recipe.seed)
    frame, outcome = frame[kept], outcome[kept]
    candidates = kind.candidates(recipe.seed)
    folds = _FOLDS
    margins = np.zeros((len(candidates), outcome.size))
    for train, test in stratified_folds(outcome, folds, recipe.seed):
        margins[:, test] = _held_out(kind, frame[train], outcome[train], frame[test], recipe, candidates)
    losses = [
        # Rounded: a last bit that differs between machines must not lead the choice elsewhere.
        round(log_loss(outcome, pds_from_margins(calibration_fit(row, outcome).margins(row))), 5)
        for row in margins
    ]
    best = int(np.argmin(losses))
    chosen = candidates[best]
    return chosen, LayerTuning(chosen, len(candidates), folds, frame.height, losses[best])
