"""Which columns of a table a model may read, as what, and why the others were left out."""

import re
from collections.abc import Collection

import msgspec
import polars as pl

from scoring.package.schema import FeatureKind
from scoring.training.dates import days_of
from scoring.training.errors import TrainingInputError

_ID_NAME = re.compile(
    r"(^|_)(id|ids|uuid|guid|key|number|no|nr|index|idx|row)$|^unnamed|^column_1$|(^|_)(id_?card|phone|mobile|tel)($|_)"
    r"|编号|序号|流水号|客户号|账号|卡号|身份证|证件号|手机|电话",
    re.IGNORECASE,
)
_DENSE = 0.5
_NEARLY_ALL = 0.95
_MIXED = 0.5


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
            notes += _mixed(series)
            columns.append(Column(series.name, "category" if series.dtype == pl.String else "number"))
    if not columns:
        raise TrainingInputError("No column is left to learn from.", notes=notes)
    return ColumnPlan(columns, notes)


def _reason_to_drop(series: pl.Series) -> str:
    dtype = series.dtype
    if dtype.is_temporal() or (dtype.is_numeric() and days_of(series) is not None):
        return "dates are not read"
    if not (dtype.is_numeric() or dtype in (pl.String, pl.Boolean)):
        return f"values of type {dtype} are not read"
    known = series.drop_nulls()
    # A single value beside missing ones still tells the two apart.
    if series.n_unique() <= 1:
        return "it has one value only"
    if _is_identifier(known, len(series)):
        return "every value is distinct, as in an identifier"
    return ""


def _mixed(series: pl.Series) -> list[str]:
    """A note if a few words keep a column of numbers from being read as such."""
    if series.dtype != pl.String:
        return []
    known = series.drop_nulls()
    words = known.filter(known.cast(pl.Float64, strict=False).is_null())
    if words.len() >= _MIXED * known.len():
        return []
    shown = ", ".join(words.unique().sort().head(3).to_list())
    return [f"{series.name} is read as codes, since {words.len()} of its values are no numbers: {shown}"]


def _is_identifier(known: pl.Series, rows: int) -> bool:
    """Distinct text is a name; distinct numbers are one if they are called so, nearly gapless, or count the rows.

    `known` are the values of at least half of the `rows`; of what is called an identifier nearly all need be distinct.
    """
    distinct, is_called = known.n_unique(), bool(_ID_NAME.search(known.name))
    if known.len() < _DENSE * rows or distinct < (_NEARLY_ALL if is_called else 1.0) * known.len():
        return False
    if known.dtype == pl.String:
        return True
    whole = known.dtype.is_integer() or bool((known.cast(pl.Float64) % 1 == 0).all())
    if not whole:
        return False
    low, high = float(known.min()), float(known.max())  # type: ignore[arg-type]
    is_dense = known.len() / (high - low + 1) >= _DENSE
    return is_called or is_dense or known.is_sorted() or known.is_sorted(descending=True)
