"""Sheets as a file. Texts stay texts whatever they begin with: a spreadsheet must not take a label for a formula."""

from io import BytesIO
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles.alignment import Alignment
from openpyxl.styles.fills import PatternFill
from openpyxl.styles.fonts import Font
from openpyxl.utils.cell import get_column_letter
from openpyxl.workbook.workbook import Workbook

from rules.engine.document import RuleSetDocument
from rules.workbook.sheets import PARAMETERS, Cell, Sheet, sheets_of

_HEADING = Font(bold=True)
_SHADE = PatternFill("solid", fgColor="FFF1F5F9")
_TRIGGERS = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 46


def write_workbook(document: RuleSetDocument) -> bytes:
    """The document's parameters, tables and scorecards as an .xlsx file."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets_of(document):
        _write(book.create_sheet(sheet.title), sheet)
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _write(page: Any, sheet: Sheet) -> None:
    for row, cells in enumerate(sheet.rows, 1):
        for column, cell in enumerate(cells, 1):
            _put(page.cell(row, column), cell, is_heading=row <= sheet.head)
    page.freeze_panes = page.cell(sheet.head + 1, 2)
    widest = max(len(cells) for cells in sheet.rows)
    for column in range(1, widest + 1):
        lengths = [len(str(cells[column - 1].value or "")) for cells in sheet.rows if len(cells) >= column]
        page.column_dimensions[get_column_letter(column)].width = min(max([10, *lengths]) + 3, _WIDEST)
    if sheet.key == PARAMETERS:
        page.auto_filter.ref = f"A1:{get_column_letter(widest)}{len(sheet.rows)}"


def _put(place: Any, cell: Cell, *, is_heading: bool) -> None:
    if is_heading:
        place.font, place.fill = _HEADING, _SHADE
        place.alignment = Alignment(wrap_text=True, vertical="top")
    if cell.value is None:
        return
    if isinstance(cell.value, str):
        place.value = ILLEGAL_CHARACTERS_RE.sub("", cell.value)
        place.data_type = "s"
        place.quotePrefix = cell.value.startswith(_TRIGGERS)
        place.number_format = "@"
    else:
        place.value = cell.value
        place.number_format = cell.format
