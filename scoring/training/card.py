"""The model card: what the model is, is not, and how well it did, kept inside its package."""

import platform
from importlib.metadata import version
from typing import Any

import msgspec

from scoring.drift.bins import drift_bins
from scoring.fairness.result import FairnessResult, result_json
from scoring.package.schema import Feature
from scoring.training.cross_validation import CrossValidation
from scoring.training.fitting import Fitted
from scoring.training.honesty import Honesty
from scoring.training.pictures import pictures_card
from scoring.training.prior import Prior, pds_spoken
from scoring.training.request import Prepared
from scoring.training.statement import Statement, statement_card

LIBRARIES = ("xgboost-cpu", "numpy", "scikit-learn", "optuna", "polars")
PROCEDURE = (
    "Stratified folds, shuffled. Directions, encodings, bins, parameters (chosen by log loss on inner folds) and"
    " calibration (on inner out-of-fold margins) are learnt from each fold's training rows alone; the figures are means"
    " over folds of the rows left out."
)
_WORDS = {1: "higher_is_riskier", -1: "higher_is_safer", 0: "none"}


def library_versions() -> dict[str, str]:
    """Versions that the bytes of a model depend on."""
    return {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}}


def feature_direction(feature: Feature) -> str:
    """The direction a feature was held to: `higher_is_riskier`, `higher_is_safer`, `ordered_by_bad_rate` or `none`."""
    if feature.kind == "category" and feature.monotone:
        return "ordered_by_bad_rate"
    return _WORDS[feature.monotone]


def card_write(
    *,
    name: str,
    product: str,
    statement: Statement,
    prepared: Prepared,
    fitted: Fitted,
    validation: CrossValidation,
    folds: int,
    honesty: Honesty,
    prior: Prior | None,
    fairness: FairnessResult | None = None,
    purpose: str = "",
) -> dict[str, Any]:
    """The card as JSON data. Figures are rounded to six digits; it holds no time and no path."""
    schema, rows, bads = fitted.model.schema, prepared.training_data["rows"], prepared.training_data["bads"]
    features = [
        {"name": feature.name, "kind": feature.kind, "direction": feature_direction(feature)}
        for feature in schema.features
    ]
    return {
        "name": name,
        "product": product,
        "kind": schema.kind,
        "pd_horizon_months": statement.pd_horizon_months,
        "pd_horizon": msgspec.to_builtins(statement.pd_horizon),
        "bad_definition": statement.bad_definition.en,
        "bad_definition_zh": statement.bad_definition.zh,
        "sample": msgspec.to_builtins(statement.sample),
        "sample_odds": round((rows - bads) / bads, 6),
        "sample_bad_rate": round(bads / rows, 6),
        "limits_of_use": msgspec.to_builtins(statement.limits_of_use),
        "features": features,
        "monotone": {feature["name"]: feature["direction"] for feature in features if feature["direction"] != "none"},
        "monotone_source": prepared.monotone,
        "metrics": _rounded(validation.metrics),
        "monotonicity_violations": validation.monotonicity_violations,
        "calibration_table": [_rounded(row) for row in validation.calibration],
        "gains_table": [_rounded(row) for row in validation.gains],
        "validation": {"folds": folds, "procedure": PROCEDURE},
        "training_data": prepared.training_data,
        "notes": prepared.notes,
        "parameters": msgspec.to_builtins(fitted.parameters),
        **_candidates(prepared, features),
        "tuning": _tuning(fitted),
        "seed": prepared.recipe.seed,
        "library_versions": library_versions(),
        **honesty.card(),
        **statement_card(statement),
        "prior_correction": msgspec.to_builtins(prior),
        "drift_bins": _drift_bins(schema.features, prepared, validation, prior),
        **({"fairness": result_json(fairness)} if fairness else {}),
        **({"purpose": purpose} if purpose else {}),
        **pictures_card(
            fitted.model, prepared.frame, prepared.outcome, validation.pds, offset=prior.offset if prior else 0.0
        ),
    }


def _drift_bins(
    features: list[Feature], prepared: Prepared, validation: CrossValidation, prior: Prior | None
) -> dict[str, Any]:
    """Where the training rows lay: their out-of-fold PDs, at the odds that the model speaks at, and its variables."""
    kinds = {feature.name: feature.kind for feature in features}
    found: dict[str, Any] = msgspec.to_builtins(drift_bins(prepared.frame, pds_spoken(validation.pds, prior), kinds))
    return found


def _candidates(prepared: Prepared, features: list[dict[str, str]]) -> dict[str, list[str]]:
    """The variables that the family chose among, where it left some out."""
    offered = [column.name for column in prepared.recipe.columns]
    return {} if offered == [feature["name"] for feature in features] else {"candidates": offered}


def _tuning(fitted: Fitted) -> dict[str, Any] | None:
    if fitted.tuning is None:
        return None
    return {name: value for name, value in msgspec.to_builtins(fitted.tuning).items() if name != "parameters"}


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 6) for name, value in figures.items()}
