"""From a foreign booster, its mapping and rows with what it predicted elsewhere to a package, or to what differs."""

import hashlib
import io
import math
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.drift.bins import drift_bins
from scoring.foreign.booster import BoosterFacts, booster_facts
from scoring.foreign.errors import ForeignMappingError, ForeignParityError, ForeignRowsError
from scoring.foreign.mapping import Asked, MappedFeature
from scoring.metrics import all_metrics, calibration_table, gains_table
from scoring.package import ModelInputError, ScoringModel, package_write
from scoring.package.calibration import Calibration
from scoring.package.schema import Feature, ModelSchema, Reference
from scoring.scaling import Scale
from scoring.training.card import library_versions
from scoring.training.columns import Column
from scoring.training.features import QUANTILES
from scoring.training.leaks import leak_check
from scoring.training.pictures import contributions_summary, pictures_card
from scoring.training.reference import with_reference
from scoring.training.request import FEWEST_CASES
from scoring.training.statement import statement_card
from scoring.training.suspects import leak_rows

EXPECTED, OUTCOME = "expected_pd", "outcome"
TOLERANCE = 1e-6
"""Largest difference of a PD from the one expected: the float32 of a margin, carried through the logistic."""
FEWEST_ROWS = 50
SHOWN = 20
SEED = 42
PROCEDURE = (
    "Made elsewhere. Its figures, if any, are those of the rows supplied with it, not of a cross-validation here."
)
Vector = npt.NDArray[np.float64]


def foreign_build(asked: Asked) -> bytes:
    """The package of a foreign model whose predictions agree row by row with `expected_pd`.

    Raises ForeignBoosterError, ForeignObjectiveError, ForeignMappingError, ForeignRowsError, ForeignParityError,
    BrokenPackageError.
    """
    facts = booster_facts(asked.booster)
    named = [one.feature for one in asked.mapping.features]
    if named != facts.features:
        problems = [f"{name} is not mapped" for name in facts.features if name not in named]
        problems += [f"{name} is no feature of the booster" for name in named if name not in facts.features]
        raise ForeignMappingError(
            "The mapping has other features than the booster, or another order.", problems=problems[:SHOWN]
        )
    frame = _rows(asked)
    features = [_feature(one, frame[one.variable]) for one in asked.mapping.features]
    schema = ModelSchema("xgboost", features, Calibration(0.0, 1.0), Scale(), Reference("", "", {}))
    model = ScoringModel(schema=schema, body=facts.ubj, card={}, content_hash="")
    try:
        pds = model.predict_pd(frame)
    except ModelInputError as error:
        raise ForeignRowsError(error.message) from error
    largest = _require_parity(pds, frame[EXPECTED].cast(pl.Float64).to_numpy())
    model = with_reference(model, frame)
    card = _card(asked, facts, model, frame, pds, largest)
    return package_write(schema=model.schema, body=facts.ubj, card=card, seed=SEED)


def _rows(asked: Asked) -> pl.DataFrame:
    try:
        if asked.rows_name.lower().endswith((".parquet", ".pq")):
            frame = pl.read_parquet(io.BytesIO(asked.rows))
        else:
            frame = pl.read_csv(io.BytesIO(asked.rows), infer_schema_length=None)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ForeignRowsError("The rows cannot be read as parquet or CSV.", reason=type(error).__name__) from error
    wanted = [*(one.variable for one in asked.mapping.features), EXPECTED]
    absent = [name for name in wanted if name not in frame.columns]
    if absent:
        raise ForeignRowsError(f"The rows lack {', '.join(absent)}.", problems=absent)
    expected = frame[EXPECTED]
    if frame.height < FEWEST_ROWS or not expected.dtype.is_numeric() or expected.null_count():
        raise ForeignRowsError(f"At least {FEWEST_ROWS} rows are needed, each with a number as {EXPECTED}.")
    return frame


def _feature(one: MappedFeature, series: pl.Series) -> Feature:
    if one.kind == "category":
        return Feature(one.variable, "category", one.missing, 0, one.codes, one.is_integer_code, one.other)
    values = series.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()
    known = values[np.isfinite(values)]
    quantiles = np.unique(np.quantile(known, QUANTILES, method="nearest")).tolist() if known.size else [0.0]
    return Feature(one.variable, "number", one.missing, quantiles=quantiles)


def _require_parity(pds: Vector, expected: Vector) -> float:
    """The largest difference, which the tolerance allows. Raises ForeignParityError."""
    sizes = np.abs(pds - expected)
    differing = np.flatnonzero(~(sizes <= TOLERANCE))
    if differing.size:
        rows = [
            {"row": int(place) + 1, "expected": float(expected[place]), "found": float(pds[place])}
            for place in differing[:SHOWN]
        ]
        raise ForeignParityError(
            f"{differing.size} of {len(pds)} rows are predicted otherwise here, by more than {TOLERANCE}.",
            count=int(differing.size),
            rows=rows,
        )
    return float(sizes.max())


def _card(
    asked: Asked, facts: BoosterFacts, model: ScoringModel, frame: pl.DataFrame, pds: Vector, largest: float
) -> dict[str, Any]:
    features = [{"name": one.name, "kind": one.kind, "direction": "none"} for one in model.schema.features]
    outcome = _outcome(frame)
    statement = asked.statement
    odds = _odds(outcome, statement.population_odds or asked.population_odds)
    bins = drift_bins(frame, pds, {one.name: one.kind for one in model.schema.features})
    return {
        "name": asked.name,
        "product": asked.product,
        "kind": "xgboost",
        "pd_horizon_months": statement.pd_horizon_months,
        "pd_horizon": msgspec.to_builtins(statement.pd_horizon),
        "bad_definition": statement.bad_definition.en,
        "bad_definition_zh": statement.bad_definition.zh,
        "sample": msgspec.to_builtins(statement.sample),
        "sample_odds": round(odds, 6),
        "sample_bad_rate": round(1.0 / (1.0 + odds), 6),
        "limits_of_use": msgspec.to_builtins(statement.limits_of_use),
        "features": features,
        "monotone": {},
        "monotone_source": "none",
        "monotonicity_violations": 0,
        "validation": {"folds": 0, "procedure": PROCEDURE},
        "training_data": {
            "file": asked.rows_name,
            "sha256": hashlib.sha256(asked.rows).hexdigest(),
            "target": OUTCOME,
            "rows": frame.height,
            "bads": 0 if outcome is None else int(outcome.sum()),
        },
        "notes": [],
        "parameters": {"trees": facts.trees},
        "seed": SEED,
        "library_versions": library_versions(),
        **statement_card(statement),
        "prior_correction": None,
        "drift_bins": msgspec.to_builtins(bins),
        "foreign": {
            "booster_sha256": hashlib.sha256(asked.booster).hexdigest(),
            "objective": facts.objective,
            "base_score": facts.base_score,
            "trees": facts.trees,
            "xgboost_version": facts.version,
            "mapping": msgspec.to_builtins(asked.mapping),
            "parity": {"rows": frame.height, "tolerance": TOLERANCE, "largest_difference": largest},
        },
        **_measured(model, frame, outcome, pds),
    }


def _outcome(frame: pl.DataFrame) -> Vector | None:
    """1 for bad and 0 for good, where the rows say so. Raises ForeignRowsError."""
    if OUTCOME not in frame.columns:
        return None
    outcome = frame[OUTCOME].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy().astype(np.float64)
    bads = int((outcome == 1).sum())
    if not np.isin(outcome, (0.0, 1.0)).all() or min(bads, len(outcome) - bads) < FEWEST_CASES:
        raise ForeignRowsError(f"{OUTCOME} is 1 (bad) or 0 (good) in every row, {FEWEST_CASES} of each at least.")
    return outcome


def _odds(outcome: Vector | None, population: float | None) -> float:
    if outcome is not None:
        return float((len(outcome) - outcome.sum()) / outcome.sum())
    if population is None or not 0.0 < population < math.inf:
        raise ForeignRowsError("Without outcomes population_odds must be stated, good to one bad and above 0.")
    return population


def _measured(model: ScoringModel, frame: pl.DataFrame, outcome: Vector | None, pds: Vector) -> dict[str, Any]:
    """Figures, tables, pictures and the leak check, of the rows supplied; without outcomes there are none."""
    if outcome is None:
        summary = contributions_summary(model, frame)
        return {"metrics": {}, "calibration_table": [], "gains_table": [], "contributions_summary": summary}
    columns = [Column(one.name, one.kind, one.is_integer_code) for one in model.schema.features]
    read = frame.select(model.features)
    return {
        "metrics": _rounded(all_metrics(outcome, pds)),
        "calibration_table": [_rounded(row) for row in calibration_table(outcome, pds)],
        "gains_table": [_rounded(row) for row in gains_table(outcome, pds)],
        "leak_check": {"suspects": leak_rows(leak_check(read, outcome, columns, seed=SEED))},
        **pictures_card(model, frame, outcome, pds),
    }


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in figures.items()}
