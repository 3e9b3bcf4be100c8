"""The contract of a window as a loop over all events: what the SQL that decides and reviews is held to."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from scoring.velocity import Entity, Velocity

_DAY_MICROSECONDS = 86_400_000_000


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """A risk event as a window sees it; keys are hex blind indexes, empty where there is none."""

    kind: str
    event_at: datetime
    known_at: datetime
    customer_id: int | None = None
    phone_key: str = ""
    device_key: str = ""
    address_key: str = ""
    amount_minor: int | None = None
    application_id: int | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """For whom and as of when. Without keys of an entity, what is counted by it is unknown."""

    as_of: datetime
    customer_id: int
    phone_keys: frozenset[str] = frozenset()
    device_keys: frozenset[str] = frozenset()
    address_keys: frozenset[str] = frozenset()
    application_id: int | None = None


def velocity_value(definition: Velocity, subject: Subject, events: Iterable[Event]) -> float | None:
    """The reference: a loop over all events. None is unknown.

    A sum of nothing is 0; the largest, the mean and the days since of nothing are unknown. Events without an amount
    are left out of amounts, empty keys out of distinct counts. `scoring.own_sql` is held to this.
    """
    if definition.entity != "customer" and not getattr(subject, f"{definition.entity}_keys"):
        return None
    start = subject.as_of - timedelta(days=definition.window_days)
    found = [
        event
        for event in events
        if event.kind == definition.event
        and _is_of(definition.entity, event, subject)
        and start <= event.event_at < subject.as_of
        and event.known_at <= subject.as_of
        and (event.application_id is None or event.application_id != subject.application_id)
    ]
    amounts = [event.amount_minor for event in found if event.amount_minor is not None]
    match definition.aggregate:
        case "count":
            return len(found)
        case "sum_minor":
            return float(sum(amounts))
        case "max_minor":
            return float(max(amounts)) if amounts else None
        case "mean_minor":
            return float(sum(amounts)) / len(amounts) if amounts else None
        case "distinct_customers":
            return len({event.customer_id for event in found} - {None})
        case "distinct_devices":
            return len({event.device_key for event in found} - {""})
        case "distinct_phones":
            return len({event.phone_key for event in found} - {""})
        case "days_since_last":
            passed = min((subject.as_of - event.event_at for event in found), default=None)
            return None if passed is None else passed // timedelta(microseconds=1) / _DAY_MICROSECONDS


def _is_of(entity: Entity, event: Event, subject: Subject) -> bool:
    if entity == "customer":
        return event.customer_id == subject.customer_id
    return bool(getattr(event, f"{entity}_key")) and getattr(event, f"{entity}_key") in getattr(
        subject, f"{entity}_keys"
    )
