"""A model ready to score: one application in microseconds, a portfolio in one batch, the two equal to the last bit."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.package.bodies import body_kind
from scoring.package.encoding import encode_frame, value_encoder
from scoring.package.schema import ModelSchema
from scoring.reasons import Contribution
from scoring.replacement import Replacement, reasons_by_replacement
from scoring.scaling import pd_from_margin, pds_from_margins, points_from_pd

Vector = npt.NDArray[np.float64]


class Score(msgspec.Struct, frozen=True):
    """What the model says of one application."""

    pd: float
    """Probability of bad as the card defines it, a multiple of 1e-9 strictly between 0 and 1."""
    margin: float
    """Calibrated log odds of bad; `pd` is its logistic."""
    points: int


class ScoringModel:
    """A package in memory. Deterministic, single-threaded, without state that a caller can change."""

    def __init__(self, *, schema: ModelSchema, body: bytes, card: dict[str, Any], content_hash: str) -> None:
        self.schema = schema
        self.card = card
        self.content_hash = content_hash
        self.features = [feature.name for feature in schema.features]
        self.body = body
        self._predictor = body_kind(schema.kind).read(body, schema.features)
        self._encoders = [(feature.name, value_encoder(feature)) for feature in schema.features]
        self._calibration = schema.calibration
        self._reference = self.row(schema.reference.values) if schema.reference.values else None
        nothing = np.full((1, len(schema.features)), np.nan, dtype=np.float32)
        self._base = float(self._predictor.contributions(nothing)[0, -1])

    def score(self, values: Mapping[str, object]) -> Score:
        """Score one application. A variable absent or None is missing; a code never seen counts as the average.

        Raises ModelInputError if a value has a type its variable cannot have.
        """
        margin = self._calibration.margin(self._predictor.margin(self.row(values)))
        pd = pd_from_margin(margin)
        return Score(pd, margin, points_from_pd(pd, self.schema.scale))

    def contributions(self, values: Mapping[str, object]) -> list[Contribution]:
        """What each variable adds to the margin, in feature order; with `base` they add up to `Score.margin`.

        Exact TreeSHAP values stretched as the calibration does the margin: the sum holds within 1e-4.
        """
        row = self._stretched(self._predictor.contributions(self.row(values)[np.newaxis, :]))[0].tolist()
        return [Contribution(name, value) for name, value in zip(self.features, row, strict=True)]

    def replacement(self, values: Mapping[str, object], reason_codes: Mapping[str, str]) -> Replacement | None:
        """The reasons that putting the reference applicant's values in place proves; None in a model without one."""
        if self._reference is None:
            return None
        return reasons_by_replacement(
            self.row(values),
            self._reference,
            features=self.features,
            reason_codes=reason_codes,
            margins=self.margins,
        )

    @property
    def base(self) -> float:
        """The margin that contributions start from: the mean over the training data."""
        return self._calibration.margin(self._base)

    def explain(self, frame: pl.DataFrame) -> Vector:
        """Contributions of many rows, shape (rows, features)."""
        return self._stretched(self._predictor.contributions(encode_frame(self.schema.features, frame)))

    def margin_frame(self, frame: pl.DataFrame) -> Vector:
        """Calibrated log odds of bad of many rows."""
        return self.margins(encode_frame(self.schema.features, frame))

    def margins(self, matrix: npt.NDArray[np.float32]) -> Vector:
        """Calibrated log odds of bad of encoded rows, shape (rows,)."""
        return self._calibration.margins(self._predictor.margins(matrix))

    def predict_pd(self, frame: pl.DataFrame) -> Vector:
        """PDs of many rows, shape (rows,), bit for bit those of `score`. Absent columns are missing in every row."""
        return pds_from_margins(self.margin_frame(frame))

    def points(self, pd: float) -> int:
        """Points of a PD on this model's scale."""
        return points_from_pd(pd, self.schema.scale)

    @property
    def special_values(self) -> Mapping[str, Sequence[float]]:
        """Numbers that the model treats as codes and not as amounts, by variable."""
        return self._predictor.special_values

    def raw_margins(self, matrix: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The body's own output for encoded rows, as the golden rows record it."""
        return self._predictor.margins(matrix)

    def _stretched(self, values: npt.NDArray[np.floating]) -> Vector:
        """Contributions to the calibrated margin from TreeSHAP's to the raw one, whose last column is the base."""
        exact = values.astype(np.float64)
        stretched: Vector = exact[:, :-1] * self._calibration.stretch(exact.sum(axis=1), self._base)[:, np.newaxis]
        return stretched

    def row(self, values: Mapping[str, object]) -> npt.NDArray[np.float32]:
        """One application as the model reads it, shape (features,). Raises ModelInputError on a wrong type."""
        get = values.get
        return np.array([encode(get(name)) for name, encode in self._encoders], dtype=np.float32)
