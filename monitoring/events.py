"""Risk events as facts for patterns: read only for customers of whom something new is known."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db.models import Q, QuerySet

from lending.models import RiskEvent
from rules.engine.patterns import Fact, PatternFailed, PatternHit, PatternProgram, TooManyFacts


class NewEvents(msgspec.Struct):
    """The events of one customer that patterns may join, and which of them are new since the review before."""

    facts: list[Fact]
    new_ids: frozenset[int]
    loan_ids: dict[int, int]
    """Loan by event, for events that name one."""


class CustomerHits(msgspec.Struct):
    """Pattern hits of one customer, or why they could not be told."""

    hits: list[PatternHit]
    loan_ids: list[frozenset[int]]
    """Per hit: the loans its events name; empty means all of the customer's."""
    failure: str = ""


def new_events(
    *,
    customer_ids: Iterable[int],
    patterns: PatternProgram,
    since: datetime | None,
    as_of: datetime,
    seen_at: datetime | None = None,
) -> dict[int, NewEvents]:
    """Events by customer, of those customers with an event that became known after `since` and by `as_of`, or for
    whom the window of something that must stay absent closed in between.

    Without a review before (`since` None), what happened within the patterns' reach of `as_of` is new. So is what was
    known by `since` but written down after `seen_at`, when that review looked: it cannot have seen it.
    """
    if not patterns.patterns:
        return {}
    reach = timedelta(seconds=patterns.lookback_seconds)
    wanted = set(customer_ids)
    usable = RiskEvent.objects.filter(kind__in=patterns.kinds, known_at__lte=as_of, event_at__lte=as_of)
    is_new = Q(event_at__gte=as_of - reach) if since is None else Q(known_at__gt=since)
    is_wanted = is_new if since is None else is_new | _closed(patterns, since, as_of)
    if since is not None and seen_at is not None:
        is_wanted |= Q(recorded_at__gt=seen_at, event_at__gte=as_of - reach)
    # By range, not by list: thousands of numbers cost more to send than the few events are worth.
    near = usable.filter(is_wanted, customer_id__gte=min(wanted, default=0), customer_id__lte=max(wanted, default=0))
    fresh: dict[int, set[int]] = defaultdict(set)
    earliest = as_of
    names = ("id", "customer_id", "event_at", "known_at", "recorded_at")
    for number, customer_id, event_at, known_at, recorded_at in near.values_list(*names):
        if customer_id in wanted:
            is_unseen = seen_at is not None and recorded_at > seen_at
            fresh[customer_id] |= {number} if since is None or known_at > since or is_unseen else set()
            earliest = min(earliest, event_at)
    if not fresh:
        return {}
    rows = _rows(usable.filter(customer_id__in=list(fresh), event_at__gte=earliest - reach))
    found: dict[int, NewEvents] = {}
    for row in rows:
        entry = found.setdefault(row["customer_id"], NewEvents([], frozenset(fresh[row["customer_id"]]), {}))
        entry.facts.append(_fact(row))
        if row["loan_id"] is not None:
            entry.loan_ids[row["id"]] = row["loan_id"]
    return found


def _closed(patterns: PatternProgram, since: datetime, as_of: datetime) -> Q:
    """First events whose window closed after `since` and by `as_of`."""
    closed = Q(pk__in=())
    for pattern in patterns.closing:
        window = timedelta(seconds=pattern.within_seconds)
        closed |= Q(kind=pattern.steps[0].kind, event_at__gt=since - window, event_at__lte=as_of - window)
    return closed


def pattern_hits(
    patterns: PatternProgram, events: NewEvents, *, since: datetime | None, as_of: datetime
) -> CustomerHits:
    """Hits that a new event completes or joins, or that hold since a window closed after `since`: what an earlier
    review saw already is not found again."""
    closed_since = int(since.timestamp()) if since is not None else None
    try:
        hits = patterns.match(events.facts, int(as_of.timestamp()), fresh=events.new_ids, closed_since=closed_since)
    except (PatternFailed, TooManyFacts) as error:
        return CustomerHits([], [], error.code)
    loans = [frozenset(events.loan_ids[fact] for fact in hit.facts if fact in events.loan_ids) for hit in hits]
    return CustomerHits(hits, loans)


def _rows(events: QuerySet[RiskEvent]) -> Iterable[dict[str, Any]]:
    names = ("kind", "event_at", "source", "phone_key", "device_key", "address_key", "amount_minor", "category")
    rows: Iterable[dict[str, Any]] = events.order_by("event_at", "id").values("id", "customer_id", "loan_id", *names)
    return rows


def _fact(row: dict[str, Any]) -> Fact:
    return Fact(
        id=row["id"],
        kind=row["kind"],
        at=int(row["event_at"].timestamp()),
        customer=str(row["customer_id"]),
        loan=str(row["loan_id"] or ""),
        phone_key=row["phone_key"],
        device_key=row["device_key"],
        address_key=row["address_key"],
        amount_minor=row["amount_minor"],
        category=row["category"],
        source=row["source"],
    )
