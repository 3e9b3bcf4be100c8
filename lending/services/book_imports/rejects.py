"""What an import left out, as a CSV that a spreadsheet opens without running anything."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from audit.csv_file import cell_safe
from lending.book_imports.mapping import PROBLEM_WORDS
from lending.models import BookImport
from lending.services.book.recording import MESSAGES

COLUMNS: Final = ("row", "reference", "field", "code", "message")


def rejects_csv(book_import: BookImport, *, is_chinese: bool = False) -> Iterator[bytes]:
    """Lines of UTF-8 with a mark at the start, so that spreadsheets read Chinese; nothing of what stood in the rows."""
    yield "\ufeff".encode() + _line(COLUMNS)
    rows = book_import.rejects.order_by("row", "pk").values_list("row", "reference", "field", "code")
    for number, reference, field, code in rows.iterator():
        yield _line((str(number), reference, field, code, problem_words(code, is_chinese=is_chinese)))


def problem_words(code: str, *, is_chinese: bool) -> str:
    """A code in words; of codes without any, the code."""
    if code in PROBLEM_WORDS:
        return PROBLEM_WORDS[code][1 if is_chinese else 0]
    return MESSAGES.get(code, code)


def _line(cells: tuple[str, ...]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow([cell_safe(cell) for cell in cells])
    return line.getvalue().encode()
