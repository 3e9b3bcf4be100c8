"""How well one variable alone, and how well many together, rank outcomes of rows not seen: what a leak check reads."""

from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl

from scoring.metrics import auc
from scoring.package.encoding import encode_frame, encode_series
from scoring.package.schema import Feature
from scoring.training.booster import BoosterParameters, booster_train, matrix_of, raw_margins
from scoring.training.columns import Column
from scoring.training.features import features_fit
from scoring.training.folds import Places, stratified_folds
from scoring.training.table import Outcome

FOLDS = 3
FEWEST_PURE = 20
_NEARLY_ALL = 0.98
_LEAVES = 16
_SMALLEST_LEAF = 10
_PROBE = BoosterParameters(rounds=60, learning_rate=0.12, subsample=1.0, colsample_bynode=0.5)


class Power(msgspec.Struct, frozen=True):
    """What one variable alone tells of rows left out."""

    column: str
    auc: float
    """Mean over folds of the tree or codes; of a number that ranks better as it is, that. 0.5 is chance."""
    pds: Outcome
    """Out-of-fold bad rate of the leaf or code that each row falls in, shape (rows,)."""
    pure: tuple[int, float] | None = None
    """Rows in values that all but settle the outcome, and the bad rate among them."""


def power_alone(column: Column, series: pl.Series, outcome: Outcome, *, seed: int) -> Power:
    """A tree of at most 16 leaves over a number (missing values find their own branch), or the smoothed bad rate of
    each code: learnt on two thirds of the rows, read on the third."""
    pds, figures = np.zeros(outcome.size), []
    for train, test in stratified_folds(outcome, FOLDS, seed):
        (feature,) = features_fit([column], series[train].to_frame(), outcome[train], {})
        pds[test] = _rates(feature, series, outcome, train, test)
        figures.append(auc(outcome[test], pds[test]))
    if column.kind == "category":
        return Power(column.name, float(np.mean(figures)), pds, _pure(_code_rates(series, outcome), outcome))
    return Power(column.name, max(float(np.mean(figures)), _as_it_is(series, outcome)), pds, _pure(pds, outcome))


def _as_it_is(series: pl.Series, outcome: Outcome) -> float:
    """AUC of the plain values, whichever way the risk runs; missing ones stand in the middle."""
    values = finite(series)
    return 0.5 + abs(auc(outcome, values.fill_null(values.median()).fill_null(0.0).to_numpy()) - 0.5)


def finite(series: pl.Series) -> pl.Series:
    """The column as doubles; what is no finite number is missing."""
    values = series.cast(pl.Float64)
    return values.set(~values.is_finite(), None)


def _rates(feature: Feature, series: pl.Series, outcome: Outcome, train: Places, test: Places) -> Outcome:
    if feature.kind == "category":
        average = float(outcome[train].mean())
        log_odds = encode_series(feature, series[test]).astype(np.float64) + np.log(average / (1.0 - average))
        rates: Outcome = 1.0 / (1.0 + np.exp(-log_odds))
        return rates
    # Huge values would overflow the tree's float32; their order is all it reads.
    values = np.clip(finite(series).to_numpy().reshape(-1, 1), -1e30, 1e30)
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(max_leaf_nodes=_LEAVES, min_samples_leaf=_SMALLEST_LEAF, random_state=0)  # type: ignore[no-untyped-call]
    fitted = tree.fit(values[train], outcome[train])
    leaves: Outcome = fitted.predict_proba(values[test])[:, 1]
    return leaves


def _code_rates(series: pl.Series, outcome: Outcome) -> Outcome:
    """The bad rate of each row's code; of codes too rare to judge, the average."""
    counted = pl.DataFrame({"code": series, "bad": outcome}).select(
        rate=pl.col("bad").mean().over("code"), rows=pl.len().over("code")
    )
    rates: Outcome = np.where(counted["rows"] >= FEWEST_PURE, counted["rate"], outcome.mean())
    return rates


def _pure(rates: Outcome, outcome: Outcome) -> tuple[int, float] | None:
    """At least 20 rows of which 98 % turned bad, or rows where 20 bads were expected and a fiftieth of them came."""
    average = float(outcome.mean())
    bad, good = rates >= _NEARLY_ALL - 0.03, rates <= average / 20.0
    if bad.sum() >= FEWEST_PURE and outcome[bad].mean() >= _NEARLY_ALL:
        return int(bad.sum()), float(outcome[bad].mean())
    expected = average * float(good.sum())
    if expected >= FEWEST_PURE and outcome[good].sum() <= expected / 50.0:
        return int(good.sum()), float(outcome[good].mean())
    return None


class Together(msgspec.Struct, frozen=True):
    """What variables together tell of rows left out: AUC, and each one's share of the gain."""

    auc: float
    gain: dict[str, float]


def power_together(columns: Sequence[Column], frame: pl.DataFrame, outcome: Outcome, *, seed: int) -> Together:
    """Small boosted trees without constraints; AUC 0.5 and no gain if `columns` is empty."""
    if not columns:
        return Together(0.5, {})
    figures, gain = [], dict.fromkeys((column.name for column in columns), 0.0)
    for train, test in stratified_folds(outcome, FOLDS, seed):
        features = features_fit(columns, frame[train], outcome[train], {})
        booster = booster_train(matrix_of(encode_frame(features, frame[train]), outcome[train]), _PROBE, features)
        figures.append(auc(outcome[test], raw_margins(booster, encode_frame(features, frame[test]))))
        for name, value in booster.get_score(importance_type="total_gain").items():
            gain[columns[int(name[1:])].name] += float(value)  # type: ignore[arg-type]
    total = sum(gain.values()) or 1.0
    return Together(float(np.mean(figures)), {name: value / total for name, value in gain.items()})
