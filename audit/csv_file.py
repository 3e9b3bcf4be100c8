"""Tables as CSV that a spreadsheet opens without running anything. One place, since every page gives its numbers so."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.http import HttpResponse, StreamingHttpResponse

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
"""With these a text begins a formula."""


def cell_safe(cell: object) -> object:
    """The cell, a text marked as text where a spreadsheet would take it for a formula; numbers stay numbers."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell


def csv_response(name: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Rows, the heading first, as a download: UTF-8 with a mark at the start, so that spreadsheets read Chinese."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerows([cell_safe(cell) for cell in row] for row in rows)
    return response


def csv_stream(name: str, rows: Iterable[Sequence[object]]) -> StreamingHttpResponse:
    """As `csv_response`, of rows too many to hold: each is written when it is read."""
    response = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    held = io.StringIO()
    held.write("\ufeff")
    writer = csv.writer(held)
    for row in rows:
        writer.writerow([cell_safe(cell) for cell in row])
        yield held.getvalue()
        held.seek(0)
        held.truncate()
