"""The amount control's model: an index of the credit record and one of willingness, and a network over both and the
amount asked."""

import time
from collections.abc import Collection, Sequence
from functools import partial

import msgspec
import numpy as np
import polars as pl

from scoring.catalogue import Catalogue
from scoring.package.amount_control import (
    NETWORK_FEATURES,
    Matrix,
    amount_control_bytes,
    indices_of,
)
from scoring.package.arrays import Array, arrays_write
from scoring.package.encoding import encode_frame
from scoring.package.hidden_layer import mlp_read
from scoring.package.model import ScoringModel
from scoring.package.preparation import Preparation
from scoring.package.schema import ModelSchema, Reference
from scoring.scaling import Scale
from scoring.training.calibration import calibration_fit
from scoring.training.columns import Column
from scoring.training.errors import TrainingInputError
from scoring.training.families import Fit
from scoring.training.features import features_fit
from scoring.training.fitting import Fitted, Recipe
from scoring.training.folds import stratified_folds
from scoring.training.mlp import MlpParameters, mlp_solve
from scoring.training.preparation import preparation_fit
from scoring.training.reference import with_reference
from scoring.training.scorecard import ScorecardParameters, fit_scorecard
from scoring.training.table import Outcome

RECORD_DIMENSIONS = frozenset({"credit_history", "debt"})
WILLINGNESS_DIMENSIONS = frozenset({"repayment_willingness", "behaviour", "stability", "contact", "consumption"})
"""Dimensions of the portrait behind each index. What is not said of willingness itself (late payments at this bank) is
approached by conduct and ties; ability to repay is left to the main model."""
_FOLDS = 3
_EXPLAINING = np.array([8, 42], dtype=np.float64)


class Inputs(msgspec.Struct, frozen=True):
    """Columns of the table behind each of the three inputs."""

    record: list[str]
    willingness: list[str]
    amount: str


def inputs_of(catalogue: Catalogue, product: str, columns: Collection[str], amount: str) -> Inputs:
    """The inputs of a product's table by the dimensions of its catalogued variables. Raises TrainingInputError."""
    variables = catalogue.of_product(product)
    named = [name for name in variables if name in columns and name != amount]
    record = [name for name in named if variables[name].dimension in RECORD_DIMENSIONS]
    willingness = [name for name in named if variables[name].dimension in WILLINGNESS_DIMENSIONS]
    if amount not in columns or not record or not willingness:
        raise TrainingInputError("The table needs the amount asked, and variables of record and of willingness.")
    return Inputs(record, willingness, amount)


def amount_control_family(inputs: Inputs) -> Fit:
    """The fit of an amount control over these inputs."""
    return partial(_fit, inputs)


def _fit(inputs: Inputs, frame: pl.DataFrame, outcome: Outcome, recipe: Recipe) -> Fitted:
    """Fit on these rows alone. The network learns from indices of rows that their scorecards had not seen."""
    started = time.perf_counter()
    columns = {column.name: column for column in recipe.columns}
    parameters = recipe.parameters if isinstance(recipe.parameters, MlpParameters) else _parameters(recipe.seed)
    amount = features_fit([columns[inputs.amount]], frame, outcome, {})[0]
    asked = encode_frame([amount], frame)[:, 0]
    parts = [[columns[name] for name in names] for names in (inputs.record, inputs.willingness)]
    unseen = np.zeros((2, frame.height), dtype=np.float32)
    for train, test in stratified_folds(outcome, _FOLDS, recipe.seed):
        for place, part in enumerate(parts):
            unseen[place, test] = _card(part, frame[train], outcome[train], recipe).margin_frame(frame[test])
    rows = indices_of(unseen[0], unseen[1], asked, amount.quantiles)
    margins = np.zeros(frame.height)
    for train, test in stratified_folds(outcome, _FOLDS, recipe.seed + 1):
        margins[test] = mlp_read(_network(rows[train], outcome[train], parameters), NETWORK_FEATURES).margins(
            rows[test]
        )
    cards = [_card(part, frame, outcome, recipe) for part in parts]
    body = amount_control_bytes(cards[0].body, cards[1].body, _network(rows, outcome, parameters))
    features = [*cards[0].schema.features, *cards[1].schema.features, msgspec.structs.replace(amount, missing=None)]
    calibration = calibration_fit(margins, outcome)
    schema = ModelSchema("amount_control", features, calibration, Scale(), Reference("", "", {}))
    model = with_reference(ScoringModel(schema=schema, body=body, card={}, content_hash=""), frame)
    return Fitted(model, parameters, None, time.perf_counter() - started, 0.0)


def _parameters(seed: int) -> MlpParameters:
    return MlpParameters(steps=300, decay=0.3, seed=seed)


def _card(part: Sequence[Column], frame: pl.DataFrame, outcome: Outcome, recipe: Recipe) -> ScoringModel:
    own = msgspec.structs.replace(recipe, columns=part, parameters=ScorecardParameters(seed=recipe.seed))
    return fit_scorecard(frame, outcome, own).model


def _network(rows: Matrix, outcome: Outcome, parameters: MlpParameters) -> bytes:
    prepared = preparation_fit(NETWORK_FEATURES, rows)
    columns: Array = Preparation(prepared, len(NETWORK_FEATURES)).apply(rows)
    return arrays_write({**prepared, "explaining": _EXPLAINING, **mlp_solve(columns, outcome, parameters)})
