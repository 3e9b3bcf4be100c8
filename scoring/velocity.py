"""What we count ourselves: velocity and list variables, with the one contract of a window. Pure.

A window is [as_of - window, as_of): closed at its start, open at as_of, by event_at; only what was known by as_of
counts; the events of the very application that is decided do not. A day is 24 hours.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal, get_args

import msgspec

Entity = Literal["customer", "phone", "device", "address"]
Aggregate = Literal[
    "count",
    "sum_minor",
    "max_minor",
    "mean_minor",
    "distinct_customers",
    "distinct_devices",
    "distinct_phones",
    "days_since_last",
]
ListKind = Literal["BLACK", "WHITE", "GREY"]
Dimension = Literal["national_id", "phone", "device_id", "address", "bank_card", "employer"]

ENTITIES: tuple[Entity, ...] = get_args(Entity)
AGGREGATES: tuple[Aggregate, ...] = get_args(Aggregate)
COUNTS: frozenset[str] = frozenset({"count", "distinct_customers", "distinct_devices", "distinct_phones"})
"""Aggregates that are whole numbers, and 0 where nothing happened; the others are numbers."""
# Kinds of lending.RiskEvent; a test holds the two together.
EVENTS = frozenset(
    {
        "application",
        "decline",
        "decline_elsewhere",
        "loan_elsewhere",
        "enquiry_elsewhere",
        "instalment_missed",
        "instalment_paid",
        "transfer_in",
        "transfer_out",
        "cash_out",
        "contact_lost",
        "disbursement",
        "missed_elsewhere",
        "lender_inflow",
        "income_stopped",
        "income_fell",
        "negative_balance",
        "gambling_spend",
        "employer_shock",
        "region_shock",
        "guarantor_trouble",
        "linked_customer_trouble",
        "diversion_suspected",
        "diversion_confirmed",
        "evergreening",
    }
)
MAX_WINDOW_DAYS = 3650
_DAY_MICROSECONDS = 86_400_000_000


class Velocity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which events of which entity are put together how, over how many days before the decision."""

    entity: Entity
    event: str
    """A kind of lending.RiskEvent."""
    window_days: int
    aggregate: Aggregate


class ListLookup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether an identifier of the applicant is on a list as of the decision."""

    kind: ListKind
    dimension: Dimension


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
    are left out of amounts, empty keys out of distinct counts. `scoring.velocity_sql` is held to this.
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


def velocity_problems(definition: Velocity) -> list[str]:
    """What is wrong with a definition, in words that follow the variable's name."""
    checks = {
        f"counts events of an unknown kind ({definition.event[:40]})": definition.event not in EVENTS,
        f"has a window outside 1 to {MAX_WINDOW_DAYS} days": not 1 <= definition.window_days <= MAX_WINDOW_DAYS,
    }
    return [words for words, is_found in checks.items() if is_found]
