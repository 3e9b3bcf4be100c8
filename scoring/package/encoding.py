"""Values of an application to the float32 row a model reads: the same numbers one by one and column by column."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.package.errors import ModelInputError
from scoring.package.schema import Feature

Matrix = npt.NDArray[np.float32]
_NAN = math.nan
LARGEST = float(np.finfo(np.float32).max)
"""What lies beyond is missing to a model, as what is not finite."""


def value_encoder(feature: Feature) -> Callable[[object], float]:
    """A function from one value (None if missing) to the model's input. It raises ModelInputError on a wrong type."""
    return _category_encoder(feature) if feature.kind == "category" else _number_encoder(feature)


def encode_values(features: Sequence[Feature], columns: Mapping[str, Iterable[object]], rows: int) -> Matrix:
    """Rows × features from plain Python columns, without Polars: safe in a process that forks later."""
    matrix = np.empty((rows, len(features)), dtype=np.float32)
    for place, feature in enumerate(features):
        encode = value_encoder(feature)
        matrix[:, place] = [encode(value) for value in columns[feature.name]]
    return matrix


def encode_frame(features: Sequence[Feature], frame: pl.DataFrame) -> Matrix:
    """Rows × features from a frame; a column that is absent counts as missing in every row."""
    matrix = np.empty((frame.height, len(features)), dtype=np.float32)
    for place, feature in enumerate(features):
        series = frame[feature.name] if feature.name in frame.columns else pl.repeat(None, frame.height, eager=True)
        matrix[:, place] = encode_series(feature, series)
    return matrix


def encode_series(feature: Feature, series: pl.Series) -> npt.NDArray[np.float32]:
    """One column as the model's input. Raises ModelInputError if its type is not the variable's."""
    missing = _NAN if feature.missing is None else feature.missing
    if series.dtype == pl.Null:
        return np.full(len(series), missing, dtype=np.float32)
    if feature.kind == "number":
        return _number_series(feature, series, missing)
    expected = pl.Int64 if feature.is_integer_code else pl.String
    if not (series.dtype.is_integer() if feature.is_integer_code else series.dtype in (pl.String, pl.Categorical)):
        raise ModelInputError(f"{feature.name} must be a column of codes.", variable=feature.name)
    codes = series.cast(expected)
    table = _codes(feature)
    encoded = codes.replace_strict(list(table), list(table.values()), default=feature.other, return_dtype=pl.Float64)
    # A null has no code; a null is not an unknown code either.
    return np.where(codes.is_null().to_numpy(), missing, encoded.fill_null(0.0).to_numpy()).astype(np.float32)


def _number_series(feature: Feature, series: pl.Series, missing: float) -> npt.NDArray[np.float32]:
    if not (series.dtype.is_numeric() or series.dtype == pl.Boolean):
        raise ModelInputError(f"{feature.name} must be a column of numbers.", variable=feature.name)
    numbers = series.cast(pl.Float64).to_numpy()
    usable = np.abs(numbers) <= LARGEST
    return np.where(usable, numbers, missing).astype(np.float32)


def _codes(feature: Feature) -> dict[object, float]:
    return {int(code) if feature.is_integer_code else code: value for code, value in feature.codes.items()}


def _category_encoder(feature: Feature) -> Callable[[object], float]:
    table: dict[object, float] = _codes(feature)
    table[None] = _NAN if feature.missing is None else feature.missing
    look_up, other, expected, name = table.get, feature.other, int if feature.is_integer_code else str, feature.name

    def encode(value: object) -> float:
        known = look_up(value)
        if known is not None and value.__class__ is not bool and value.__class__ is not float:
            return known
        if not isinstance(value, expected) or isinstance(value, bool):
            raise ModelInputError(f"{name} must be a code.", variable=name)
        return other

    return encode


def _number_encoder(feature: Feature) -> Callable[[object], float]:
    missing, name = _NAN if feature.missing is None else feature.missing, feature.name

    def encode(value: object) -> float:
        if value is None:
            return missing
        if not isinstance(value, int | float):
            raise ModelInputError(f"{name} must be a number.", variable=name)
        # Not finite, or beyond float32: as good as missing. NaN fails the comparison.
        return value if -LARGEST <= value <= LARGEST else missing

    return encode
