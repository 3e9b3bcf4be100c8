"""The report of a training run as JSON data, under the keys that other tools read."""

import hashlib
from typing import Any

import msgspec

from scoring.fairness.result import FairnessResult, result_json
from scoring.training.card import PROCEDURE, library_versions
from scoring.training.cross_validation import CrossValidation
from scoring.training.directions import Directions
from scoring.training.fitting import Fitted
from scoring.training.honesty import Honesty
from scoring.training.prior import prior_of, prior_report
from scoring.training.request import Prepared
from scoring.training.statement import Statement, statement_card


def report_write(
    *,
    model: str,
    prepared: Prepared,
    validation: CrossValidation,
    directions: Directions,
    fitted: Fitted | None,
    package: bytes | None,
    honesty: Honesty,
    statement: Statement,
    fairness: FairnessResult | None = None,
) -> dict[str, Any]:
    """Means over folds under auc, ks, gini, brier, log_loss, ece; `fold_results` has each fold's own figures."""
    return {
        "model": model,
        **validation.metrics,
        "fit_seconds_per_fold": round(validation.fit_seconds_per_fold, 3),
        "tuning_seconds_per_fold": round(validation.tuning_seconds_per_fold, 3),
        "monotonicity_violations": validation.monotonicity_violations,
        "n": prepared.frame.height,
        "n_features": len(prepared.recipe.columns),
        "bad_rate": float(prepared.outcome.mean()),
        "features": [column.name for column in prepared.recipe.columns],
        "monotone": dict(directions),
        "monotone_source": prepared.monotone,
        "folds": len(validation.folds),
        "seed": prepared.recipe.seed,
        "procedure": PROCEDURE,
        "fold_results": validation.folds,
        "calibration_table": validation.calibration,
        "gains_table": validation.gains,
        "parameters": msgspec.to_builtins(fitted.parameters) if fitted else None,
        "package_hash": hashlib.sha256(package).hexdigest() if package else None,
        "training_data": prepared.training_data,
        "notes": prepared.notes,
        "library_versions": library_versions(),
        **honesty.report(),
        **statement_card(statement),
        "sample_odds": float((1.0 - prepared.outcome.mean()) / prepared.outcome.mean()),
        "prior_correction": prior_report(prior_of(statement, prepared.outcome), prepared.outcome, validation.pds),
        **({"fairness": result_json(fairness)} if fairness else {}),
    }
