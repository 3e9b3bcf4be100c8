"""Monotone as promised? Each constrained variable is moved over its range, on real rows, and the PD watched."""

import numpy as np
import polars as pl

from scoring.package.encoding import encode_frame
from scoring.package.model import ScoringModel
from scoring.package.schema import Feature
from scoring.scaling import pds_from_margins

ROWS = 1_000
POINTS = 20


def monotonicity_violations(model: ScoringModel, frame: pl.DataFrame, *, rows: int = ROWS) -> int:
    """Pairs of (row, constrained variable) whose calibrated PD moves the wrong way at any of 20 points, at most
    `rows` rows taken evenly from `frame`. 0 is what the constraints promise."""
    sample = frame.gather_every(max(1, -(-frame.height // rows)))
    data = encode_frame(model.schema.features, sample)
    return sum(
        _violations(model, data, place, feature)
        for place, feature in enumerate(model.schema.features)
        if feature.monotone
    )


def _violations(model: ScoringModel, data: np.ndarray, place: int, feature: Feature) -> int:
    points = _points(feature)
    pds = np.empty((len(points), len(data)))
    moved = data.copy()
    for row, value in enumerate(points):
        moved[:, place] = value
        pds[row] = pds_from_margins(model.margins(moved))
    wrong = np.diff(pds, axis=0) * feature.monotone < 0
    return int(wrong.any(axis=0).sum())


def _points(feature: Feature) -> list[float]:
    """Twenty rising inputs over the range; all codes of a category."""
    if feature.kind == "category":
        return sorted({*feature.codes.values(), feature.other})
    place = np.linspace(0, len(feature.quantiles) - 1, POINTS)
    points: list[float] = np.interp(place, np.arange(len(feature.quantiles)), feature.quantiles).tolist()
    return points
