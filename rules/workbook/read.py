"""A workbook as changes of a document: every problem by sheet and cell, and where each part of the document stands."""

from typing import Any

import msgspec

from rules.engine.document import RuleSetDocument, document_json, document_read
from rules.engine.problems import Problem
from rules.engine.reading import DocumentInvalid
from rules.workbook.opening import grids_of
from rules.workbook.problems import CellProblem, cell_problem
from rules.workbook.read_parts import PartReader, parameters_read, scorecard_read, table_read
from rules.workbook.sheets import PARAMETER_HEAD, SCORECARD, TABLE


class Reading(msgspec.Struct):
    """What a workbook makes of a document; `document` is None where a problem keeps it out."""

    document: RuleSetDocument | None
    problems: list[CellProblem]
    places: dict[str, tuple[str, str]]
    """Sheet and cell by path in the document, as the checks name it."""

    def placed(self, found: Problem) -> CellProblem:
        """A finding of the checks at its cell, or at the nearest part above it that has one; else at none."""
        path = found.path
        while path and path not in self.places:
            path = path.rpartition("/")[0]
        sheet, cell = self.places.get(path, ("", ""))
        prefix = "" if path else f"{found.path}: "
        return CellProblem(sheet, cell, f"{prefix}{found.message_en}", f"{prefix}{found.message_zh}", is_warning=True)


def read_workbook(content: bytes, base: RuleSetDocument) -> Reading:
    """`base` with the sheets of the workbook in place of its own parts of the same names.

    A part without a sheet stays; a sheet of a new name adds a part; a row left out of the parameters removes one.
    """
    grids, problems = grids_of(content)
    reading = Reading(None, problems, {})
    if not grids:
        reading.problems.extend([] if problems else [cell_problem("nothing")])
        return reading
    plain = document_json(base)
    seen: set[str] = set()
    for grid in grids:
        reader = PartReader(grid, reading.problems, reading.places)
        _read_sheet(reader, plain, seen)
    if reading.problems:
        return reading
    try:
        reading.document = document_read(plain)
    except DocumentInvalid as error:
        reading.problems += [_refusal(reading.placed(found)) for found in error.problems]
    return reading


def _refusal(found: CellProblem) -> CellProblem:
    return msgspec.structs.replace(found, is_warning=False)


def _read_sheet(reader: PartReader, plain: dict[str, Any], seen: set[str]) -> None:
    grid = reader.grid
    first = grid.text(0, 0)
    if not grid.rows:
        return
    if first == PARAMETER_HEAD[0]:
        if _is_first("parameters", reader, seen):
            plain["parameters"] = parameters_read(reader, plain["parameters"])
    elif first in (TABLE, SCORECARD):
        section, read = ("tables", table_read) if first == TABLE else ("scorecards", scorecard_read)
        name = grid.text(0, 1)
        if not name:
            reader.wrong("missing", 0, 1)
        elif _is_first(f"{section}/{name}", reader, seen):
            _put(plain[section], name, reader, section, read)
    else:
        reader.wrong("sheet_unknown", 0, 0)


def _is_first(key: str, reader: PartReader, seen: set[str]) -> bool:
    if key in seen:
        reader.wrong("sheet_twice", 0, 0, name=key)
        return False
    seen.add(key)
    return True


def _put(entries: list[dict[str, Any]], name: str, reader: PartReader, section: str, read: Any) -> None:
    """The part of that name read anew, or added."""
    at = next((at for at, entry in enumerate(entries) if entry["name"] == name), len(entries))
    before = entries[at] if at < len(entries) else {}
    entry = {"help_en": before.get("help_en", ""), "help_zh": before.get("help_zh", "")} | read(
        reader, f"{section}/{at}"
    )
    entries[at : at + 1] = [entry]
