"""Some rows of a table, chosen by plain equalities: the segment that a model is trained or measured on."""

import polars as pl

from scoring.training.errors import TrainingInputError


def rows_where(frame: pl.DataFrame, where: str) -> pl.DataFrame:
    """Rows of whom every `COLUMN = value` or `COLUMN = value|value` of `where` (joined by ` and `) holds; all where it
    is empty.

    A number is compared as one, anything else as text; a missing value equals nothing. Raises TrainingInputError.
    """
    return frame.filter(members_where(frame, where))


def members_where(frame: pl.DataFrame, where: str) -> pl.Series:
    """Which rows those are, shape (rows,), at least one. Raises TrainingInputError."""
    members = members_of(frame, where)
    if not members.any():
        raise TrainingInputError(f"No row of the file is such that {where[:200]}.")
    return members


def members_of(frame: pl.DataFrame, where: str) -> pl.Series:
    """Which rows those are, shape (rows,), maybe none. Raises TrainingInputError."""
    members = pl.Series([True]).new_from_index(0, frame.height)
    for part in filter(None, (text.strip() for text in where.split(" and "))):
        name, sign, value = (text.strip() for text in part.partition("="))
        if not sign or not value or name not in frame.columns:
            raise TrainingInputError(f"--where takes COLUMN = value of a column of the file, not {part[:80]}.")
        equal = [_equal(frame[name], one.strip()) for one in value.split("|")]
        members = members & pl.select(pl.any_horizontal(one.fill_null(value=False) for one in equal)).to_series()
    return members


def _equal(series: pl.Series, value: str) -> pl.Series:
    if not series.dtype.is_numeric():
        return series.cast(pl.String).str.strip_chars() == value
    try:
        return series.cast(pl.Float64) == float(value)
    except ValueError:
        raise TrainingInputError(f"{series.name} holds numbers; {value[:40]} is none.") from None
