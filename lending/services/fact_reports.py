"""Facts about customers as a lending system tells them: each once, a repeat is known and a contradiction stays out."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from audit.canonical import canonical_json
from lending.models import Customer, CustomerFact
from lending.services.book.recording import MESSAGES, InvalidBookItems, Problem, Recorded, State, times_check
from lending.services.customer_facts import FactInput, FactValue, facts_record_many, facts_told

_Key = tuple[int, str, datetime]
_Content = tuple[bytes | None, str, bool, str]
"""Value as it was sealed, None where it does not open; provenance; whether it was verified; who confirms it."""
_ERASED: Problem = {
    "field": "customer",
    "code": "customer_erased",
    "message": "The customer's personal data is erased.",
}
_OWN_SOURCE: Problem = {
    "field": "confirmed_by",
    "code": "confirmed_by_itself",
    "message": "A source does not confirm itself.",
}


class ToldFact(msgspec.Struct, frozen=True, kw_only=True):
    """One fact as it is told."""

    customer_id: int
    variable: str
    value: FactValue
    event_at: datetime
    known_at: datetime | None = None
    """None: now, unless the source has said something of the variable for this `event_at` already."""
    provenance: CustomerFact.Provenance
    is_verified: bool = False
    confirmed_by: str = ""


@transaction.atomic
def facts_report(*, items: Sequence[ToldFact], source: str, at: datetime, actor: str) -> Recorded:
    """Record what is new of these facts; what became of each, in their order.

    A fact has customer, variable, `event_at`, `known_at` and source for its key. Told without `known_at`, it is held
    against what the source said last for the same `event_at`: what corrects that says when it was known. Of two with
    one key in a call the first counts. Raises InvalidBookItems with every problem, and as `facts_record_many`.
    """
    _require_fit(items, source, at)
    told = _told(items, source)
    new: dict[int, list[FactInput]] = {}
    states: list[State] = []
    for item in items:
        earlier = told.setdefault((item.customer_id, item.variable, item.event_at), {})
        known_at = item.known_at or max(earlier, default=at)
        content = (canonical_json(item.value), str(item.provenance), item.is_verified, item.confirmed_by)
        if known_at in earlier:
            states.append("known" if earlier[known_at] == content else "conflicting")
            continue
        earlier[known_at] = content
        new.setdefault(item.customer_id, []).append(_input(item, known_at, source))
        states.append("new")
    if new:
        facts_record_many(facts=new, at=at, actor=actor)
    return Recorded(tuple(states))


def _require_fit(items: Sequence[ToldFact], source: str, at: datetime) -> None:
    # Held until the end, in the order in which recording takes them: two equal reports at once are one fact.
    held = Customer.objects.select_for_update(no_key=True).filter(
        pk__in={item.customer_id for item in items}, wrapped_key__isnull=False
    )
    kept = set(held.order_by("pk").values_list("pk", flat=True))
    by_place = {place: found for place, item in enumerate(items) if (found := _problems(item, kept, source, at))}
    if by_place:
        raise InvalidBookItems(by_place)


def _problems(item: ToldFact, kept: set[int], source: str, at: datetime) -> list[Problem]:
    found = [] if item.customer_id in kept else [_ERASED]
    found += [_OWN_SOURCE] if item.confirmed_by == source else []
    times = times_check(item.event_at, item.known_at or at, at)
    return found + [
        {"field": field if item.known_at else "event_at", "code": code, "message": MESSAGES[code]}
        for field, code in times.items()
    ]


def _told(items: Sequence[ToldFact], source: str) -> dict[_Key, dict[datetime, _Content]]:
    """What the source has said of the same variables for the same times: content by `known_at`."""
    wanted = {(item.customer_id, item.variable, item.event_at) for item in items}
    found: dict[_Key, dict[datetime, _Content]] = {}
    for row, opened in facts_told(wanted, source=source):
        key = (row.customer_id, row.variable, row.event_at)
        found.setdefault(key, {})[row.known_at] = (opened, row.provenance, row.is_verified, row.confirmed_by)
    return found


def _input(item: ToldFact, known_at: datetime, source: str) -> FactInput:
    return FactInput(
        variable=item.variable,
        value=item.value,
        event_at=item.event_at,
        known_at=known_at,
        source=source,
        provenance=item.provenance,
        is_verified=item.is_verified,
        confirmed_by=item.confirmed_by,
    )
