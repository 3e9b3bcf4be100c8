"""A booster as another team would hand it over: trained by them, with its mapping and what it predicted."""

from functools import cache

import numpy as np
import polars as pl
import xgboost as xgb

from scoring.foreign.mapping import MappedFeature, Mapping
from scoring.training.statement import Statement, Text
from tests.factories.scoring import loan_table

SAID = Text("made up", "虚构")
STATEMENT = Statement(12, SAID, SAID, SAID, [SAID], population_odds=9.0, population_source=SAID, owner="A partner")
CODES = {"car": 0.0, "repairs": 1.0, "travel": 2.0}
MAPPING = Mapping(
    [
        MappedFeature("LatePayments", "late"),
        MappedFeature("Income", "income"),
        MappedFeature("Purpose", "purpose", kind="category", codes=CODES, other=-1.0),
        MappedFeature("Savings", "savings"),
    ]
)


def matrix(frame):
    """Their way of preparing a row."""
    purpose = frame["purpose"].replace_strict(CODES, return_dtype=pl.Float64)
    columns = [frame["late"], frame["income"], purpose, frame["savings"].cast(pl.Float64).fill_null(float("nan"))]
    return np.column_stack([column.to_numpy() for column in columns]).astype(np.float32)


@cache
def trained(objective="binary:logistic", **more):
    """Their booster."""
    frame = loan_table(600)
    names = [one.feature for one in MAPPING.features]
    data = xgb.DMatrix(matrix(frame), label=frame["bad"].to_numpy(), feature_names=names)
    settings = {"objective": objective, "max_depth": 3, "nthread": 1, "base_score": 0.3, **more}
    return xgb.train(settings, data, num_boost_round=20)


def booster(kind="json", **more):
    """The bytes of their file."""
    return bytes(trained(**more).save_raw(kind))


def rows(*, outcome=True, count=400):
    """Their test rows by our names, with what they predicted."""
    frame = loan_table(count, seed=9)
    names = [one.feature for one in MAPPING.features]
    pds = trained().predict(xgb.DMatrix(matrix(frame), feature_names=names)).astype(np.float64)
    kept = frame.drop("bad", "noise").with_columns(pl.Series("expected_pd", pds))
    return kept.with_columns(frame["bad"].alias("outcome")) if outcome else kept


def csv(frame):
    """A frame as an uploaded file."""
    return frame.write_csv().encode()
