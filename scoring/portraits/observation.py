"""What one source tells of one variable, when it was so and when it was known. Pure."""

from datetime import datetime

import msgspec

from scoring.catalogue import Variable
from scoring.portrait_dimensions import Provenance

Value = str | int | float | bool
_BY_SOURCE: dict[str, Provenance] = {"application": "SELF_DECLARED", "bureau": "THIRD_PARTY"}
"""Who a value comes from where neither source nor catalogue say; anything else is observed by us."""


# A batch has tens of thousands of these and they hold no container: looking through them was a fifth of the time.
class Observation(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A statement about a variable; `value` None takes back what was said before."""

    variable: str
    value: Value | None
    event_at: datetime
    """From when it is so; the age of the source counts from here."""
    known_at: datetime
    source: str
    """application, loan, standing, velocity, list, or the source of a customer fact."""
    provenance: Provenance
    is_verified: bool = False
    confirmed_by: str = ""
    """An independent source that says the same, where the source names one."""


class Sourced(msgspec.Struct, frozen=True):
    """What the sources tell of one customer."""

    observations: list[Observation]
    products: dict[str, datetime]
    """By product they asked for or hold: when that was last heard of."""
    measures: dict[str, int]
    """Counts of the book that are no variable, by name of `MEASURES`."""
    consents: frozenset[str] = frozenset()
    """Scopes of live consents."""


def provenance_of(variable: Variable, source: str) -> Provenance:
    """Who a value comes from: what we keep ourselves is observed; else as the catalogue says."""
    if source in ("standing", "list"):
        return "OBSERVED"
    return variable.provenance or _BY_SOURCE.get(variable.source, "OBSERVED")


MEASURES: dict[str, tuple[str, str]] = {
    "loans_known": ("Loans known", "已知贷款数"),
    "loans_open": ("Loans open", "未结清贷款数"),
    "months_known": ("Months of repayment known, at most 24 a loan", "已知还款月数（每笔最多24个月）"),
    "months_late_worst": ("Most months late in those months", "上述月份中最高逾期月数"),
    "months_late_count": ("Months late among those months", "上述月份中逾期的月数"),
}
"""Counts of the book that segments may read beside variables."""
