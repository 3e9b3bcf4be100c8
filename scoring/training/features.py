"""From columns to the inputs of a model, learnt from training rows only."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import polars as pl

from scoring.package.encoding import LARGEST, Matrix, encode_frame
from scoring.package.schema import Feature, Monotone
from scoring.training.columns import Column
from scoring.training.folds import stratified_folds
from scoring.training.table import Outcome

FeatureFit = Callable[[pl.DataFrame, Outcome], list[Feature]]

QUANTILES = np.linspace(0.0, 1.0, 21)
SMOOTHING = 10.0
"""Cases of average risk added to each code, so that a rare one stays near the average."""
MANY_CODES = 30
_RAREST = 5
_DIGITS = 6


def features_fit(
    columns: Sequence[Column], frame: pl.DataFrame, outcome: Outcome, directions: Mapping[str, Monotone]
) -> list[Feature]:
    """The features of `columns`. Codes are ordered by their bad rate here, so only training rows may come in."""
    return [_feature(column, frame[column.name], outcome, directions.get(column.name, 0)) for column in columns]


def training_matrix(
    features: Sequence[Feature], feature_fit: FeatureFit, frame: pl.DataFrame, outcome: Outcome, code_folds: int
) -> Matrix:
    """The rows that `features` were learnt from as a booster should see them, shape (rows, features).

    A category of many codes has few rows to each, and a row's own outcome shows in its code: trees would trust such
    codes more than new rows bear out. So they go in here as the other folds order them (0 folds: as they are).
    """
    data = encode_frame(features, frame)
    many = [place for place, feature in enumerate(features) if len(feature.codes) >= MANY_CODES]
    if code_folds and many:
        for rest, left_out in stratified_folds(outcome, code_folds, 0):
            others = feature_fit(frame[rest], outcome[rest])
            data[np.ix_(left_out, np.array(many))] = encode_frame([others[place] for place in many], frame[left_out])
    return data


def _feature(column: Column, series: pl.Series, outcome: Outcome, monotone: Monotone) -> Feature:
    return (
        _category(column, series, outcome, monotone)
        if column.kind == "category"
        else _number(column.name, series, monotone)
    )


def _number(name: str, series: pl.Series, monotone: Monotone) -> Feature:
    values = series.cast(pl.Float64).to_numpy()
    known = values[np.abs(values) <= LARGEST]
    if known.size == 0:
        return Feature(name, "number", None, monotone, quantiles=[0.0])
    quantiles = np.unique(np.quantile(known, QUANTILES, method="nearest")).tolist()
    # Without missing values here the trees learnt no branch for them: the median stands in, and is neutral.
    missing = None if known.size < values.size else float(np.quantile(known, 0.5, method="nearest"))
    return Feature(name, "number", missing, monotone, quantiles=quantiles)


def _category(column: Column, series: pl.Series, outcome: Outcome, monotone: Monotone) -> Feature:
    counts = (
        pl.DataFrame({"code": series, "bad": outcome}).group_by("code").agg(pl.len().alias("n"), pl.col("bad").sum())
    )
    average = float(outcome.mean())
    codes, missing, others, other_bads = {}, 0.0, 0, 0.0
    for code, n, bad in sorted(counts.rows(), key=lambda row: str(row[0])):
        if code is None:
            missing = _log_odds(n, bad, average)
        elif n >= _RAREST:
            codes[str(code)] = _log_odds(n, bad, average)
        else:
            others, other_bads = others + n, other_bads + bad
    other = _log_odds(others, other_bads, average)
    if not codes:
        codes = {str(code): other for code in series.drop_nulls().unique().to_list()} or {"": other}
    return Feature(column.name, "category", missing, monotone, codes, column.is_integer_code, other)


def _log_odds(n: float, bad: float, average: float) -> float:
    """Smoothed log odds of bad less the average's: `ln(r / (1 - r)) - ln(p / (1 - p))`, r = (bad + m p) / (n + m)."""
    rate = (bad + SMOOTHING * average) / (n + SMOOTHING)
    return round(math.log(rate / (1.0 - rate)) - math.log(average / (1.0 - average)), _DIGITS)
