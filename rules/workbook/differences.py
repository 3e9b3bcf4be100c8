"""What two documents differ in, cell by cell, as their sheets would show it."""

from difflib import SequenceMatcher
from typing import Literal

import msgspec

from rules.engine.document import RuleSetDocument
from rules.workbook.opening import cell_name
from rules.workbook.sheets import Cell, Sheet, sheets_of

Kind = Literal["changed", "row_added", "row_removed", "sheet_added"]


class Difference(msgspec.Struct, frozen=True):
    """One change: `Parameters!D5`, what stood there and what stands there now, as a spreadsheet shows them."""

    kind: Kind
    sheet: str
    cell: str
    what: str
    """The first text of the row, for the reader: a parameter's name, a row's number."""
    old: str = ""
    new: str = ""


def workbook_differences(old: RuleSetDocument, new: RuleSetDocument) -> list[Difference]:
    """Every cell that differs, rows that were added or removed, and sheets that are new, in the order of the sheets."""
    before = {sheet.key: sheet for sheet in sheets_of(old)}
    found: list[Difference] = []
    for sheet in sheets_of(new):
        if sheet.key in before:
            found += _of_sheet(before[sheet.key], sheet)
        else:
            found.append(Difference("sheet_added", sheet.title, "", sheet.key, new=str(len(sheet.rows) - sheet.head)))
    return found


def _of_sheet(old: Sheet, new: Sheet) -> list[Difference]:
    found: list[Difference] = []
    old_keys, new_keys = (
        [msgspec.json.encode(_compared(row, at, sheet)) for at, row in enumerate(sheet.rows)] for sheet in (old, new)
    )
    for tag, first, last, start, end in SequenceMatcher(None, old_keys, new_keys, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(last - first, end - start)
        for step in range(both):
            found += _of_row(new, start + step, old.rows[first + step], new.rows[start + step])
        found += [_row("row_removed", old, at) for at in range(first + both, last)]
        found += [_row("row_added", new, at) for at in range(start + both, end)]
    return found


def _compared(row: list[Cell], at: int, sheet: Sheet) -> list[Cell]:
    """What makes a row the same: the numbers that count the rows of a table do not."""
    return row[1:] if sheet.key.startswith("tables/") and at >= sheet.head else row


def _of_row(sheet: Sheet, number: int, old: list[Cell], new: list[Cell]) -> list[Difference]:
    width = max(len(old), len(new))
    pairs = [(old[at] if at < len(old) else Cell(), new[at] if at < len(new) else Cell()) for at in range(width)]
    skipped = 1 if sheet.key.startswith("tables/") and number >= sheet.head else 0
    return [
        Difference("changed", sheet.title, cell_name(number, at), _shown(new[0]), _shown(before), _shown(after))
        for at, (before, after) in enumerate(pairs)
        if before != after and at >= skipped
    ]


def _row(kind: Kind, sheet: Sheet, at: int) -> Difference:
    text = " | ".join(_shown(cell) for cell in sheet.rows[at])
    sides = {"old": text} if kind == "row_removed" else {"new": text}
    return Difference(kind, sheet.title, cell_name(at, 0), _shown(sheet.rows[at][0]), **sides)


def _shown(cell: Cell) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value
    if cell.format.endswith("%"):
        return f"{round(value * 100, 10):.10g}%"
    digits = len(cell.format.partition(".")[2]) if cell.format.startswith("#") else None
    return f"{value:,.{digits}f}" if digits is not None else f"{value:.15g}"
