"""PDs of accounts by models that were not trained on them: the live model's recipe, fitted anew in five folds."""

import hashlib
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl
from django.conf import settings

from audit.canonical import canonical_json
from riskengine.errors import InvalidInput, RiskEngineError
from scoring.package import ScoringModel

FOLDS: Final = 5
SEED: Final = 42
FEWEST: Final = 25
"""Fewer bad or good customers than this cannot be split into folds within folds."""
Vector = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


class TooFewOutcomes(InvalidInput):
    """There are too few known bad or good customers to learn from the others."""

    code = "too_few_outcomes"


class ModelNotRefittable(InvalidInput):
    """The live model states no recipe of ours: what an account scores without having trained it cannot be told."""

    code = "model_not_refittable"


class ScoredByOwnModel(RiskEngineError):
    """A customer was to be scored by a model that was trained on them."""

    code = "scored_by_own_model"


class Pds(msgspec.Struct, frozen=True):
    """One PD per row, and whether they were read from an earlier run on the very same data."""

    values: Vector
    is_cached: bool


def folds_of(customers: Places, bad: npt.NDArray[np.bool_]) -> Places:
    """The fold (1 to 5) of each row, all rows of a customer in one, stratified by whether any of theirs is bad.

    Raises TooFewOutcomes.
    """
    from scoring.training.folds import stratified_folds  # training loads slowly, and what only decides never needs it

    distinct, rows = np.unique(customers, return_inverse=True)
    is_bad = np.zeros(distinct.size)
    np.maximum.at(is_bad, rows, bad.astype(np.float64))
    bads = int(is_bad.sum())
    if min(bads, distinct.size - bads) < FEWEST:
        raise TooFewOutcomes(f"At least {FEWEST} customers in default and {FEWEST} others are needed.", bads=bads)
    folds = np.zeros(distinct.size, dtype=np.int64)
    for number, (_, left_out) in enumerate(stratified_folds(is_bad, FOLDS, SEED), start=1):
        folds[left_out] = number
    return folds[rows]


def out_of_fold_pds(
    model: ScoringModel, frame: pl.DataFrame, customers: Places, bad: npt.NDArray[np.bool_], folds: Places
) -> Pds:
    """PDs of the rows of `frame` (variables by name), each from the model of the other folds.

    Fitted with the live model's own columns, directions and recorded parameters: same data, same PDs, so they are
    kept under `var/` by the hash of all that goes in. Raises ModelNotRefittable, ScoredByOwnModel.
    """
    recipe, fit = _recipe(model)
    table = frame.select([feature.name for feature in model.schema.features])
    outcome = bad.astype(np.float64)
    path = _kept_at(model, table, customers, outcome, folds)
    if path.exists():
        with np.load(path, allow_pickle=False) as kept:
            return Pds(kept["pds"], is_cached=True)
    pds = np.full(table.height, np.nan)
    for number in range(1, FOLDS + 1):
        train, left_out = training_rows(folds, number), np.flatnonzero(folds == number)
        if np.intersect1d(customers[train], customers[left_out]).size:
            raise ScoredByOwnModel("A customer would be scored by a model trained on them.", fold=number)
        pds[left_out] = fit(table[train], outcome[train], recipe).model.predict_pd(table[left_out])
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez(path, pds=pds)
    return Pds(pds, is_cached=False)


def training_rows(folds: Places, number: int) -> Places:
    """The rows that the model of a fold learns from: those of all others."""
    return np.flatnonzero(folds != number)


def _recipe(model: ScoringModel) -> tuple[Any, Any]:
    from scoring.training.columns import Column
    from scoring.training.directions import Directions
    from scoring.training.errors import TrainingInputError
    from scoring.training.families import family_of, family_parameters
    from scoring.training.fitting import Recipe

    schema = model.schema
    parameters = model.card.get("parameters")
    if not isinstance(parameters, Mapping):
        raise ModelNotRefittable("The live model's card holds no parameters.", model=model.content_hash)
    try:
        fit, given = family_of(schema.kind), family_parameters(schema.kind, parameters)
    except TrainingInputError as error:
        raise ModelNotRefittable(error.message, model=model.content_hash) from error
    columns = [Column(item.name, item.kind, item.is_integer_code) for item in schema.features]
    directions: Directions = {item.name: item.monotone for item in schema.features if item.monotone}
    return Recipe(columns, lambda _rows, _bads: directions, int(model.card.get("seed", SEED)), given), fit


def _kept_at(model: ScoringModel, table: pl.DataFrame, customers: Places, outcome: Vector, folds: Places) -> Path:
    libraries = {name: version(name) for name in ("numpy", "polars", "scikit-learn", "xgboost-cpu")}
    features = [[item.name, item.kind, item.is_integer_code, item.monotone] for item in model.schema.features]
    said = {"kind": model.schema.kind, "parameters": model.card["parameters"], "features": features, **libraries}
    digest = hashlib.sha256(canonical_json(said))
    digest.update(table.write_csv().encode())
    for vector in (customers.astype(np.int64), outcome, folds.astype(np.int64)):
        digest.update(vector.tobytes())
    return Path(settings.VAR_DIR) / "warning_report" / f"{digest.hexdigest()}.npz"
