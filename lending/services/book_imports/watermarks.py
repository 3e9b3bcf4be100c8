"""From where a source is read next: where its last import ended, or before rows that wait for what they refer to."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from lending.models import BookImport, BookMapping, BookSource

WAITS: Final = timedelta(days=7)
"""So long a row is read again; a fetch that comes less often reads it once more."""
WAITING: Final = "not_found"
"""The code of rows that refer to a loan, customer or other thing that is not in the book yet."""


def watermark_next(mapping: BookMapping, source: BookSource | None, at: datetime) -> str:
    """Where the last import of this source through this mapping, in any version, ended; where rows of it wait, before
    the first of them, but never before where the one `WAITS` ago had ended. What is in the book counts once."""
    if source is None:
        return ""
    done = BookImport.objects.filter(mapping__name=mapping.name, source=source, state=BookImport.State.DONE)
    told = done.exclude(watermark_to="").order_by("-pk").values_list("pk", "waiting", "again_from", "watermark_to")
    last = told.first()
    if last is None:
        return ""
    pk, waiting, again_from, ended = last
    if not waiting:
        return ended
    given_up = told.filter(created_at__lte=at - WAITS, pk__lt=pk).values_list("watermark_to", flat=True).first()
    return max(again_from, given_up or "", key=mark_order)


def waiting_note(
    row: BookImport, column: str, raws: Iterable[Mapping[str, Any]], waiting: Iterable[Mapping[str, Any]]
) -> None:
    """Count a part's rows that wait, and keep a mark before the first of them. In the caller's transaction."""
    marks = sorted((str(raw[column]) for raw in waiting if raw.get(column) is not None), key=mark_order)
    if not column or row.source is None or not marks:
        return
    held = BookImport.objects.select_for_update(of=("self",)).get(pk=row.pk)
    first = mark_order(marks[0])
    earlier = [str(raw[column]) for raw in raws if raw.get(column) is not None]
    before = max([held.watermark_from, *(mark for mark in earlier if mark_order(mark) < first)], key=mark_order)
    again_from = min(held.again_from, before, key=mark_order) if held.waiting else before
    BookImport.objects.filter(pk=row.pk).update(waiting=held.waiting + len(marks), again_from=again_from[:80])


def mark_latest(mark: str, rows: Iterable[Mapping[str, Any]], column: str) -> str:
    """The largest value of the watermark's column; numbers compare as numbers."""
    if not column:
        return mark
    return max([mark, *(str(row[column]) for row in rows if row.get(column) is not None)], key=mark_order)


def mark_order(mark: str) -> tuple[int, float, str]:
    """Nothing, then numbers, then texts."""
    try:
        return (1, float(mark), "") if mark else (0, 0.0, "")
    except ValueError:
        return 2, 0.0, mark
