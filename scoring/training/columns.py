"""Which columns of a table a model may read, as what, and why the others were left out."""

import re
from collections.abc import Collection

import msgspec
import polars as pl

from scoring.package.schema import FeatureKind
from scoring.training.errors import TrainingInputError

_ID_NAME = re.compile(r"(^|_)(id|ids|uuid|guid|key|number|no|nr|index|idx|row)$|^unnamed|^column_1$", re.IGNORECASE)
_DENSE = 0.5


class Column(msgspec.Struct, frozen=True):
    """A column the model reads."""

    name: str
    kind: FeatureKind
    is_integer_code: bool = False


class ColumnPlan(msgspec.Struct, frozen=True):
    """The columns read, and a sentence for each that was left out."""

    columns: list[Column]
    notes: list[str]


def columns_plan(frame: pl.DataFrame, *, target: str, drop: Collection[str] = ()) -> ColumnPlan:
    """Look at every column. Raises TrainingInputError if an unknown one is to be dropped or none is left."""
    unknown = sorted(set(drop) - set(frame.columns))
    if unknown:
        raise TrainingInputError(f"There is no column {', '.join(unknown)} to drop.", columns=unknown)
    columns, notes = [], []
    for series in frame:
        if series.name == target:
            continue
        reason = "as asked" if series.name in drop else _reason_to_drop(series)
        if reason:
            notes.append(f"{series.name} dropped: {reason}")
        else:
            columns.append(Column(series.name, "category" if series.dtype == pl.String else "number"))
    if not columns:
        raise TrainingInputError("No column is left to learn from.", notes=notes)
    return ColumnPlan(columns, notes)


def _reason_to_drop(series: pl.Series) -> str:
    dtype = series.dtype
    if dtype.is_temporal():
        return "dates are not read"
    if not (dtype.is_numeric() or dtype in (pl.String, pl.Boolean)):
        return f"values of type {dtype} are not read"
    known = series.drop_nulls()
    # A single value beside missing ones still tells the two apart.
    if series.n_unique() <= 1:
        return "it has one value only"
    if known.n_unique() == len(series) and _is_identifier(series):
        return "every value is distinct, as in an identifier"
    return ""


def _is_identifier(series: pl.Series) -> bool:
    """Distinct text is a name; distinct numbers are one if they are called so, nearly gapless, or count the rows."""
    if series.dtype == pl.String:
        return True
    whole = series.dtype.is_integer() or bool((series.cast(pl.Float64) % 1 == 0).all())
    if not whole:
        return False
    low, high = float(series.min()), float(series.max())  # type: ignore[arg-type]
    is_dense = len(series) / (high - low + 1) >= _DENSE
    return bool(_ID_NAME.search(series.name)) or is_dense or series.is_sorted() or series.is_sorted(descending=True)
