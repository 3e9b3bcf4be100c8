"""Instants and business dates: a day ends when it ends where the product is lent. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def business_date_of(instant: datetime, timezone: str) -> date:
    """The calendar date of an aware instant in the product's time zone (IANA name)."""
    return instant.astimezone(ZoneInfo(timezone)).date()


def business_date_end(business_date: date, timezone: str) -> datetime:
    """The first instant (UTC) that is no longer this business date: "as of DATE" means all known before it."""
    return datetime.combine(business_date + timedelta(days=1), time.min, ZoneInfo(timezone)).astimezone(UTC)


def business_date_at(business_date: date, hour: int, timezone: str) -> datetime:
    """The instant (UTC) of a full hour on a business date, 0 to 23 local time."""
    return datetime.combine(business_date, time(hour), ZoneInfo(timezone)).astimezone(UTC)
