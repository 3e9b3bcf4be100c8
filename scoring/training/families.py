"""The kinds of model that can be trained, by the name that `--model` takes."""

from collections.abc import Callable

import polars as pl

from scoring.training.errors import TrainingInputError
from scoring.training.fitting import Fitted, Recipe, fit_xgboost
from scoring.training.table import Outcome

Fit = Callable[[pl.DataFrame, Outcome, Recipe], Fitted]
FAMILIES: dict[str, Fit] = {"xgboost": fit_xgboost}


def family_of(name: str) -> Fit:
    """The fit of a kind. Raises TrainingInputError naming those that exist."""
    try:
        return FAMILIES[name]
    except KeyError:
        raise TrainingInputError(f"There is no model {name}; there is {', '.join(FAMILIES)}.") from None
