"""What a portrait must hold, worked out the slow way: every raw row looked at, nothing shared with the real one."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tests.portraits.world import START

DAY = timedelta(days=1)
SERIES = {"payment_status": "status", "bill": "billed", "payment": "paid"}
"""By the first part of a variable's name, the column it is."""
REFRESH = {"months_at_address": 365, "months_at_phone": 180, "income_monthly_minor": 180, "essential_spend_share": 60}
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def held(history: dict, as_of: datetime) -> dict:
    """Values by name of facts, months, standing and two windows."""
    return (
        _facts(history["facts"], history["consents"], as_of) | _months(history["loans"], as_of) | _rest(history, as_of)
    )


def _facts(facts: Iterable, consents: Iterable, as_of: datetime) -> dict:
    may_read = any(granted <= as_of and (ended is None or ended > as_of) for granted, ended in consents)
    found: dict = {}
    for name, value, event_at, known_at in facts:
        if event_at > as_of or known_at > as_of or (name == "essential_spend_share" and not may_read):
            continue
        best = found.get(name, (None, LONG_AGO, LONG_AGO))
        if (event_at, known_at) > best[1:]:
            found[name] = (value, event_at, known_at)
    return {name: best[0] for name, best in found.items() if best[0] is not None}


def _months(loans: Iterable, as_of: datetime) -> dict:
    """Of the loan heard of last; loans are (opened, limit, months), months (last day, known, status, billed, paid)."""
    speaks, when = None, LONG_AGO
    for opened, limit, months in loans:
        if opened > as_of.date():
            continue
        known = [month for month in months if month[1] <= as_of and month[0] <= as_of.date()]
        heard = datetime.combine(opened, datetime.min.time(), UTC)
        if known:
            latest = max(known)
            heard = min(latest[1], datetime.combine(latest[0], datetime.min.time(), UTC) + DAY)
        if heard >= when:
            speaks, when = (limit, known), heard
    if speaks is None:
        return {}
    limit, known = speaks
    values = {"credit_limit_minor": limit, "education": 2}
    for month in known:
        lag = (max(known)[0].year - month[0].year) * 12 + max(known)[0].month - month[0].month
        if lag < 6:
            values |= {f"payment_status_m{lag}": month[2], f"bill_m{lag}_minor": month[3]}
            values |= {f"payment_m{lag}_minor": month[4]}
    return values


def _rest(history: dict, as_of: datetime) -> dict:
    missed = [
        event_at
        for kind, event_at, known_at in history["events"]
        if kind == "instalment_missed" and as_of - 90 * DAY <= event_at < as_of and known_at <= as_of
    ]
    enquiries = [
        event_at
        for kind, event_at, known_at in history["events"]
        if kind == "enquiry_elsewhere" and as_of - 30 * DAY <= event_at < as_of and known_at <= as_of
    ]
    values: dict = {"missed_instalments_90d": len(missed), "enquiries_elsewhere_30d": len(enquiries)}
    seen = [row for row in history["standings"] if row[0] <= as_of and row[1] <= as_of]
    if seen:
        _, _, level, late = max(seen)
        values |= {"own_warning_level": level, "own_months_late": late}
    return values


def timeliness(history: dict, name: str, as_of: datetime) -> float:
    """Of the fact that counts."""
    rows = [row for row in history["facts"] if row[0] == name and row[2] <= as_of and row[3] <= as_of]
    age = (as_of - max(rows, key=lambda row: row[2:])[2]).total_seconds() / 86_400
    return max(0.0, min(1.0, 2 - age / REFRESH[name]))


def instant(day: float) -> datetime:
    return START + day * DAY
