"""Dates and durations as texts: read from ISO 8601 and written back."""

import datetime as dt
import re

from rules.language.types import Type

DAY = 86_400.0
"""Seconds of a day."""
_MONTHS = re.compile(r"(-?)P(?:([0-9]{1,6})Y)?(?:([0-9]{1,6})M)?")
_DAYS = re.compile(r"(-?)P(?:([0-9]{1,7})D)?(?:T(?=[0-9])(?:([0-9]{1,7})H)?(?:([0-9]{1,7})M)?(?:([0-9]{1,7})S)?)?")


def day_of(text: str) -> dt.date | None:
    """The calendar day of YYYY-MM-DD, None for any other text."""
    # fromisoformat alone also takes week dates and dates without hyphens.
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def duration_of(text: str) -> tuple[float, Type] | None:
    """(whole months, MONTHS) of `P1Y6M`, (whole seconds, DAYS) of `P10DT2H`; None for any other text."""
    found = _MONTHS.fullmatch(text)
    if found and (found[2] or found[3]):
        return _signed(found[1], int(found[2] or 0) * 12.0 + int(found[3] or 0)), Type.MONTHS
    found = _DAYS.fullmatch(text)
    if found and any(found.groups()[1:]):
        days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
        return _signed(found[1], days * DAY + hours * 3600.0 + minutes * 60.0 + seconds), Type.DAYS
    return None


def _signed(sign: str, value: float) -> float:
    return 0.0 - value if sign else value


def duration_text(value: float, kind: Type) -> str:
    """A duration (months for MONTHS, seconds for DAYS) in ISO 8601; parts of a second are dropped."""
    sign, whole = "-" if value < 0 else "", int(abs(value))
    if kind is Type.MONTHS:
        years, months = divmod(whole, 12)
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months or not years else ''}"
    minutes, seconds = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    time = "".join(f"{part}{unit}" for part, unit in ((hours, "H"), (minutes, "M"), (seconds, "S")) if part)
    date = f"{days}D" if days or not time else ""
    return f"{sign}P{date}{f'T{time}' if time else ''}"
