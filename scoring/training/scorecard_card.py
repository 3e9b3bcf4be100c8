"""From bins and weights to the card that is stored, and to the features that feed it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec
import numpy as np
import polars as pl

from scoring.package.calibration import Calibration
from scoring.package.encoding import Matrix
from scoring.package.schema import Feature
from scoring.package.scorecard import PER_UNIT, Bin, Characteristic, Scorecard, SpecialBin, bin_points
from scoring.scaling import Scale
from scoring.training.features import QUANTILES
from scoring.training.scorecard_bins import Bins, Cell

_DIGITS = 6


class Rows(Protocol):
    """Encoded rows."""

    @property
    def features(self) -> list[Feature]: ...

    @property
    def data(self) -> Matrix: ...


def card_of(
    bins: Mapping[str, Bins],
    intercept: float,
    coefficients: Sequence[float],
    calibration: Calibration,
    rows: Rows,
    scale: Scale,
) -> Scorecard:
    """The card: every bin's calibrated log odds in millionths, and its points."""
    places = {feature.name: place for place, feature in enumerate(rows.features)}
    kinds = {feature.name: feature.kind for feature in rows.features}
    characteristics = []
    for (name, one), coefficient in zip(bins.items(), coefficients, strict=True):
        weight = calibration.slope * coefficient
        average = float(one.risks(rows.data[:, places[name]]).mean())
        edges = one.edges if kinds[name] == "number" else [place + 0.5 for place in range(len(one.edges))]
        characteristics.append(
            Characteristic(
                name=name,
                iv=round(one.iv, _DIGITS),
                coefficient=round(weight, _DIGITS),
                edges=edges,
                bins=[_bin(cell, weight, scale) for cell in one.cells],
                special=[SpecialBin(value, _bin(cell, weight, scale)) for value, cell in sorted(one.special.items())],
                missing=_bin(one.missing, weight, scale),
                average=round(weight * average * PER_UNIT),
            )
        )
    start = round((calibration.intercept + calibration.slope * intercept) * PER_UNIT)
    at_start = scale.base_points - scale.pdo * float(np.log2(scale.base_odds)) + bin_points(start, scale)
    return Scorecard(start, round(at_start, 1), characteristics)


def card_features(features: Sequence[Feature], bins: Mapping[str, Bins], frame: pl.DataFrame) -> list[Feature]:
    """The features of the card's variables: codes go in as the number of their bin, amounts as they are.

    Quantiles of amounts leave special values out; a direction that the bins turned out to have is promised too.
    """
    return [_feature(feature, bins[feature.name], frame) for feature in features if feature.name in bins]


def _feature(feature: Feature, bins: Bins, frame: pl.DataFrame) -> Feature:
    if feature.kind == "category":
        codes = {code: _place(bins, value) for code, value in feature.codes.items()}
        return msgspec.structs.replace(feature, codes=codes, other=_place(bins, feature.other), monotone=1)
    quantiles = feature.quantiles
    if bins.special:
        values = frame[feature.name].cast(pl.Float64).to_numpy()
        is_special = np.isin(values.astype(np.float32), np.array(list(bins.special), dtype=np.float32))  # as it is read
        amounts = values[np.isfinite(values) & ~is_special]
        quantiles = np.unique(np.quantile(amounts, QUANTILES, method="nearest")).tolist()
    return msgspec.structs.replace(feature, monotone=bins.direction, quantiles=quantiles)


def _place(bins: Bins, value: float) -> float:
    """The bin of an encoded code, found as the training rows were: in float32."""
    return float(np.searchsorted(np.array(bins.edges), float(np.float32(value)), side="left"))


def _bin(cell: Cell, weight: float, scale: Scale) -> Bin:
    margin = round(weight * cell.risk * PER_UNIT)
    return Bin(cell.rows, cell.bads, round(-cell.risk, _DIGITS) + 0.0, margin, bin_points(margin, scale))
