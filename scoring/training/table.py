"""Any table as a frame with honest types, and its target as 0 and 1."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.training.errors import TrainingInputError
from scoring.training.table_file import NULL_WORDS, file_read
from scoring.training.text_values import plain_text

Outcome = npt.NDArray[np.float64]
_BAD_WORDS = frozenset({"1", "true", "yes", "y", "t", "bad", "default", "defaulted", "denied", "charged off",
                        "坏", "逾期", "违约", "不良", "拒绝", "是"})  # fmt: skip
_GOOD_WORDS = frozenset({"0", "false", "no", "n", "f", "good", "paid", "fully paid", "approved",
                         "好", "正常", "未逾期", "履约", "通过", "否"})  # fmt: skip


def table_read(path: Path) -> pl.DataFrame:
    """A parquet or delimited file as a frame; what text means is seen from every row. Raises TrainingInputError."""
    frame = file_read(path)
    return frame.with_columns(_plain(series) for series in frame)


def target_read(series: pl.Series) -> tuple[Outcome, str]:
    """The outcome, 1 for bad and NaN where unknown, and how it was read. Raises TrainingInputError unless binary."""
    values = sorted(series.drop_nulls().unique().to_list(), key=str)
    shown = [str(value) for value in values[:10]]
    if len(values) != 2:
        more = ", …" if len(values) > len(shown) else ""
        raise TrainingInputError(
            f"The target {series.name} must have two values; it has {len(values)} ({', '.join(shown)}{more})."
            " Leave it empty where the outcome is unknown.",
            values=shown,
        )
    bad, note = _bad_value(series, values)
    outcome = (series == bad).cast(pl.Float64).to_numpy().copy()
    outcome[series.is_null().to_numpy()] = np.nan
    return outcome, note


def _bad_value(series: pl.Series, values: list[object]) -> tuple[object, str]:
    words = [str(value).strip().lower() for value in values]
    # Beside 2, a 1 is a code as any other: in the best known of such files it is the good one.
    is_coded = {word.removesuffix(".0") for word in words} == {"1", "2"}
    bad_words = _BAD_WORDS - {"1"} if is_coded else _BAD_WORDS
    named = [value for value, word in zip(values, words, strict=True) if word.removesuffix(".0") in bad_words]
    if len(named) == 1:
        return named[0], f"{series.name} = {named[0]} is bad"
    good = [value for value, word in zip(values, words, strict=True) if word in _GOOD_WORDS]
    if len(good) == 1:
        other = next(value for value in values if value != good[0])
        return other, f"{series.name} = {other} is bad, since {good[0]} is good"
    rarer = min(values, key=lambda value: int((series == value).sum()))
    return rarer, f"{series.name} = {rarer} is taken as bad: it is the rarer value"


def _plain(series: pl.Series) -> pl.Series:
    """Integers, floats, strings, Booleans and dates only; text that means numbers or days becomes such, and a number
    that is not finite is missing."""
    if series.dtype in (pl.Categorical, pl.Enum):
        series = series.cast(pl.String)
    if isinstance(series.dtype, pl.Decimal):
        return series.cast(pl.Float64)
    if series.dtype.is_float():
        return series.set(~series.is_finite().fill_null(value=True), None)
    if series.dtype != pl.String:
        return series
    stripped = series.str.strip_chars()
    return plain_text(stripped.set(stripped.is_in(NULL_WORDS).fill_null(value=False), None))
