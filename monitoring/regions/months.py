"""Complete business months, and the one to six of them that a page shows. A month is its first day. Pure."""

from datetime import date, timedelta
from typing import Final

WINDOW_LEAST: Final = 1
WINDOW_MOST: Final = 6


def month_of(day: date) -> date:
    """The month a business date lies in."""
    return day.replace(day=1)


def month_add(month: date, months: int) -> date:
    """So many months later; a negative number goes back."""
    years, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(years, index + 1, 1)


def month_end(month: date) -> date:
    """Its last day."""
    return month_add(month, 1) - timedelta(days=1)


def month_last_complete(as_of: date, grace_days: int = 0) -> date:
    """The last month of which everything can be said at the end of a business date.

    A month is complete when its last day and the days of grace of what fell due on it have passed: with five days of
    grace March is complete at the end of 5 April.
    """
    month = month_of(as_of)
    while month_end(month) + timedelta(days=grace_days) > as_of:
        month = month_add(month, -1)
    return month


def months_until(last: date, count: int) -> list[date]:
    """The `count` months that end with `last`, oldest first."""
    return [month_add(last, -back) for back in range(count - 1, -1, -1)]


def month_window(last: date, months: int) -> list[date]:
    """The months a page shows, oldest first. Raises ValueError outside 1 to 6."""
    if not WINDOW_LEAST <= months <= WINDOW_MOST:
        raise ValueError(f"A window has {WINDOW_LEAST} to {WINDOW_MOST} months, not {months}.")
    return months_until(last, months)
