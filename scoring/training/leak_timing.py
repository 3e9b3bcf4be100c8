"""Columns of dates that lie after the decision: what was written later cannot have been known then."""

import re
from collections.abc import Collection

import polars as pl

from scoring.training.dates import days_of
from scoring.training.suspects import Suspect

_DECIDED = re.compile(
    r"appl(y|ied|ication)|decision|decided|issue|originat|booking|disburs|submitted|申请|审批|放款", re.IGNORECASE
)
_LATE_SHARE = 0.01


def late_columns(frame: pl.DataFrame, read: Collection[str], decided_on: str | None = None) -> list[Suspect]:
    """Columns of dates of which at least 1 % lie after the decision's; none if no column dates the decision.

    `decided_on`, else every column of dates named like an application or a decision (the latest of them counts).
    `read` are the columns that a model reads: a date coded as a number may be among them.
    """
    written = ((one.name, days_of(one, is_date=one.name == decided_on)) for one in frame)
    dates = {name: days for name, days in written if days is not None}
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
