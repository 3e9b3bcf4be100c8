"""A file somebody sent as grids of plain values: bounded before anything is unpacked, formulas refused, nothing run."""

import zipfile
import zlib
from datetime import date, datetime
from io import BytesIO
from math import isfinite
from typing import Any
from xml.etree.ElementTree import ParseError

import msgspec
from openpyxl.reader.excel import load_workbook
from openpyxl.utils.cell import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from rules.workbook.problems import CellProblem, cell_problem

MAX_BYTES = 1_000_000
MAX_UNPACKED = 20_000_000
MAX_PARTS = 400
MAX_SHEETS = 80
MAX_ROWS = 2_500
MAX_COLUMNS = 120
_DECLARATIONS = [
    mark.encode(code) for mark in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
]
_BROKEN = (
    zipfile.BadZipFile, zlib.error, InvalidFileException, ParseError, KeyError, ValueError, TypeError, AttributeError,
    IndexError, OSError, EOFError, RuntimeError, NotImplementedError, AssertionError,
)  # fmt: skip
"""What the library raises on files that only look like workbooks."""

Value = float | str | bool | None


class Grid(msgspec.Struct, frozen=True):
    """A sheet as values, rows and columns from 0; empty cells None. Rows are as long as they are filled."""

    title: str
    rows: list[list[Value]]

    def at(self, row: int, column: int) -> Value:
        """The value there, None beyond the edge."""
        cells = self.rows[row] if row < len(self.rows) else []
        return cells[column] if column < len(cells) else None

    def text(self, row: int, column: int) -> str:
        """The value as text: numbers in digits, nothing as an empty one."""
        value = self.at(row, column)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, float):
            return f"{value:.15g}" if value.is_integer() and abs(value) < 1e15 else repr(value)
        return value or ""


def cell_name(row: int, column: int) -> str:
    """`B7` for row 6, column 1."""
    return f"{get_column_letter(column + 1)}{row + 1}"


def grids_of(content: bytes) -> tuple[list[Grid], list[CellProblem]]:
    """The sheets of a workbook, and what cannot be read of them."""
    if refused := _looks(content):
        return [], [refused]
    problems: list[CellProblem] = []
    try:
        book = load_workbook(BytesIO(content), read_only=True, data_only=False, keep_links=False)
        if len(book.worksheets) > MAX_SHEETS:
            return [], [cell_problem("too_many_sheets", limit=MAX_SHEETS)]
        grids = [_grid(page, problems) for page in book.worksheets]
    except _BROKEN:
        return [], [cell_problem("not_workbook")]
    return grids, problems


def _looks(content: bytes) -> CellProblem | None:
    """What speaks against unpacking it at all: its size, what it unpacks to, declarations in its XML."""
    if len(content) > MAX_BYTES:
        return cell_problem("too_large", limit=MAX_BYTES)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
                return cell_problem("too_large", limit=MAX_BYTES)
            for part in parts:
                unpacked = archive.read(part)
                if any(mark in unpacked for mark in _DECLARATIONS):
                    return cell_problem("not_workbook")
    except _BROKEN:
        return cell_problem("not_workbook")
    return None


def _grid(page: Any, problems: list[CellProblem]) -> Grid:
    rows: list[list[Value]] = []
    page.reset_dimensions()
    for number, cells in enumerate(page.iter_rows(max_row=MAX_ROWS + 1)):
        filled = len(cells)
        while filled and cells[filled - 1].value is None:
            filled -= 1
        if number >= MAX_ROWS:
            problems.append(cell_problem("too_many_rows", page.title, limit=MAX_ROWS))
            break
        if filled > MAX_COLUMNS:
            problems.append(cell_problem("too_many_columns", page.title, limit=MAX_COLUMNS))
            break
        rows.append([_value(cells[at], page.title, cell_name(number, at), problems) for at in range(filled)])
    while rows and not rows[-1]:
        rows.pop()
    return Grid(page.title, rows)


def _value(cell: Any, sheet: str, name: str, problems: list[CellProblem]) -> Value:
    value = cell.value
    if cell.data_type == "f":
        problems.append(cell_problem("formula", sheet, name))
        return None
    if cell.data_type == "e":
        problems.append(cell_problem("cell_error", sheet, name, found=value))
        return None
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value) if isfinite(value) else None
    if isinstance(value, datetime | date):
        return value.date().isoformat() if isinstance(value, datetime) else value.isoformat()
    return str(value).strip() or None
