"""Links between customers, in bulk: begun, and ended by a later row."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from django.db import transaction

from lending.models import CustomerLink
from lending.services.book.inputs import LinkInput
from lending.services.book.recording import Recorded, State, problems_refuse, rows_record, times_check
from lending.services.book.telling import recorded_tell

Name = tuple[int, int, str, date]
"""Customer, the other, kind and start: what one link is told by."""


@transaction.atomic
def links_record(
    *, items: Sequence[LinkInput], source: str, at: datetime, actor: str, untold_at: datetime | None = None
) -> Recorded:
    """Record links between customers, each once per pair, kind, start and instant it was known.

    A link that ended is a later row with `until`. What does not say when it was known is so since `untold_at` (the
    present where left out), and known already where it says what was known last. Raises InvalidBookItems.
    """
    told = [_told(item, untold_at or at) for item in items]
    problems_refuse(told, lambda item: _link_check(item, at))
    latest = _latest(items)
    places = [
        place
        for place, item in enumerate(items)
        if item.known_at is not None or latest.get(_name(item)) != (item.is_liable, item.until)
    ]
    states: list[State] = ["known"] * len(items)
    written = rows_record(
        table="lending_customerlink",
        key=("customer_id", "other_id", "kind", "since", "known_at"),
        content=("is_liable", "until"),
        rows=[{**msgspec.structs.asdict(told[place]), "source": source} for place in places],
    )
    for place, state in zip(places, written.states, strict=True):
        states[place] = state
    recorded = Recorded(tuple(states))
    recorded_tell(
        kind="customer_links.recorded",
        recorded=recorded,
        customer_ids=[item.customer_id for item in items],
        source=source,
        at=at,
        actor=actor,
    )
    return recorded


def _told(item: LinkInput, at: datetime) -> LinkInput:
    return item if item.known_at is not None else msgspec.structs.replace(item, known_at=at)


def _name(item: LinkInput) -> Name:
    return item.customer_id, item.other_id, item.kind, item.since


def _latest(items: Sequence[LinkInput]) -> dict[Name, tuple[bool, date | None]]:
    """What was known last of links told without a time."""
    untold = {item.customer_id for item in items if item.known_at is None}
    rows = CustomerLink.objects.filter(customer__in=untold).order_by("known_at")
    return {
        (customer, other, kind, since): (is_liable, until)
        for customer, other, kind, since, is_liable, until in rows.values_list(
            "customer_id", "other_id", "kind", "since", "is_liable", "until"
        )
    }


def _link_check(item: LinkInput, at: datetime) -> dict[str, str]:
    found = times_check(item.known_at, item.known_at, at) if item.known_at is not None else {}
    if item.kind not in CustomerLink.Kind.values:
        found["kind"] = "unknown_kind"
    if item.customer_id == item.other_id:
        found["other"] = "links_to_itself"
    if item.until is not None and item.until < item.since:
        found["until"] = "days_out_of_order"
    return found
