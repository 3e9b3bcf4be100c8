"""Any table as a frame with honest types, and its target as 0 and 1."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.training.errors import TrainingInputError

Outcome = npt.NDArray[np.float64]
NULL_WORDS = ["", "NA", "N/A", "n/a", "NaN", "nan", "null", "NULL", "None", "?", "."]
_BAD_WORDS = frozenset({"1", "true", "yes", "y", "t", "bad", "default", "defaulted", "denied", "charged off"})
_GOOD_WORDS = frozenset({"0", "false", "no", "n", "f", "good", "paid", "fully paid", "approved"})


def table_read(path: Path) -> pl.DataFrame:
    """A parquet or CSV file as a frame; CSV types are inferred from every row. Raises TrainingInputError."""
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            frame = pl.read_parquet(path)
        else:
            frame = pl.read_csv(path, null_values=NULL_WORDS, infer_schema_length=None, try_parse_dates=True)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise TrainingInputError(f"{path} cannot be read as parquet or CSV: {error}") from error
    if frame.height == 0:
        raise TrainingInputError(f"{path} has no rows.")
    return frame.with_columns(_plain(series) for series in frame)


def target_read(series: pl.Series) -> tuple[Outcome, str]:
    """The outcome, 1 for bad and NaN where unknown, and how it was read. Raises TrainingInputError unless binary."""
    values = sorted(series.drop_nulls().unique().to_list(), key=str)
    if len(values) != 2:
        raise TrainingInputError(
            f"The target {series.name} must have two values; it has {len(values)}.",
            values=[str(v) for v in values[:10]],
        )
    bad, note = _bad_value(series, values)
    outcome = (series == bad).cast(pl.Float64).to_numpy().copy()
    outcome[series.is_null().to_numpy()] = np.nan
    return outcome, note


def _bad_value(series: pl.Series, values: list[object]) -> tuple[object, str]:
    words = [str(value).strip().lower() for value in values]
    named = [value for value, word in zip(values, words, strict=True) if word in _BAD_WORDS or word in ("1.0",)]
    if len(named) == 1:
        return named[0], f"{series.name} = {named[0]} is bad"
    good = [value for value, word in zip(values, words, strict=True) if word in _GOOD_WORDS]
    if len(good) == 1:
        other = next(value for value in values if value != good[0])
        return other, f"{series.name} = {other} is bad, since {good[0]} is good"
    rarer = min(values, key=lambda value: int((series == value).sum()))
    return rarer, f"{series.name} = {rarer} is taken as bad: it is the rarer value"


def _plain(series: pl.Series) -> pl.Series:
    """Integers, floats, strings, Booleans and dates only; strings that are numbers become numbers."""
    if series.dtype in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    if isinstance(series.dtype, pl.Decimal):
        return series.cast(pl.Float64)
    if series.dtype != pl.String:
        return series
    stripped = series.str.strip_chars()
    words = stripped.set(stripped.is_in(NULL_WORDS).fill_null(value=False), None)
    numbers = words.cast(pl.Float64, strict=False)
    is_number = words.is_not_null().any() and numbers.is_null().sum() == words.is_null().sum()
    return numbers if is_number else words
