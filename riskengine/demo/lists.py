"""A few made-up list entries, approved by the demo's two people; none names anybody of the demo's applicants."""

from datetime import datetime

from django.db import transaction

from audit.models import User
from lending.models import ListEntry
from lending.services.list_content import entry_content
from lending.services.list_imports import DIMENSIONS, KINDS
from lending.services.lists import list_entries_approve, list_entry_propose

SOURCE = "Demo"
ENTRIES = (
    ("BLACK", "national_id", "DEMO-FRAUD-0001", "Forged documents, reported to the police"),
    ("BLACK", "phone", "+49 30 23125 999", "Called by several victims of fraud"),
    ("GREY", "employer", "Briefkasten Beispiel GmbH", "Salary statements could not be verified"),
    ("WHITE", "national_id", "DEMO-STAFF-0001", "Known by the branch for many years"),
)
"""List, dimension, value, reason. The number is of the range kept free for films."""


@transaction.atomic
def lists_ensure(*, maker: User, checker: User, at: datetime) -> int:
    """Put the made-up entries in force unless there are any; returns how many were."""
    if ListEntry.objects.filter(source=SOURCE).exists():
        return 0
    made = [
        list_entry_propose(
            content=entry_content(
                kind=kind,
                dimension=dimension,
                value=value,
                source=SOURCE,
                reason=reason,
                from_at=at,
                until_at=None,
                kinds=KINDS,
                dimensions=DIMENSIONS,
            ),
            maker=maker,
            at=at,
        )
        for kind, dimension, value, reason in ENTRIES
    ]
    shown = [(entry.pk, entry.content_hash) for entry in made]
    return len(list_entries_approve(entries=shown, checker=checker, at=at))
