"""A training run from request to report: what the command and the task of the admin both call."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from scoring.training.amount_control import amount_control_family, inputs_of
from scoring.training.compare import families_compare
from scoring.training.cross_validation import CrossValidation, cross_validate
from scoring.training.errors import TrainingInputError
from scoring.training.fairness import kept_fairness
from scoring.training.families import FAMILIES, Family, family_of
from scoring.training.fitting import Fitted
from scoring.training.grading import Grading
from scoring.training.honesty import honesty_check, suspects_of
from scoring.training.mlp import MlpParameters
from scoring.training.out_of_time import out_of_time
from scoring.training.packing import package_pack
from scoring.training.prior import pds_spoken, prior_of
from scoring.training.report import report_write
from scoring.training.request import Prepared, Request, request_prepare
from scoring.training.statement import NOT_STATED, Statement

MOST_FOLDS = 20
AMOUNT_CONTROL = "AMOUNT_CONTROL"
AMOUNT = "amount_minor"
"""The purpose whose model has a shape of its own, and its variable of the amount asked."""
Progress = Callable[[str], None]


class TrainingRun(msgspec.Struct, frozen=True):
    """What a run gives. `fitted` and `package` are there only if a package was asked for."""

    validation: CrossValidation
    fitted: Fitted | None
    package: bytes | None
    report: dict[str, Any]
    findings: list[str]
    """What stands in the way of registering, a sentence each."""


def train(
    request: Request,
    *,
    model: str = "xgboost",
    folds: int = 5,
    statement: Statement = NOT_STATED,
    name: str = "",
    is_packed: bool = False,
    waivers: Mapping[str, str] | None = None,
    is_compared: bool = False,
    progress: Progress,
) -> TrainingRun:
    """Prepare, cross-validate and, if `is_packed`, fit on all rows and pack as `name` (default: product or file).

    For the purpose AMOUNT_CONTROL its own network is trained, whatever `model` says.
    `waivers` are reasons, by column, why a suspicion of the leak check is unfounded. `is_compared` validates the
    other kinds of model on the same folds too. `progress` gets a line for a person at each step. Registers nothing
    and writes no file. Raises TrainingInputError.
    """
    family_of(model)
    if not 2 <= folds <= MOST_FOLDS:
        raise TrainingInputError(f"--cv takes 2 to {MOST_FOLDS} folds.")
    prepared = request_prepare(request)
    for note in prepared.notes:
        progress(note)
    model, family = _family(request, prepared, model)
    fit = family.fit
    progress("leak check: does a variable know the outcome?")
    suspects = suspects_of(request, prepared, waivers or {})
    for suspect in suspects:
        progress(f"leak check: {suspect.column}: {suspect.why}")
    progress(f"cross-validating on {prepared.outcome.size} rows in {folds} folds")
    validation = cross_validate(prepared.frame, prepared.outcome, fit, prepared.recipe, folds=folds, progress=progress)
    prior = prior_of(statement, prepared.outcome)
    grading = Grading(request.scale, prior)
    later = out_of_time(prepared, fit, grading=grading, progress=progress)
    honesty = honesty_check(prepared, validation, fit, suspects, later=later, grading=grading, progress=progress)
    progress("fairness: by what the catalogue keeps for testing only")
    fairness = kept_fairness(request, prepared, pds_spoken(validation.pds, prior))
    fitted, package = None, None
    if is_packed:
        progress("fitting on all rows")
        fitted = fit(prepared.frame, prepared.outcome, prepared.recipe)
        progress("packing: the card, the reference applicant, golden rows")
        package = package_pack(
            name=name or request.product or request.data.stem,
            product=request.product or "",
            statement=statement,
            prepared=prepared,
            fitted=fitted,
            validation=validation,
            folds=folds,
            honesty=honesty,
            fairness=fairness,
            purpose=request.purpose,
        )
    directions = prepared.recipe.direction_fit(prepared.frame, prepared.outcome) if family.is_directed else {}
    report = report_write(
        model=model,
        prepared=prepared,
        validation=validation,
        directions=directions,
        fitted=fitted,
        package=package,
        honesty=honesty,
        statement=statement,
        fairness=fairness,
    )
    if is_compared:
        report["compare"] = families_compare(prepared, {model: validation}, folds=folds, progress=progress)
    return TrainingRun(validation, fitted, package, report, honesty.findings)


def _family(request: Request, prepared: Prepared, model: str) -> tuple[str, Family]:
    """The family asked for; the amount control has one of its own. Raises TrainingInputError."""
    if request.purpose != AMOUNT_CONTROL:
        return model, FAMILIES[model]
    if not request.product or request.catalogue is None:
        raise TrainingInputError("The amount control is trained through the catalogue: name a product.")
    columns = [column.name for column in prepared.recipe.columns]
    inputs = inputs_of(request.catalogue, request.product, columns, AMOUNT)
    return "amount_control", Family(amount_control_family(inputs), MlpParameters, is_directed=False)
