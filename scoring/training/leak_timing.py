"""Columns of dates that lie after the decision: what was written later cannot have been known then."""

import re
from collections.abc import Collection

import polars as pl

from scoring.training.suspects import Suspect

_DECIDED = re.compile(
    r"appl(y|ied|ication)|decision|decided|issue|originat|booking|disburs|submitted|申请|审批|放款", re.IGNORECASE
)
_DATE_NAME = re.compile(r"date|month|(^|_)(dt|ym|ymd|day)($|_)|日期|时间|月份", re.IGNORECASE)
_PARSED = 0.95
_LATE_SHARE = 0.01
_PATTERNS = ("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d")


def late_columns(frame: pl.DataFrame, read: Collection[str], decided_on: str | None = None) -> list[Suspect]:
    """Columns of dates of which at least 1 % lie after the decision's; none if no column dates the decision.

    `decided_on`, else every column of dates named like an application or a decision (the latest of them counts).
    `read` are the columns that a model reads: a date coded as a number may be among them.
    """
    dates = {series.name: days for series in frame if (days := _days(series)) is not None}
    named = [decided_on] if decided_on else [name for name in dates if _DECIDED.search(name)]
    deciding = [dates[name] for name in named if name in dates]
    if not deciding:
        return []
    decided = pl.select(pl.max_horizontal(deciding)).to_series()
    found = []
    for name, days in dates.items():
        share = (days > decided).mean() if name not in named else None
        if isinstance(share, float) and share >= _LATE_SHARE:
            why = f"{share:.0%} of its dates lie after the decision ({', '.join(named)})"
            found.append(Suspect(name, "timing", why, share, is_read=name in read))
    return found


def _days(series: pl.Series) -> pl.Series | None:
    """The column as dates if it is one: typed, or text or YYYYMMDD / YYYYMM numbers under a name of dates."""
    if series.dtype.is_temporal():
        return series.cast(pl.Date) if series.dtype in (pl.Date, pl.Datetime) else None
    is_number = series.dtype.is_integer() or series.dtype.is_float()
    if not (series.dtype == pl.String or (is_number and _DATE_NAME.search(series.name))):
        return None
    text = series.cast(pl.Int64, strict=False).cast(pl.String) if is_number else series.str.slice(0, 10)
    text = text.str.replace(r"^(\d{6})$", "${1}01").str.replace(r"^(\d{4}-\d{2})$", "$1-01")
    known = series.drop_nulls().len()
    for pattern in _PATTERNS:
        days = text.str.to_date(pattern, strict=False)
        if known and days.drop_nulls().len() >= _PARSED * known:
            return days
    return None
