"""Asking for an import, and putting its rows aside in sealed parts before any of them lands."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
import polars as pl
from django.db import transaction

from audit.canonical import content_hash
from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.book_imports.mapping import Mapping
from lending.models import BookImport, BookImportPart, BookMapping, BookSource
from lending.services.book_imports.errors import ImportEnded, SourceUnreadable
from lending.services.book_imports.mappings import mapping_of
from lending.services.book_imports.sources import source_rows
from lending.services.book_imports.staged import People, Staged, people_of
from lending.services.book_imports.tables import MAX_ROWS, SUFFIXES, Row, rows_of, table_read
from lending.services.book_imports.watermarks import mark_latest, watermark_next
from lending.vault import key_new, key_unwrap, seal, unseal

PART_ROWS: Final = 500
REGION_ROWS: Final = 20_000
OBJECT_TYPE: Final = "book_import"
_NUMBER: Final = "\0number"
State = BookImport.State
OPEN: Final = (State.READING, State.RUNNING)


@transaction.atomic
def import_ask(
    *,
    mapping: BookMapping,
    at: datetime,
    by: User | None,
    source: BookSource | None = None,
    file_name: str = "",
    data: bytes = b"",
) -> BookImport:
    """Keep what is to be imported, a file sealed; the caller has it worked on after the commit.

    A source is read from where its last import with this mapping's name ended, or before rows of it that wait. Raises
    SourceUnreadable.
    """
    mapping_of(mapping)
    if source is None:
        if not file_name.lower().endswith(SUFFIXES):
            raise SourceUnreadable("A file is .csv or .parquet.", reason="suffix")
        table_read(data, file_name)
    key, wrapped = key_new()
    row = BookImport.objects.create(
        mapping=mapping,
        source=source,
        file_name=file_name[:120],
        wrapped_key=wrapped,
        watermark_from=watermark_next(mapping, source, at),
        asked_by=by,
        created_at=at,
    )
    if source is None:
        BookImport.objects.filter(pk=row.pk).update(upload=seal(key, data, _context(row.pk, "file")))
    import_log("asked", row, actor_user(by) if by else "system:import", at)
    return row


def import_stage(book_import: BookImport) -> bool:
    """Put all rows aside, in one transaction: an import that died while reading begins anew. False: another did it.

    Raises SourceUnavailable, SourceUnreadable, VaultError.
    """
    with transaction.atomic():
        row = (
            BookImport.objects.select_for_update(skip_locked=True)
            .filter(pk=book_import.pk, state=State.READING)
            .first()
        )
        if row is None or row.wrapped_key is None:
            return False
        key = key_unwrap(row.wrapped_key)
        mapping = mapping_of(row.mapping)
        mark, count = row.watermark_from, 0
        people: list[Staged] = []
        staged = _marked(_in_order(_rows(row, key), mapping))
        for number, rows in enumerate(_batches(staged, *_cut(mapping))):
            mark = mark_latest(mark, [one.raw for one in rows], mapping.watermark)
            _put_aside(row, key, number, count + 1, rows, len(rows))
            count += len(rows)
            people += rows if mapping.kind == "customers" else ()
        if people:  # worked on last: who may be one does not depend on where a part ends
            _put_aside(row, key, number + 1, count + 1, people_of(people, mapping), 0)
        row.state, row.rows, row.watermark_to, row.upload = State.RUNNING, count, mark[:80], None
        row.save(update_fields=["state", "rows", "watermark_to", "upload"])
    return True


def _put_aside(
    row: BookImport, key: bytes, number: int, first_row: int, rows: Sequence[Staged] | People, row_count: int
) -> None:
    BookImportPart.objects.create(
        book_import=row,
        number=number,
        first_row=first_row,
        row_count=row_count,
        sealed=seal(key, msgspec.json.encode(rows, enc_hook=str), _context(row.pk, str(number))),
    )


def part_rows(part: BookImportPart, key: bytes) -> list[Staged]:
    """The rows of a part. Raises VaultError."""
    rows = msgspec.json.decode(_opened(part, key))
    if rows and isinstance(rows[0], dict):  # put aside before rows carried their number
        return [Staged(part.first_row + place, raw) for place, raw in enumerate(rows)]
    return msgspec.convert(rows, list[Staged])


def part_people(part: BookImportPart, key: bytes) -> People:
    """What the last part of customers holds. Raises VaultError."""
    return msgspec.json.decode(_opened(part, key), type=People)


def _opened(part: BookImportPart, key: bytes) -> bytes:
    if part.sealed is None:
        return b"[]"
    return unseal(key, part.sealed, _context(part.book_import_id, str(part.number)))


@transaction.atomic
def import_cancel(*, book_import: BookImport, by: User, at: datetime) -> None:
    """End an import: parts that landed stay, the others are forgotten. Raises ImportEnded."""
    row = BookImport.objects.select_for_update().get(pk=book_import.pk)
    if row.state not in OPEN:
        raise ImportEnded("The import has ended already.", book_import=row.pk)
    import_end(row, State.CANCELLED, at, actor_user(by))


def import_end(row: BookImport, state: str, at: datetime, actor: str, error_code: str = "") -> None:
    """Close an import and forget what was put aside. The caller holds its row."""
    BookImportPart.objects.filter(book_import=row, is_done=False).delete()
    row.state, row.ended_at, row.error_code = state, at, error_code[:40]
    row.wrapped_key, row.upload = None, None
    row.save(update_fields=["state", "ended_at", "error_code", "wrapped_key", "upload"])
    import_log(state.lower(), row, actor, at)


def import_log(event: str, row: BookImport, actor: str, at: datetime) -> None:
    """One entry for each step of an import: counts and names, nothing of the rows."""
    counts = {
        name: getattr(row, name)
        for name in ("rows", "new", "known", "corrected", "conflicting", "rejected", "duplicates")
    }
    entry_append(
        kind=f"book_import.{event}",
        object_type=OBJECT_TYPE,
        object_id=str(row.pk),
        actor=actor,
        payload={"mapping": str(row.mapping), "source": source_name(row), "error": row.error_code, **counts},
        recorded_at=at,
    )


def source_name(row: BookImport) -> str:
    """How facts name where they come from, at most 40 characters."""
    return row.source.name if row.source is not None else f"file:{row.mapping.name}"[:40]


def _rows(row: BookImport, key: bytes) -> Iterator[tuple[int, Row]]:
    """Each row with its number, rows of a file that belong together side by side."""
    if row.source is not None:
        yield from enumerate(source_rows(row.source, row.watermark_from), 1)
    elif row.upload is not None:
        frame = table_read(unseal(key, row.upload, _context(row.pk, "file")), row.file_name)
        _size, together = _cut(mapping_of(row.mapping))
        numbered = frame.with_row_index(_NUMBER, offset=1)
        if together in frame.columns:
            numbered = numbered.sort(pl.col(together).cast(pl.String).str.strip_chars(), maintain_order=True)
        for one in rows_of(numbered):
            yield one[_NUMBER], {name: value for name, value in one.items() if name != _NUMBER}


def _in_order(rows: Iterable[tuple[int, Row]], mapping: Mapping) -> Iterable[tuple[int, dict[str, Any]]]:
    """Plain rows; those of regions by region, wherever they come from: a gap is filled from both its sides."""
    plain = ((number, _plain(row)) for number, row in rows)
    _size, together = _cut(mapping)
    return sorted(plain, key=lambda one: _group(one[1], together)) if mapping.kind == "region_months" else plain


def _marked(rows: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[Staged]:
    """With a mark on each row that came before with the very same content."""
    seen: set[bytes] = set()
    for number, raw in rows:
        mark = bytes.fromhex(content_hash({name: str(value) for name, value in raw.items()}))[:16]
        yield Staged(number, raw, mark in seen)
        seen.add(mark)


def _cut(mapping: Mapping) -> tuple[int, str]:
    """How many rows make a part, and the column whose equal neighbours stay together."""
    columns = {column.field: column.column for column in mapping.columns}
    if mapping.kind == "region_months":
        return (REGION_ROWS, columns["region"]) if columns["region"] else (MAX_ROWS, "")
    if mapping.kind == "regions":
        return MAX_ROWS, ""  # a row may name what comes after it
    return PART_ROWS, columns["loan"] if mapping.kind == "instalments" else ""


def _batches(rows: Iterable[Staged], size: int, together: str) -> Iterator[list[Staged]]:
    batch: list[Staged] = []
    for row in rows:
        if len(batch) >= size and not (together and _group(batch[-1].raw, together) == _group(row.raw, together)):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _group(raw: dict[str, Any], together: str) -> str:
    return str(raw.get(together) or "").strip()


def _plain(row: Row) -> dict[str, Any]:
    """Values as JSON holds them: days and instants as ISO texts, all else that is no plain value as its text."""
    return {
        str(name): value.isoformat() if isinstance(value, date) else _plain_value(value) for name, value in row.items()
    }


def _plain_value(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if value is None or isinstance(value, str | bool | float) or (isinstance(value, int) and abs(value) < 2**63):
        return value
    return str(value)


def _context(import_id: int, what: str) -> bytes:
    return f"book-import/{import_id}/{what}".encode()
