"""Which way the risk runs with each variable: stated in a file or a catalogue, or inferred from training rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import polars as pl

from scoring.metrics import auc
from scoring.package.encoding import encode_frame
from scoring.package.schema import Feature, Monotone
from scoring.training.booster import BoosterParameters, Matrix, booster_train, matrix_of, raw_margins
from scoring.training.columns import Column
from scoring.training.errors import TrainingInputError
from scoring.training.features import features_fit
from scoring.training.folds import stratified_sample
from scoring.training.table import Outcome

if TYPE_CHECKING:
    import xgboost as xgb

Directions = dict[str, Monotone]
WORDS: dict[str | int, Monotone] = {
    "higher_is_riskier": 1, "higher_is_safer": -1, "none": 0, "increasing": 1, "decreasing": -1, 1: 1, -1: -1, 0: 0,
}  # fmt: skip
_STRONG = 4.0
_EXPLAINED = 0.9
_SAME_WAY = 0.75
_MOST_AGAINST = 0.1
_SPIKE = 30
_PROBE = BoosterParameters(
    rounds=100, max_depth=4, learning_rate=0.08, subsample=1.0, colsample_bynode=1.0, reg_lambda=20.0
)
_PROBE_ROWS = 20_000


def directions_read(path: Path, columns: Sequence[Column]) -> Directions:
    """A JSON object of column to direction (`WORDS`). Raises TrainingInputError with every wrong entry."""
    try:
        given = msgspec.json.decode(path.read_bytes(), type=dict[str, str | int])
    except (OSError, msgspec.DecodeError) as error:
        raise TrainingInputError(f"{path} is not a JSON object of column to direction: {error}") from error
    names = {column.name for column in columns}
    wrong = [f"{name}: no such column is read" for name in given if name not in names]
    wrong += [f"{name}: {word} is not a direction" for name, word in given.items() if word not in WORDS]
    if wrong:
        raise TrainingInputError(f"{path}: {'; '.join(wrong)}", problems=wrong)
    return {name: WORDS[word] for name, word in given.items()} | category_directions(columns)


def category_directions(columns: Sequence[Column]) -> Directions:
    """A category goes in ordered by its bad rate, so its direction is up by construction."""
    return {column.name: 1 for column in columns if column.kind == "category"}


def directions_infer(columns: Sequence[Column], frame: pl.DataFrame, outcome: Outcome) -> Directions:
    """Directions that the training rows show beyond doubt, alone and beside the other variables.

    A number gets one if its own AUC lies over four standard errors from 0.5 and a monotone curve explains at least
    nine tenths of the differences between its bins; a category is ordered by its bad rate. Both keep it if an
    unconstrained model moves the same way with them, on the average and for nine rows in ten: what turns with another
    variable has no direction.
    """
    numbers = [column for column in columns if column.kind == "number"]
    alone = {column.name: _direction_alone(frame[column.name], outcome) for column in numbers}
    candidates = {name: direction for name, direction in alone.items() if direction} | category_directions(columns)
    together = _directions_together(columns, frame, outcome, candidates)
    return {name: direction for name, direction in candidates.items() if together[name]}


def _direction_alone(series: pl.Series, outcome: Outcome) -> Monotone:
    values = series.cast(pl.Float64).to_numpy()
    known = np.isfinite(values)
    x, y = values[known], outcome[known]
    bads, goods = float(y.sum()), float(y.size - y.sum())
    if min(bads, goods) < 20:
        return 0
    strength = (auc(y, x) - 0.5) / np.sqrt((bads + goods + 1.0) / (12.0 * bads * goods))
    if abs(strength) < _STRONG:
        return 0
    direction: Monotone = 1 if strength > 0 else -1
    return direction if _explained(x, y, direction) >= _EXPLAINED else 0


def _explained(x: Outcome, y: Outcome, direction: Monotone) -> float:
    """Share of the variance between bins that the best monotone curve keeps.

    The bins are (at most ten) of equal count; a smallest or largest value that many rows have is a bin of its own,
    so that a special code there (-1, 999) is seen to break the order.
    """
    from sklearn.isotonic import IsotonicRegression

    edges = np.unique(np.append(np.quantile(x, np.linspace(0.1, 0.9, 9)), _spikes(x)))
    place = np.searchsorted(edges, x, side="left")
    counts = np.bincount(place, minlength=edges.size + 1).astype(float)
    used = counts > 0
    rates = np.bincount(place, weights=y, minlength=edges.size + 1)[used] / counts[used]
    weights = counts[used]
    spread = float(np.sum(weights * (rates - y.mean()) ** 2))
    places = np.arange(rates.size)
    curve = IsotonicRegression(increasing=direction > 0).fit(places, rates, weights)  # type: ignore[no-untyped-call]
    fitted = curve.predict(places)
    return 1.0 - float(np.sum(weights * (rates - fitted) ** 2)) / spread if spread > 0 else 0.0


def _spikes(x: Outcome) -> list[float]:
    """Edges that part a frequent smallest or largest value from the rest."""
    low, high = float(x.min()), float(x.max())
    edges = [low] if np.count_nonzero(x == low) >= _SPIKE else []
    return [*edges, float(x[x < high].max())] if low < high and np.count_nonzero(x == high) >= _SPIKE else edges


def _directions_together(
    columns: Sequence[Column], frame: pl.DataFrame, outcome: Outcome, candidates: Mapping[str, Monotone]
) -> dict[str, bool]:
    """Whether a model of all variables moves each candidate's way over its range: on the average of sampled rows, and
    from end to end for all but a tenth of them."""
    if not candidates:
        return {}
    places = stratified_sample(outcome, _PROBE_ROWS, 0)
    frame, outcome = frame[places], outcome[places]
    features = features_fit(columns, frame, outcome, {})
    data = encode_frame(features, frame)
    booster = booster_train(matrix_of(data, outcome), _PROBE, features)
    sample = data[:: max(1, len(data) // 500)]
    return {
        feature.name: _moves_along(booster, sample, place, feature, candidates[feature.name])
        for place, feature in enumerate(features)
        if feature.name in candidates
    }


def _moves_along(booster: xgb.Booster, sample: Matrix, place: int, feature: Feature, direction: Monotone) -> bool:
    points = sorted(set(feature.codes.values())) or feature.quantiles[1:-1] or feature.quantiles
    moved = np.repeat(sample[np.newaxis], len(points), axis=0)
    moved[:, :, place] = np.array(points, dtype=np.float32)[:, np.newaxis]
    curves = raw_margins(booster, moved.reshape(-1, sample.shape[1])).reshape(len(points), len(sample))
    steps = np.diff(curves, axis=0) * direction
    average = steps.mean(axis=1)
    travelled = float(np.abs(average).sum())
    if travelled == 0.0:
        return True
    is_with = float(average[average > 0].sum()) / travelled >= _SAME_WAY
    return is_with and float((steps.sum(axis=0) < 0).mean()) <= _MOST_AGAINST
