"""How late loans were month by month until they closed, and what their closing says of the months after."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.db import connection

from lending.business_dates import business_date_end
from lending.models import LoanChange, LoanMonth, Product
from lending.open_loans import closing_of
from monitoring.services.delinquency.month_ends import month_end_dpd

Cause = LoanChange.Cause
DAYS_OF_MONTH_LATE: Final = 30
"""A lender reports whole months late; each counts as thirty days past due."""
LOST_DAYS: Final = 720
"""What a lost loan counts as: the most that a definition of bad may ask for."""
MOST_MONTHS: Final = 60
_CLOSINGS: Final = f"""
SELECT l.id, closing.closed_on, closing.cause
FROM lending_loan l CROSS JOIN LATERAL {closing_of("l").format(day="%(day)s", as_of="%(as_of)s")} closing
WHERE l.id = ANY(%(loans)s) AND (l.closed_on IS NOT NULL OR l.has_reopened)
"""  # noqa: S608  # a constant of our own


class Closing(NamedTuple):
    """When and why a loan was closed; no cause where nothing told it."""

    on: date
    cause: str = ""


class Known(NamedTuple):
    """(month end, days past due) in order, and how it closed, if it did."""

    months: list[tuple[date, int]]
    closing: Closing | None = None


def days_past_due(known: Known, since: date) -> Sequence[int | None]:
    """Days past due at the end of each month after `since`'s, the next month first, up to the first month unknown.

    What a schedule says after the closing does not count. A loan that was repaid, or closed when nothing was late,
    stays good for as long as anyone looks. One written off, or sold while late, is lost from the month of its closing
    on: its outcome does not go with it. A month before that from the first that nobody reported on is None.
    """
    by_lag = {_lag(since, day): days for day, days in known.months}
    found: list[int] = []
    while (days := by_lag.get(len(found) + 1)) is not None:
        found.append(days)
    if known.closing is None:
        return found
    closed_on, cause = known.closing
    lag = _lag(since, closed_on)
    is_month_end = (closed_on + timedelta(days=1)).day == 1
    seen = found[: max(lag if is_month_end else lag - 1, 0)]
    last = seen[-1] if seen else by_lag.get(0, 0)
    if cause == Cause.WRITTEN_OFF or (cause == Cause.SOLD and last > 0):
        silent = [None] * (max(lag - 1, 0) - len(seen))
        return [*seen, *silent, *([LOST_DAYS] * MOST_MONTHS)]
    is_settled = (cause == Cause.REPAID or not seen or seen[-1] == 0) and lag <= len(seen) + 1
    return seen + [0] * MOST_MONTHS if is_settled else seen


def known_months(loans: list[int], product: Product, as_of: date) -> dict[int, Known]:
    """By loan, as far as known by the end of a day.

    Of a loan with a schedule by what was due and paid, of others by the months their lender reported.
    """
    known_by = business_date_end(as_of, product.timezone)
    closings = _closings(loans, as_of, known_by)
    found = {loan: Known([], closings.get(loan)) for loan in loans}
    for loan, day, days in month_end_dpd(loans, product, as_of, known_by).iter_rows():
        found[loan].months.append((day, days))
    scheduled = {loan for loan, known in found.items() if known.months}
    # Of a corrected month the row known last comes last, and counts.
    months = LoanMonth.objects.filter(loan__in=loans, business_date__lte=as_of, known_at__lt=known_by)
    rows = months.order_by("business_date", "known_at").values_list("loan_id", "business_date", "payment_status")
    for loan, day, status in rows:
        if loan not in scheduled:
            found[loan].months.append((day, max(status, 0) * DAYS_OF_MONTH_LATE))
    return found


def _closings(loans: list[int], day: date, as_of: datetime) -> dict[int, Closing]:
    with connection.cursor() as cursor:
        cursor.execute(_CLOSINGS, {"loans": loans, "day": day, "as_of": as_of})
        return {loan: Closing(closed_on, cause) for loan, closed_on, cause in cursor.fetchall()}


def _lag(since: date, day: date) -> int:
    return (day.year - since.year) * 12 + day.month - since.month
