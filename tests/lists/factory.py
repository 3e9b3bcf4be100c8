"""A catalogue with list and velocity variables, entries in force, and events, for the tests of lists."""

import json
from datetime import datetime, timedelta
from typing import Any

from audit.models import User
from lending.models import ListEntry
from lending.services.list_content import EntryContent, entry_content
from lending.services.lists import list_entry_approve, list_entry_propose
from scoring.velocity import Velocity
from tests.factories.decisions import now, shipped, staff

KINDS = frozenset({"BLACK", "WHITE", "GREY"})
DIMENSIONS = frozenset({"national_id", "phone", "device_id", "address", "bank_card", "employer"})


def content(value: str = "13800000001", dimension: str = "phone", kind: str = "BLACK", **more: Any) -> EntryContent:
    """A checked entry; it started yesterday and never expires unless told otherwise."""
    fields: dict[str, Any] = {
        "source": "Police report", "reason": "Used in a fraud", "from_at": now() - timedelta(days=1), "until_at": None,
        **more,
    }  # fmt: skip
    return entry_content(kind=kind, dimension=dimension, value=value, kinds=KINDS, dimensions=DIMENSIONS, **fields)


def proposed(
    value: str = "13800000001", maker: User | None = None, at: datetime | None = None, **more: Any
) -> ListEntry:
    """An entry that waits."""
    return list_entry_propose(content=content(value, **more), maker=maker or staff()[0], at=at or now())


def effective(value: str = "13800000001", at: datetime | None = None, **more: Any) -> ListEntry:
    """An entry in force since `at`."""
    entry = proposed(value, at=at, **more)
    return list_entry_approve(entry=entry, checker=staff()[1], content_hash=entry.content_hash, at=at or now())


def variable(name: str, **more: Any) -> dict[str, Any]:
    """One of our own variables as catalogue JSON."""
    return {
        "name": name, "en": name, "zh": name, "products": ["instalment", "card"], "purpose": "creditworthiness",
        "missing": "skip", **more,
    }  # fmt: skip


def listed(name: str, kind: str = "BLACK", dimension: str = "phone", **more: Any) -> dict[str, Any]:
    """A list variable."""
    return variable(name, source="list", type="boolean", list={"kind": kind, "dimension": dimension}, **more)


def counted(name: str, entity: str = "phone", event: str = "application", days: int = 7, **more: Any) -> dict[str, Any]:
    """A velocity variable; it counts unless told otherwise."""
    aggregate = more.pop("aggregate", "count")
    kind = (
        "integer"
        if aggregate in ("count", *(f"distinct_{each}" for each in ("customers", "devices", "phones")))
        else "number"
    )
    velocity = {"entity": entity, "event": event, "window_days": days, "aggregate": aggregate}
    return variable(name, source="velocity", type=kind, velocity=velocity, **more)


def catalogue(*more: dict[str, Any]) -> dict[str, Any]:
    """The shipped catalogue with these instead of its own list and velocity variables."""
    document: dict[str, Any] = json.loads(shipped("catalogue.json"))
    asked = [item for item in document["variables"] if item["source"] not in ("list", "velocity")]
    return {**document, "variables": [*asked, *more]}


def velocity(entity: str, event: str, days: int, aggregate: str) -> Velocity:
    """A definition."""
    return Velocity(entity, event, days, aggregate)  # type: ignore[arg-type]
