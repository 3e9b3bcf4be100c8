"""One small fitted model of each kind, and its package, for tests of what all kinds have in common."""

from functools import cache

import msgspec
import polars as pl

from scoring.package import ScoringModel, package_read, package_write
from scoring.training.columns import Column, columns_plan
from scoring.training.families import FAMILIES
from scoring.training.fitting import Fitted, Recipe
from scoring.training.mlp import MlpParameters
from scoring.training.scorecard import ScorecardParameters
from scoring.training.svm import SvmParameters
from tests.factories.scoring import QUICK, card, loan_outcome, loan_table

KINDS = tuple(FAMILIES)
NEW_KINDS = ("scorecard", "svm", "mlp")
QUICK_PARAMETERS: dict[str, msgspec.Struct] = {
    "xgboost": QUICK,
    "scorecard": ScorecardParameters(),
    "svm": SvmParameters(landmarks=40),
    "mlp": MlpParameters(networks=2, units=6, steps=60),
}


def coded_table(rows: int = 900) -> pl.DataFrame:
    """`loan_table` with `savings` missing in places, and -999 for one in twelve incomes."""
    frame = loan_table(rows)
    return frame.with_columns(
        pl.when(pl.int_range(pl.len()) % 12 == 0).then(-999.0).otherwise(pl.col("income")).alias("income")
    )


def recipe(frame: pl.DataFrame, kind: str) -> Recipe:
    """All columns, no directions asked for, nothing tuned."""
    return Recipe(columns(frame), lambda _frame, _outcome: {"late": 1}, 42, QUICK_PARAMETERS[kind])


def columns(frame: pl.DataFrame) -> list[Column]:
    """What the plan makes of the table."""
    return columns_plan(frame, target="bad").columns


@cache
def fitted(kind: str) -> Fitted:
    """Fitted on `coded_table`."""
    frame = coded_table()
    return FAMILIES[kind].fit(frame, loan_outcome(frame), recipe(frame, kind))


@cache
def family_package(kind: str) -> bytes:
    """The package of `fitted`."""
    model = fitted(kind).model
    features = tuple(model.features)
    return package_write(schema=model.schema, body=model.body, card={**card(features=features), "kind": kind}, seed=42)


@cache
def family_model(kind: str) -> ScoringModel:
    """`family_package` as it is loaded."""
    return package_read(family_package(kind))
