"""The difference of lists inside an entry: rows of a table cell by cell, steps of a pattern. Pure."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec

from rules.diff.words import FIELDS, KEYS, Section, sentence, subject_words
from rules.words import Language, pick, value_words

Kind = Literal["added", "removed", "changed", "moved"]
Entry = Mapping[str, Any]
LINES_SHOWN = 60
SIDES = {"when": "inputs", "then": "outputs", "inputs": "inputs", "outputs": "outputs"}
"""Where the columns of a row's cells are described."""


class Change(msgspec.Struct, frozen=True):
    """One difference. `en` and `zh` are whole sentences; `old` and `new` the values, where there are two."""

    section: str
    kind: Kind
    subject: str
    """Name or code of the entry, empty for a setting of the whole document."""
    field: str
    en: str
    zh: str
    old: Any = None
    new: Any = None
    text: str = ""
    """Of a condition told in words: what is written; of a new table or scorecard: its lines."""
    attention_en: str = ""
    attention_zh: str = ""
    """What the checker must not overlook in it; empty for most."""


class _Cell(msgspec.Struct, frozen=True):
    """A cell of a row under its column's names."""

    names: tuple[str, str]
    value: Any
    unit: str = ""

    def words(self, language: Language) -> str:
        """The cell as people read it; texts that are plain numbers take the column's unit."""
        value = self.value
        if self.unit and isinstance(value, str):
            try:
                value = float(value)
            except ValueError:
                return str(value)
        return value_words(value, self.unit, language)


def lines_of(section: Section, entry: Entry) -> str:
    """What a new table or scorecard says, a line a row or bin; empty for anything else. At most LINES_SHOWN lines."""
    lines: list[str] = []
    if section.name == "tables":
        lines = [f"{_joined(row, 'when')} → {_joined(row, 'then')}" for row in _entries(entry, "rows")]
    elif section.name == "scorecards":
        for part in _entries(entry, "characteristics"):
            bins = [*_entries(part, "special"), *_entries(part, "bins")]
            lines += [f"{part.get('expression')}: {found.get('when')} → {found.get('points')}" for found in bins]
    return "\n".join(lines[:LINES_SHOWN] + (["…"] if len(lines) > LINES_SHOWN else []))


def _entries(entry: Entry, name: str) -> list[Entry]:
    listed = entry.get(name)
    return [found for found in listed if isinstance(found, Mapping)] if isinstance(listed, list) else []


def _joined(row: Entry, name: str) -> str:
    cells = row.get(name)
    return " | ".join(map(str, cells)) if isinstance(cells, list) else ""


def rows_diff(section: Section, entry: Entry, old: Sequence[Any], new: Sequence[Any]) -> list[Change]:
    """Rows of a table: those that changed cell by cell, those added and removed; row numbers from 1."""
    as_text = [[msgspec.json.encode(row) for row in rows] for rows in (old, new)]
    changes: list[Change] = []
    for tag, first, last, start, end in SequenceMatcher(None, as_text[0], as_text[1], autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(last - first, end - start)
        for step in range(both):
            changes += _row_diff(section, entry, start + step + 1, old[first + step], new[start + step])
        changes += [_row_change(section, entry, "removed", at + 1, old[at]) for at in range(first + both, last)]
        changes += [_row_change(section, entry, "added", at + 1, new[at]) for at in range(start + both, end)]
    return changes


def steps_diff(section: Section, entry: Entry, old: Sequence[Any], new: Sequence[Any]) -> list[Change]:
    """Steps of a pattern by their place, from 1, field by field."""
    changes: list[Change] = []
    for number in range(1, max(len(old), len(new)) + 1):
        before = old[number - 1] if number <= len(old) else {}
        after = new[number - 1] if number <= len(new) else {}
        for field in dict.fromkeys([*before, *after]):
            if before.get(field) != after.get(field):
                changes.append(_step_change(section, entry, number, field, before.get(field), after.get(field)))
    return changes


def _cells(entry: Entry, row: Any) -> dict[str, _Cell]:
    """A row's cells by column: a row is a list over all columns, or holds a list for each side."""
    if isinstance(row, list):
        columns = [*(entry.get("inputs") or []), *(entry.get("outputs") or [])]
        return _side_cells("", columns, row)
    cells: dict[str, _Cell] = {}
    for name, cell in row.items() if isinstance(row, Mapping) else [("", row)]:
        if isinstance(cell, list):
            cells |= _side_cells(name, entry.get(SIDES.get(name, name)) or [], cell)
        else:
            cells[name] = _Cell((name, name), cell)
    return cells


def _side_cells(side: str, columns: Sequence[Any], cells: list[Any]) -> dict[str, _Cell]:
    result = {}
    for at, cell in enumerate(cells):
        column = columns[at] if at < len(columns) else str(at + 1)
        if isinstance(column, Mapping):
            plain = str(column.get("name") or column.get("expression") or at + 1)
            names = (str(column.get("en") or plain), str(column.get("zh") or plain))
            result[f"{side}/{at}"] = _Cell(names, cell, str(column.get("unit") or ""))
        else:
            result[f"{side}/{at}"] = _Cell((str(column), str(column)), cell)
    return result


def _row_diff(section: Section, entry: Entry, number: int, old: Any, new: Any) -> list[Change]:
    before, after = _cells(entry, old), _cells(entry, new)
    changes = []
    for name in dict.fromkeys([*before, *after]):
        old_cell, new_cell = before.get(name), after.get(name)
        if old_cell != new_cell:
            changes.append(_cell_change(section, entry, number, old_cell, new_cell))
    return changes


def _cell_change(section: Section, entry: Entry, number: int, old: _Cell | None, new: _Cell | None) -> Change:
    names = (new or old or _Cell(("", ""), None)).names

    def words(language: Language) -> str:
        shown = [cell.words(language) if cell else None for cell in (old, new)]
        return sentence(
            "cell", language, subject_words(section, entry, language), number, pick(names, language), *shown
        )

    return Change(
        section=section.name,
        kind="changed",
        subject=str(entry.get(KEYS[section.name])),
        field=f"rows/{number}/{names[0]}",
        en=words("en"),
        zh=words("zh"),
        old=old.value if old else None,
        new=new.value if new else None,
    )


def _row_change(section: Section, entry: Entry, kind: Kind, number: int, row: Any) -> Change:
    cells = _cells(entry, row).values()

    def words(language: Language) -> str:
        shown = {pick(cell.names, language): cell.words(language) for cell in cells}
        subject = subject_words(section, entry, language)
        return sentence(f"row_{kind}", language, subject, number, value_words(shown, "", language))

    return Change(
        section=section.name,
        kind=kind,
        subject=str(entry.get(KEYS[section.name])),
        field=f"rows/{number}",
        en=words("en"),
        zh=words("zh"),
        old=row if kind == "removed" else None,
        new=row if kind == "added" else None,
    )


def _step_change(section: Section, entry: Entry, number: int, field: str, old: Any, new: Any) -> Change:
    def words(language: Language) -> str:
        name = pick(FIELDS.get(field, (field, field)), language)
        return sentence("step", language, subject_words(section, entry, language), number, name, old, new)

    subject = str(entry.get(KEYS[section.name]))
    return Change(section.name, "changed", subject, f"steps/{number}/{field}", words("en"), words("zh"), old, new)
