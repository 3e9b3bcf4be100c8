"""What of the audit log is shown: by group of events, type and number of the object, who acted, and dates."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet

from audit.event_words import event_groups
from audit.models import AuditEntry, User
from audit.object_pages import type_words, types_registered

NAMES = ("group", "type", "object", "who", "from", "until")
SYSTEM, CLIENTS = "system", "client"


def choices_of(sent: Mapping[str, str]) -> dict[str, str]:
    """The filters of an address that can be understood; others are left empty."""
    chosen = {name: sent.get(name, "").strip() for name in NAMES}
    chosen["group"] = chosen["group"] if chosen["group"] in event_groups() else ""
    for name in ("from", "until"):
        chosen[name] = chosen[name] if _day(chosen[name]) else ""
    return chosen


def entries_chosen(entries: QuerySet[AuditEntry], chosen: Mapping[str, str]) -> QuerySet[AuditEntry]:
    """The entries that pass every filter; the days are whole days in UTC."""
    if chosen["group"]:
        entries = entries.filter(kind__in=list(event_groups()[chosen["group"]].kinds))
    if chosen["type"]:
        entries = entries.filter(object_type=chosen["type"])
    if chosen["object"]:
        entries = entries.filter(object_id=chosen["object"])
    if chosen["who"] in (SYSTEM, CLIENTS):
        entries = entries.filter(actor__startswith=f"{chosen['who']}:")
    elif chosen["who"]:
        entries = entries.filter(actor=f"user:{chosen['who']}")
    first, last = _day(chosen["from"]), _day(chosen["until"])
    if first:
        entries = entries.filter(recorded_at__gte=datetime.combine(first, time(), UTC))
    if last:
        entries = entries.filter(recorded_at__lt=datetime.combine(last, time(), UTC) + timedelta(days=1))
    return entries


def filter_choices() -> dict[str, Any]:
    """What the filters offer, in the reader's language."""
    people = User.objects.order_by("last_name", "first_name", "username")
    return {
        "groups": [(name, group.name) for name, group in event_groups().items()],
        "types": sorted(((name, type_words(name)) for name in types_registered()), key=lambda pair: pair[1]),
        "people": [(str(person.pk), person.get_full_name() or person.get_username()) for person in people],
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
