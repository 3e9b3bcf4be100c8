"""The kinds of model that can be trained, by the name that `--model` takes."""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
import polars as pl

from scoring.training.booster import BoosterParameters
from scoring.training.errors import TrainingInputError
from scoring.training.fitting import Fitted, Recipe, fit_xgboost
from scoring.training.mlp import MlpParameters, fit_mlp
from scoring.training.scorecard import ScorecardParameters, fit_scorecard
from scoring.training.svm import SvmParameters, fit_svm
from scoring.training.table import Outcome

Fit = Callable[[pl.DataFrame, Outcome, Recipe], Fitted]


class Family(msgspec.Struct, frozen=True):
    """How a kind is fitted, and the type of what it is fitted with."""

    fit: Fit
    parameters: type[msgspec.Struct]
    is_directed: bool = True
    """Whether directions asked for are held; a kind that cannot promises none."""


FAMILIES: dict[str, Family] = {
    "xgboost": Family(fit_xgboost, BoosterParameters),
    "scorecard": Family(fit_scorecard, ScorecardParameters),
    "svm": Family(fit_svm, SvmParameters, is_directed=False),
    "mlp": Family(fit_mlp, MlpParameters, is_directed=False),
}


def family_of(name: str) -> Fit:
    """The fit of a kind. Raises TrainingInputError naming those that exist."""
    return _family(name).fit


def family_parameters(name: str, recorded: Mapping[str, Any]) -> msgspec.Struct:
    """The parameters of a kind from a card. Raises TrainingInputError if they are not such."""
    try:
        return msgspec.convert(recorded, _family(name).parameters)
    except msgspec.ValidationError as error:
        raise TrainingInputError(f"These are not parameters of {name}: {error}") from error


def _family(name: str) -> Family:
    try:
        return FAMILIES[name]
    except KeyError:
        raise TrainingInputError(f"There is no model {name}; there is {', '.join(FAMILIES)}.") from None
