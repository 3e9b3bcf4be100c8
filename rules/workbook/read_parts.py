"""Sheets as parts of a document: parameters, a decision table, a scorecard; each cell remembered with its path."""

from collections.abc import Iterable
from typing import Any, get_args

import msgspec

from rules.engine.tables import HitPolicy
from rules.workbook import sheets
from rules.workbook.numbers import NotANumber, TooManyDecimals, document_number
from rules.workbook.opening import Grid, cell_name
from rules.workbook.problems import CellProblem, cell_problem

TYPES = ("integer", "number", "string", "boolean", "date")
Plain = dict[str, Any]


class PartReader:
    """Reads cells of one sheet; notes what is wrong, and where each path of the document stands."""

    def __init__(self, grid: Grid, problems: list[CellProblem], places: dict[str, tuple[str, str]]) -> None:
        self.grid = grid
        self.problems = problems
        self.places = places

    def wrong(self, code: str, row: int, column: int, **facts: Any) -> None:
        """Note a problem of a cell; one is enough."""
        name = cell_name(row, column)
        if any((found.sheet, found.cell) == (self.grid.title, name) for found in self.problems):
            return
        self.problems.append(cell_problem(code, self.grid.title, name, **facts))

    def placed(self, path: str, row: int, column: int) -> None:
        """Note where a path stands."""
        self.places[path] = (self.grid.title, cell_name(row, column))

    def text(self, row: int, column: int, path: str = "", *, is_required: bool = False) -> str:
        """A cell as text."""
        if path:
            self.placed(path, row, column)
        text = self.grid.text(row, column)
        if is_required and not text:
            self.wrong("missing", row, column)
        return text

    def number(self, row: int, column: int, path: str, unit: str = "") -> float | None:
        """A cell as a number of the document; None where it is empty or wrong."""
        self.placed(path, row, column)
        value = self.grid.at(row, column)
        if value is None:
            return None
        text = self.exact(row, column, unit)
        return None if text is None else float(text)

    def exact(self, row: int, column: int, unit: str) -> str | None:
        """A cell's number in the document's digits; None where it is wrong."""
        value = self.grid.at(row, column)
        try:
            if isinstance(value, bool) or value is None:
                raise NotANumber(value)
            return document_number(value, unit)
        except TooManyDecimals:
            self.wrong("decimals", row, column)
        except NotANumber:
            self.wrong("number", row, column, found=self.grid.text(row, column)[:60])
        return None

    def choice(self, row: int, column: int, path: str, choices: Iterable[str]) -> str:
        """A cell that holds one of a few texts."""
        text = self.text(row, column, path)
        if text not in choices:
            self.wrong("choice", row, column, choices=", ".join(choices), found=text[:60])
        return text

    def headings(self, row: int, expected: Iterable[str], *, is_column: bool = False) -> None:
        """Note every heading that is not as it was written."""
        for at, heading in enumerate(expected):
            place = (row + at, 0) if is_column else (row, at)
            if self.grid.text(*place) != heading:
                self.wrong("heading", *place, expected=heading)

    def filled(self, start: int) -> list[int]:
        """The rows from `start` that hold anything."""
        return [
            row for row in range(start, len(self.grid.rows)) if any(cell is not None for cell in self.grid.rows[row])
        ]


def parameters_read(reader: PartReader, before: list[Plain]) -> list[Plain]:
    """The parameters of the sheet; helps, which it does not hold, from those before."""
    reader.headings(0, sheets.PARAMETER_HEAD)
    helps = {entry["name"]: entry for entry in before}
    found: list[Plain] = []
    for row in reader.filled(1):
        path = f"parameters/{len(found)}"
        name = reader.text(row, 0, f"{path}/name", is_required=True)
        if any(entry["name"] == name for entry in found):
            reader.wrong("sheet_twice", row, 0, name=name)
        reader.placed(path, row, 0)
        unit = reader.text(row, 4, f"{path}/unit")
        kind = reader.choice(row, 7, f"{path}/type", TYPES)
        found.append(
            {
                "name": name,
                "en": reader.text(row, 1, f"{path}/en"),
                "zh": reader.text(row, 2, f"{path}/zh"),
                "value": _constant(reader, row, kind, unit, f"{path}/value"),
                "type": kind,
                "unit": unit,
                "minimum": reader.number(row, 5, f"{path}/minimum", unit),
                "maximum": reader.number(row, 6, f"{path}/maximum", unit),
                "help_en": helps.get(name, {}).get("help_en", ""),
                "help_zh": helps.get(name, {}).get("help_zh", ""),
            }
        )
    return found


def _constant(reader: PartReader, row: int, kind: str, unit: str, path: str) -> float | str | bool:
    if kind in ("integer", "number"):
        if reader.grid.at(row, 3) is None:
            reader.wrong("missing", row, 3)
        return reader.number(row, 3, path, unit) or 0.0
    text = reader.text(row, 3, path)
    if kind == "boolean":
        return (
            reader.choice(row, 3, path, ("true", "false")) == "true"
            if text not in ("TRUE", "FALSE")
            else text == "TRUE"
        )
    return text


def table_read(reader: PartReader, path: str) -> Plain:
    """The decision table of the sheet."""
    grid, first = reader.grid, 2
    reader.headings(1, (sheets.POLICY,))
    reader.headings(first, sheets.TABLE_HEAD, is_column=True)
    width = max(
        (len(grid.rows[row]) for row in range(first, min(first + len(sheets.TABLE_HEAD), len(grid.rows)))), default=1
    )
    columns = [(at, grid.text(first, at)) for at in range(1, width)]
    for at, kind in columns:
        if kind not in (sheets.INPUT, sheets.OUTPUT, sheets.NOTE):
            choices = f"{sheets.INPUT}, {sheets.OUTPUT}, {sheets.NOTE}"
            reader.wrong("choice", first, at, choices=choices, found=kind[:60])
    inputs = [at for at, kind in columns if kind == sheets.INPUT]
    outputs = [at for at, kind in columns if kind == sheets.OUTPUT]
    notes = [at for at, kind in columns if kind == sheets.NOTE]
    reader.placed(path, 0, 1)
    table: Plain = {
        "name": reader.text(0, 1, f"{path}/name"),
        "en": reader.text(0, 2, f"{path}/en"),
        "zh": reader.text(0, 3, f"{path}/zh"),
        "hit_policy": reader.choice(1, 1, f"{path}/hit_policy", get_args(HitPolicy)),
        "inputs": [_input(reader, column, f"{path}/inputs/{at}") for at, column in enumerate(inputs)],
        "outputs": [_output(reader, column, f"{path}/outputs/{at}") for at, column in enumerate(outputs)],
    }
    units = [output["unit"] if output["type"] == "number" else None for output in table["outputs"]]
    table["rows"] = []
    for row in reader.filled(first + len(sheets.TABLE_HEAD)):
        here = f"{path}/rows/{len(table['rows'])}"
        reader.placed(here, row, 0)
        tests = [reader.text(row, column, f"{here}/when/{at}") or "-" for at, column in enumerate(inputs)]
        results = [
            _result(reader, row, column, unit, f"{here}/then/{at}")
            for at, (column, unit) in enumerate(zip(outputs, units, strict=True))
        ]
        table["rows"].append(
            {"when": tests, "then": results, "note": reader.text(row, notes[0], f"{here}/note") if notes else ""}
        )
    return table


def _input(reader: PartReader, column: int, path: str) -> Plain:
    reader.placed(path, 3, column)
    return {
        "expression": reader.text(3, column, f"{path}/expression", is_required=True),
        "en": reader.text(4, column, f"{path}/en"),
        "zh": reader.text(5, column, f"{path}/zh"),
        "values": reader.text(8, column, f"{path}/values"),
    }


def _output(reader: PartReader, column: int, path: str) -> Plain:
    reader.placed(path, 3, column)
    return {
        "name": reader.text(3, column, f"{path}/name", is_required=True),
        "en": reader.text(4, column, f"{path}/en"),
        "zh": reader.text(5, column, f"{path}/zh"),
        "type": reader.choice(6, column, f"{path}/type", TYPES[1:]),
        "unit": reader.text(7, column, f"{path}/unit"),
        "values": _allowed(reader, column, f"{path}/values"),
        "default": reader.text(9, column, f"{path}/default"),
    }


def _allowed(reader: PartReader, column: int, path: str) -> list[Any]:
    text = reader.text(8, column, path)
    try:
        found: list[Any] = msgspec.json.decode(f"[{text}]")
    except msgspec.DecodeError:
        return [part.strip() for part in text.split(",") if part.strip()]
    return found


def _result(reader: PartReader, row: int, column: int, unit: str | None, path: str) -> str:
    """A result: numbers in the document's digits, anything else an expression as it is written."""
    text = reader.text(row, column, path, is_required=True)
    value = reader.grid.at(row, column)
    if unit is None or not text or isinstance(value, bool):
        return text
    if isinstance(value, float):
        return reader.exact(row, column, unit) or ""
    try:
        return document_number(text, unit)
    except TooManyDecimals:
        reader.wrong("decimals", row, column)
        return ""
    except NotANumber:
        return text


def scorecard_read(reader: PartReader, path: str) -> Plain:
    """The scorecard of the sheet."""
    reader.headings(1, (sheets.INITIAL,))
    reader.headings(2, sheets.SCORECARD_HEAD)
    reader.placed(path, 0, 1)
    entries: list[Plain] = []
    for row in reader.filled(3):
        kind = reader.choice(row, 2, "", (sheets.CHARACTERISTIC, sheets.SPECIAL, sheets.BIN))
        if kind == sheets.CHARACTERISTIC:
            entries.append(_characteristic(reader, row, f"{path}/characteristics/{len(entries)}"))
        elif not entries:
            reader.wrong("orphan", row, 2)
        else:
            side = "special" if kind == sheets.SPECIAL else "bins"
            bins = entries[-1][side]
            bins.append(_bin(reader, row, f"{path}/characteristics/{len(entries) - 1}/{side}/{len(bins)}"))
    return {
        "name": reader.text(0, 1, f"{path}/name"),
        "en": reader.text(0, 2, f"{path}/en"),
        "zh": reader.text(0, 3, f"{path}/zh"),
        "initial_points": reader.number(1, 1, f"{path}/initial_points") or 0.0,
        "characteristics": entries,
    }


def _characteristic(reader: PartReader, row: int, path: str) -> Plain:
    reader.placed(path, row, 0)
    return {
        "name": reader.text(row, 0, f"{path}/name", is_required=True),
        "expression": reader.text(row, 1, f"{path}/expression", is_required=True),
        "missing_points": reader.number(row, 4, f"{path}/missing_points"),
        "en": reader.text(row, 5, f"{path}/en"),
        "zh": reader.text(row, 6, f"{path}/zh"),
        "reason": reader.text(row, 7, f"{path}/reason"),
        "special": [],
        "bins": [],
    }


def _bin(reader: PartReader, row: int, path: str) -> Plain:
    reader.placed(path, row, 3)
    if reader.grid.at(row, 4) is None:
        reader.wrong("missing", row, 4)
    return {
        "when": reader.text(row, 3, f"{path}/when", is_required=True),
        "points": reader.number(row, 4, f"{path}/points") or 0.0,
        "en": reader.text(row, 5, f"{path}/en"),
        "zh": reader.text(row, 6, f"{path}/zh"),
    }
