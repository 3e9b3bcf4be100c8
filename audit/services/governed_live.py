"""Reading what is in force: only what still is what a second person approved counts."""

import logging
from dataclasses import dataclass
from datetime import UTC, date
from typing import Any

import msgspec
from django.db.models import Q, QuerySet

from audit.governed_kinds import kind_of
from audit.models import Approval, GovernedDocument
from audit.services.governed_content import governed_hash

State = GovernedDocument.State
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Live:
    """A document in force: `value` is the kind's struct; `valid_until` the last day, None without end."""

    id: int
    name: str
    number: int
    value: Any
    content_hash: str
    valid_from: date
    valid_until: date | None


def governed_live(kind: str, name: str = "", *, on: date) -> Live | None:
    """The document last approved for `on`. Raises UnknownKind.

    One that was ended leaves nothing in force from that day (UTC) on: whoever ends a document does not bring an
    older one back. One that was called off before it began, or whose row or approval was changed around the
    services, counts as not there; the latter is logged.
    """
    return governed_lives(kind, on=on, name=name).get(name)


def governed_lives(kind: str, on: date, *, name: str | None = None) -> dict[str, Live]:
    """What is in force on a day by name, of all names or one. Raises UnknownKind."""
    kind_of(kind)
    found: dict[str, Live | None] = {}
    for row in _approved(kind, on, name):
        if row.name in found or not _is_as_approved(row):
            continue
        ended_on = None if row.ended_at is None else row.ended_at.astimezone(UTC).date()
        if ended_on is not None and ended_on < row.valid_from:
            continue
        value = _value(row)
        if value is not None:
            found[row.name] = None if ended_on is not None and ended_on <= on else _live(row, value)
    return {one: live for one, live in found.items() if live is not None}


def governed_live_for(governed: GovernedDocument, *, on: date) -> Live | None:
    """What a document would take the place of: in force on the day it would begin to count, not before `on`."""
    return governed_live(governed.kind, governed.name, on=max(on, governed.valid_from))


def _approved(kind: str, on: date, name: str | None) -> QuerySet[GovernedDocument]:
    rows = GovernedDocument.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        kind=kind,
        state__in=[State.APPROVED, State.ENDED],
        approval__isnull=False,
        valid_from__lte=on,
    )
    rows = rows if name is None else rows.filter(name=name)
    return rows.select_related("approval").order_by("-approval__decided_at", "-pk")


def _is_as_approved(row: GovernedDocument) -> bool:
    approval, content = row.approval, governed_hash(row)
    is_sound = (
        approval is not None
        and content == row.content_hash == approval.content_hash
        and approval.state == Approval.State.APPROVED
        and (approval.object_type, approval.object_id) == ("governed_document", str(row.pk))
        and approval.checker_id not in (None, row.author_id)
    )
    if not is_sound:
        logger.error("governed document %s is not what was approved and counts for nothing", row.pk)
    return is_sound


def _value(row: GovernedDocument) -> Any:
    try:
        return msgspec.convert(row.document, kind_of(row.kind).struct)
    except msgspec.ValidationError as error:
        logger.error("governed document %s cannot be read as %s: %s", row.pk, row.kind, error)
        return None


def _live(row: GovernedDocument, value: Any) -> Live:
    return Live(row.pk, row.name, row.number, value, row.content_hash, row.valid_from, row.valid_until)
