"""Dates, times and durations from their texts, and back. A text that is none gives None."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from rules.dmn.feel.values import Months

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z", re.ASCII)
_TIME = re.compile(
    r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:(Z|z)|([+-])(\d\d):(\d\d)(?::(\d\d))?|@([A-Za-z0-9_+/-]+))?\Z", re.ASCII
)
_MONTHS = re.compile(r"(-)?P(?:(\d{1,10})Y)?(?:(\d{1,10})M)?\Z", re.ASCII)
_SECONDS = re.compile(
    r"(-)?P(?:(\d{1,10})D)?(?:T(?=\d)(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,14})(?:\.(\d+))?S)?)?\Z", re.ASCII
)


def read_date(text: str) -> date | None:
    match = _DATE.match(text)
    try:
        return date(*(int(part) for part in match.groups())) if match else None
    except ValueError:
        return None


def read_time(text: str) -> time | None:
    match = _TIME.match(text)
    if match is None:
        return None
    hour, minute, second, fraction, utc, sign, zone_hour, zone_minute, zone_second, zone = match.groups()
    try:
        place: tzinfo | None = UTC if utc else None
        if sign:
            offset = timedelta(hours=int(zone_hour), minutes=int(zone_minute), seconds=int(zone_second or 0))
            place = offset_zone(-offset if sign == "-" else offset)
        elif zone:
            place = read_zone(zone)
        micro = int((fraction or "0")[:6].ljust(6, "0"))
        return time(int(hour), int(minute), int(second), micro, place)
    except (ValueError, KeyError, OSError):
        return None


def read_zone(name: str) -> tzinfo:
    """A zone of the IANA data base. Raises ValueError."""
    try:
        return UTC if name in ("Z", "UTC", "Etc/UTC") else ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError(name) from error


def offset_zone(offset: timedelta) -> tzinfo:
    """A zone a fixed offset from UTC, 14 hours at most. Raises ValueError."""
    if abs(offset) > timedelta(hours=14):
        raise ValueError(str(offset))
    return UTC if not offset else timezone(offset)


def read_date_time(text: str) -> datetime | None:
    """A date and time; a date alone is its midnight."""
    day_text, separator, time_text = text.partition("T")
    day = read_date(day_text)
    if day is None:
        return None
    clock = read_time(time_text) if separator else time()
    return None if clock is None else datetime.combine(day, clock)


def read_duration(text: str) -> Months | timedelta | None:
    match = _MONTHS.match(text)
    if match and (match.group(2) or match.group(3)):
        months = int(match.group(2) or 0) * 12 + int(match.group(3) or 0)
        return Months(-months if match.group(1) else months)
    match = _SECONDS.match(text)
    if match is None or not any(match.groups()[1:]):
        return None
    sign, days, hours, minutes, seconds, fraction = match.groups()
    try:
        length = timedelta(
            days=int(days or 0),
            hours=int(hours or 0),
            minutes=int(minutes or 0),
            seconds=int(seconds or 0),
            microseconds=int((fraction or "0")[:6].ljust(6, "0")),
        )
    except OverflowError:
        return None
    return -length if sign else length


def at_literal(text: str) -> Any:
    """The value of `@"text"`: whichever of a date, a date and time, a time or a duration the text is."""
    for read in (read_date, read_time, read_duration):
        value = read(text)
        if value is not None:
            return value
    return read_date_time(text) if "T" in text else None


def write_time(value: time) -> str:
    text = value.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + _zone_text(value)


def write_date_time(value: datetime) -> str:
    return value.date().isoformat() + "T" + write_time(value.timetz())


def _zone_text(value: time) -> str:
    zone = value.tzinfo
    if zone is None:
        return ""
    if zone is UTC:
        return "Z"
    return f"@{zone.key}" if isinstance(zone, ZoneInfo) else value.isoformat()[-6:]


def write_duration(value: Months | timedelta) -> str:
    """ISO 8601, in its shortest form."""
    if isinstance(value, Months):
        years, months = divmod(abs(value.months), 12)
        parts = (f"{years}Y" if years else "") + (f"{months}M" if months or not years else "")
        return ("-P" if value.months < 0 else "P") + parts
    length = abs(value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{length.microseconds:06d}".rstrip("0") if length.microseconds else ""
    clock = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    clock += f"{seconds}{fraction}S" if seconds or fraction else ""
    text = (f"{length.days}D" if length.days else "") + (f"T{clock}" if clock else "")
    return ("-P" if value < timedelta() else "P") + (text or "T0S")
