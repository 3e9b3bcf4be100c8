"""Calendar arithmetic on dates as ISO texts. Each gives None for a text that is no date or a day outside the calendar
(years 1 to 9999)."""

import calendar
import datetime as dt
from collections.abc import Callable
from math import floor

from rules.language.temporal import DAY, day_of

LAST_DAY = dt.date.max.toordinal()


def date_of(text: str) -> str | None:
    """The text where it is a date."""
    return text if day_of(text) else None


def plus_days(date: str, seconds: float) -> str | None:
    """So many seconds from the date's midnight, the day that is."""
    day = day_of(date)
    if day is None:
        return None
    number = (day.toordinal() * DAY + seconds) / DAY
    return dt.date.fromordinal(floor(number)).isoformat() if 1 <= number < LAST_DAY + 1 else None


def plus_months(date: str, months: float) -> str | None:
    """The same day so many months on, or the last of that month where it is shorter."""
    day = day_of(date)
    if day is None or abs(months) > 12 * dt.MAXYEAR:
        return None
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])).isoformat()


def seconds_between(later: str, earlier: str) -> float | None:
    """later − earlier."""
    last, first = day_of(later), day_of(earlier)
    return None if last is None or first is None else (last.toordinal() - first.toordinal()) * DAY


def days_between(start: str, end: str) -> float | None:
    """end − start in days."""
    first, last = day_of(start), day_of(end)
    return None if last is None or first is None else float(last.toordinal() - first.toordinal())


def months_between(start: str, end: str) -> float | None:
    """Whole months from start to end; negative where end is before start. A month is whole at the same day of the
    month, so that from 31 January to 28 February there is none."""
    first, last = day_of(start), day_of(end)
    if first is None or last is None:
        return None
    months = (last.year - first.year) * 12 + last.month - first.month
    if months > 0 and last.day < first.day:
        months -= 1
    if months < 0 and last.day > first.day:
        months += 1
    return float(months)


def years_between(start: str, end: str) -> float | None:
    """Whole years, of twelve whole months each."""
    months = months_between(start, end)
    return None if months is None else float(int(months / 12))


def _component(part: str) -> Callable[[str], float | None]:
    def value(date: str) -> float | None:
        day = day_of(date)
        if day is None:
            return None
        return float(day.isoweekday() if part == "weekday" else getattr(day, part))

    return value


COMPONENTS = {part: _component(part) for part in ("year", "month", "day", "weekday")}
"""A date's components; weekday 1 is Monday."""
