"""Risk events and indicators of regions, in bulk."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from lending.models import RiskEvent
from lending.services.book.inputs import EventInput, RegionMonthInput
from lending.services.book.recording import (
    Recorded,
    amount_check,
    external_id_check,
    problems_refuse,
    rows_record,
    times_check,
)
from lending.services.book.telling import recorded_tell

DECIDED_HERE: Final = frozenset({"diversion_suspected", "diversion_confirmed", "evergreening"})
"""What nobody reports: it is found here, and confirmed by a person here."""


@transaction.atomic
def events_record(*, items: Sequence[EventInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record risk events, each once per source and external id. Raises InvalidBookItems; nothing is written then."""
    problems_refuse(items, lambda item: _event_check(item, at))
    recorded = rows_record(
        table="lending_riskevent",
        key=("source", "external_id"),
        content=("customer_id", "loan_id", "kind", "event_at", "amount_minor", "category"),
        rows=[
            {
                "source": source,
                "external_id": item.external_id,
                "customer_id": item.customer_id,
                "loan_id": item.loan_id,
                "kind": item.kind,
                "event_at": item.event_at,
                "known_at": item.known_at,
                "recorded_at": at,
                "amount_minor": item.amount_minor,
                "category": item.category,
                "phone_key": "",
                "device_key": "",
                "address_key": "",
            }
            for item in items
        ],
    )
    customer_ids = [item.customer_id for item in items]
    recorded_tell(
        kind="risk_events.recorded", recorded=recorded, customer_ids=customer_ids, source=source, at=at, actor=actor
    )
    return recorded


def _event_check(item: EventInput, at: datetime) -> dict[str, str]:
    found = external_id_check(item.external_id) | times_check(item.event_at, item.known_at, at)
    if item.kind not in RiskEvent.Kind.values:
        found["kind"] = "unknown_kind"
    if item.amount_minor:
        found |= amount_check(item.amount_minor)
    return found


@transaction.atomic
def region_months_record(*, items: Sequence[RegionMonthInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record indicators, each once per region, month and instant it was known. Raises InvalidBookItems."""
    problems_refuse(items, lambda item: _region_month_check(item, at))
    recorded = rows_record(
        table="lending_regionmonth",
        key=("region_id", "month", "indicator", "known_at"),
        content=("value",),
        rows=[
            {
                "region_id": item.region_id,
                "month": item.month,
                "indicator": item.indicator,
                "value": item.value,
                "event_at": item.event_at,
                "known_at": item.known_at,
                "recorded_at": at,
                "source": source,
            }
            for item in items
        ],
    )
    # A region is nobody: no customer is told, their next review reads it.
    recorded_tell(kind="region_months.recorded", recorded=recorded, customer_ids=[], source=source, at=at, actor=actor)
    return recorded


def _region_month_check(item: RegionMonthInput, at: datetime) -> dict[str, str]:
    found = times_check(item.event_at, item.known_at, at)
    if item.month.day != 1:
        found["month"] = "not_first_of_month"
    if not math.isfinite(item.value):
        found["value"] = "out_of_range"
    return found
