"""What we count ourselves: velocity and list variables, with the one contract of a window. Pure.

A window is [as_of - window, as_of): closed at its start, open at as_of, by event_at; only what was known by as_of
counts; the events of the very application that is decided do not. A day is 24 hours.
"""

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
EVENTS: tuple[str, ...] = (
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
)
"""Kinds of `lending.RiskEvent` (a test holds the two together): what windows count and patterns look for."""
MAX_WINDOW_DAYS = 3650


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


def velocity_problems(definition: Velocity) -> list[str]:
    """What is wrong with a definition, in words that follow the variable's name."""
    checks = {
        f"counts events of an unknown kind ({definition.event[:40]})": definition.event not in EVENTS,
        f"has a window outside 1 to {MAX_WINDOW_DAYS} days": not 1 <= definition.window_days <= MAX_WINDOW_DAYS,
    }
    return [words for words, is_found in checks.items() if is_found]
