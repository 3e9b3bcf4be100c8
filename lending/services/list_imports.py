"""Entries of lists from a file: hashed as it is read, previewed, then proposed in one go. No value is ever kept."""

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import Dimension, ListEntry, ListImport, ListKind
from lending.services.list_content import (
    EntryContent,
    EntryProblem,
    InvalidListEntry,
    content_facts,
    content_of_facts,
    entry_content,
)
from lending.services.lists import entry_is_known, list_entry_propose
from riskengine.errors import Conflict, InvalidInput

COLUMNS = ("dimension", "value", "kind", "reason", "source", "start", "expiry")
MAX_BYTES, MAX_ROWS = 1_000_000, 1_000
KINDS, DIMENSIONS = frozenset(ListKind.values), frozenset(Dimension.values)
State = ListImport.State


class FileUnreadable(InvalidInput):
    """The file is no table of entries; `facts["reason"]` is too_large, not_text, columns, too_many_rows or empty."""

    code = "list_file_unreadable"


class ImportIsClosed(Conflict):
    """This file was proposed or discarded before."""

    code = "list_import_closed"


FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2199, 12, 31)
"""Days an entry may name: the ends of the calendar have no day after them, nor a local time in every zone."""


def day_start(day: date) -> datetime:
    """When a start given as a day begins, UTC."""
    return datetime.combine(day, time(), UTC)


def day_end(day: date) -> datetime:
    """When an expiry given as the last day ends, UTC."""
    return day_start(day + timedelta(days=1))


@transaction.atomic
def list_import_read(*, data: bytes, uploader: User, at: datetime) -> ListImport:
    """Hash and check a file's rows and keep the outcome for a preview; writes no entry. Raises FileUnreadable.

    A rejected row is kept as its number, the field and a code: what stood in it is forgotten.
    """
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    seen: set[tuple[str, str, bytes]] = set()
    for number, cells in _lines(data):
        try:
            content = _content(cells, at)
            mark = (content.kind, content.dimension, content.blind_index)
            if mark in seen:
                raise _invalid(EntryProblem("value", "duplicate_in_file"))
            if entry_is_known(content, at):
                raise _invalid(EntryProblem("value", "listed_already"))
        except InvalidListEntry as error:
            rejects += [{"row": number, "field": found.field, "code": found.code} for found in error.problems()]
            continue
        seen.add(mark)
        rows.append({"row": number, **content_facts(content)})
    return ListImport.objects.create(uploaded_by=uploader, uploaded_at=at, rows=rows, rejects=rejects)


@transaction.atomic
def list_import_propose(*, batch: ListImport, maker: User, at: datetime) -> list[ListEntry]:
    """Propose every accepted row, each with its own request; all or none. Raises ImportIsClosed and as one does."""
    batch = _open(batch)
    contents = [content for _, content in import_contents(batch)]
    made = [list_entry_propose(content=each, maker=maker, at=at, batch=batch) for each in contents]
    _close(batch, State.PROPOSED)
    entry_append(
        kind="list_import.proposed",
        object_type="list_import",
        object_id=str(batch.pk),
        actor=actor_user(maker),
        payload={"entries": len(made), "rejected": len({found["row"] for found in batch.rejects})},
        recorded_at=at,
    )
    return made


@transaction.atomic
def list_import_discard(*, batch: ListImport) -> None:
    """Forget a preview. Raises ImportIsClosed."""
    _close(_open(batch), State.DISCARDED)


def import_contents(batch: ListImport) -> list[tuple[int, EntryContent]]:
    """The accepted rows of a preview: their number in the file and what they say."""
    return [
        (facts["row"], content_of_facts({name: value for name, value in facts.items() if name != "row"}))
        for facts in batch.rows
    ]


def _open(batch: ListImport) -> ListImport:
    found = ListImport.objects.select_for_update(of=("self",)).get(pk=batch.pk)
    if found.state != State.OPEN:
        raise ImportIsClosed("This file was proposed or discarded before.", batch=found.pk)
    return found


def _close(batch: ListImport, state: str) -> None:
    batch.state, batch.rows = state, []
    batch.save(update_fields=["state", "rows"])


def _lines(data: bytes) -> Iterator[tuple[int, Mapping[str, str]]]:
    if len(data) > MAX_BYTES:
        raise _unreadable("too_large")
    reader = csv.reader(io.StringIO(_text(data)))
    try:
        lines = [line for line in reader if any(cell.strip() for cell in line)]
    except csv.Error:
        raise _unreadable("not_text") from None
    if not lines:
        raise _unreadable("empty")
    head = [cell.strip().casefold() for cell in lines[0]]
    if set(head) != set(COLUMNS) or len(head) != len(COLUMNS):
        raise _unreadable("columns")
    if len(lines) > MAX_ROWS + 1:
        raise _unreadable("too_many_rows")
    for number, line in enumerate(lines[1:], start=2):
        # An apostrophe is what keeps a spreadsheet from reading +86… as a formula.
        yield number, dict(zip(head, (cell.strip().removeprefix("'") for cell in line), strict=False))


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):  # spreadsheets of mainland China save the latter
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("not_text")


def _content(cells: Mapping[str, str], at: datetime) -> EntryContent:
    start, expiry = _day("start", cells.get("start", "")), _day("expiry", cells.get("expiry", ""))
    return entry_content(
        kind=cells.get("kind", "").upper(),
        dimension=cells.get("dimension", "").casefold(),
        value=cells.get("value", ""),
        source=cells.get("source", ""),
        reason=cells.get("reason", ""),
        from_at=at if start is None else day_start(start),
        until_at=None if expiry is None else day_end(expiry),
        kinds=KINDS,
        dimensions=DIMENSIONS,
    )


def _day(field: Any, text: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise _invalid(EntryProblem(field, "not_a_day")) from None
    if day is not None and not FIRST_DAY <= day <= LAST_DAY:
        raise _invalid(EntryProblem(field, "not_a_day"))
    return day


def _invalid(found: EntryProblem) -> InvalidListEntry:
    return InvalidListEntry("This entry cannot be kept like this.", problems=[found])


def _unreadable(reason: str) -> FileUnreadable:
    return FileUnreadable("This file is no table of list entries.", reason=reason)
