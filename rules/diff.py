"""The difference between two rule-set documents in words, English and Chinese. Pure.

It works on the JSON of documents, not on today's structs, so that versions written years ago compare too.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any, Literal

import msgspec

from rules.diff_words import FIELDS, KEYS, SECTIONS, Section, added_words, field_words, sentence, subject_words
from rules.words import value_words

Kind = Literal["added", "removed", "changed", "moved"]
Document = Mapping[str, Any]


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


def document_diff(old: Document, new: Document) -> list[Change]:
    """Every difference from `old` to `new`, in the order of the sections; empty if they say the same."""
    changes: list[Change] = []
    for name in [*SECTIONS, *sorted((set(old) | set(new)) - set(SECTIONS))]:
        section = SECTIONS.get(name, Section(name, (name, name), (name, name)))
        before, after = old.get(name), new.get(name)
        if before == after or name == "schema":
            continue
        if _is_keyed(section, before) and _is_keyed(section, after):
            changes += _entries_diff(section, before or [], after or [])
        else:
            changes.append(_changed(section, None, name, before, after))
    return changes


def _is_keyed(section: Section, entries: Any) -> bool:
    return section.name in KEYS and (
        entries is None or (isinstance(entries, Sequence) and not isinstance(entries, str))
    )


def _entries_diff(section: Section, old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Change]:
    key = KEYS[section.name]
    before = {str(entry.get(key)): entry for entry in old}
    after = {str(entry.get(key)): entry for entry in new}
    changes = [_removed(section, entry) for name, entry in before.items() if name not in after]
    moved = _moved(list(before), list(after)) if section.has_order else {}
    for name, entry in after.items():
        if name not in before:
            changes.append(_added(section, entry))
            continue
        changes += _entry_diff(section, before[name], entry)
        if name in moved:
            changes.append(_place_changed(section, entry, *moved[name]))
    return changes


def _entry_diff(section: Section, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    changes: list[Change] = []
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name == "rows" and isinstance(before, list) and isinstance(after, list):
            changes += _rows_diff(section, new, before, after)
        elif name == "then" and isinstance(before, Mapping) and isinstance(after, Mapping):
            changes += [
                _changed(section, new, f"then.{part}", before.get(part), after.get(part))
                for part in dict.fromkeys([*before, *after])
                if before.get(part) != after.get(part)
            ]
        else:
            changes.append(_changed(section, new, name, before, after))
    return changes


def _moved(old: list[str], new: list[str]) -> dict[str, tuple[int, int]]:
    """The fewest entries that must have moved to explain the new order, with their places, from 1."""
    common_old = [name for name in old if name in set(new)]
    common_new = [name for name in new if name in set(old)]
    stayed = {
        common_old[block.a + step]
        for block in SequenceMatcher(None, common_old, common_new, autojunk=False).get_matching_blocks()
        for step in range(block.size)
    }
    return {name: (old.index(name) + 1, new.index(name) + 1) for name in common_new if name not in stayed}


def _rows_diff(section: Section, entry: Mapping[str, Any], old: list[Any], new: list[Any]) -> list[Change]:
    """Rows of a table: those that changed cell by cell, those added and removed; row numbers from 1."""
    as_text = [[msgspec.json.encode(row) for row in rows] for rows in (old, new)]
    changes: list[Change] = []
    for tag, first, last, start, end in SequenceMatcher(None, *as_text, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        both = min(last - first, end - start)
        for step in range(both):
            changes += _cells_diff(section, entry, start + step + 1, old[first + step], new[start + step])
        changes += [_row_change(section, entry, "removed", at + 1, old[at]) for at in range(first + both, last)]
        changes += [_row_change(section, entry, "added", at + 1, new[at]) for at in range(start + both, end)]
    return changes


def _cells(entry: Mapping[str, Any], row: Any) -> dict[str, Any]:
    """A row's cells by column name: a row is a list over all columns, or holds a list or a map for each side."""
    sides = {side: [_column_name(column) for column in entry.get(side) or []] for side in ("inputs", "outputs")}
    if isinstance(row, list):
        return dict(_named(row, sides["inputs"] + sides["outputs"]))
    if not isinstance(row, Mapping):
        return {"": row}
    cells: dict[str, Any] = {}
    for name, cell in row.items():
        if isinstance(cell, Mapping):
            cells.update(cell)
        elif isinstance(cell, list):
            cells.update(_named(cell, sides.get(name, [])))
        else:
            cells[name] = cell
    return cells


def _column_name(column: Any) -> str:
    return str(column.get("name") or column.get("expression") or "") if isinstance(column, Mapping) else str(column)


def _named(cells: list[Any], names: list[str]) -> list[tuple[str, Any]]:
    return [(names[at] if at < len(names) else str(at + 1), cell) for at, cell in enumerate(cells)]


def _cells_diff(section: Section, entry: Mapping[str, Any], number: int, old: Any, new: Any) -> list[Change]:
    before, after = _cells(entry, old), _cells(entry, new)
    return [
        Change(
            section=section.name,
            kind="changed",
            subject=str(entry.get(KEYS[section.name])),
            field=f"rows/{number}/{name}",
            en=sentence(
                "cell", "en", subject_words(section, entry, "en"), number, name, before.get(name), after.get(name)
            ),
            zh=sentence(
                "cell", "zh", subject_words(section, entry, "zh"), number, name, before.get(name), after.get(name)
            ),
            old=before.get(name),
            new=after.get(name),
        )
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _row_change(section: Section, entry: Mapping[str, Any], kind: Kind, number: int, row: Any) -> Change:
    cells = _cells(entry, row)
    return Change(
        section=section.name,
        kind=kind,
        subject=str(entry.get(KEYS[section.name])),
        field=f"rows/{number}",
        en=sentence(f"row_{kind}", "en", subject_words(section, entry, "en"), number, value_words(cells, "", "en")),
        zh=sentence(f"row_{kind}", "zh", subject_words(section, entry, "zh"), number, value_words(cells, "", "zh")),
        old=row if kind == "removed" else None,
        new=row if kind == "added" else None,
    )


def _changed(section: Section, entry: Mapping[str, Any] | None, field: str, old: Any, new: Any) -> Change:
    en, zh = (_changed_words(section, entry, field, old, new, language) for language in ("en", "zh"))
    subject = str(entry.get(KEYS[section.name])) if entry is not None else ""
    return Change(section.name, "changed", subject, "" if entry is None else field, en, zh, old, new)


def _changed_words(
    section: Section, entry: Mapping[str, Any] | None, field: str, old: Any, new: Any, language: Any
) -> str:
    if entry is None:
        return sentence(
            "setting", language, section.one(language), *(field_words(field, item, "", language) for item in (old, new))
        )
    subject = subject_words(section, entry, language)
    if field == "enabled":
        return sentence("switched_on" if new else "switched_off", language, subject)
    unit = str(entry.get("unit") or "") if field in ("value", "minimum", "maximum") else ""
    before, after = (field_words(field, item, unit, language) for item in (old, new))
    if (section.name == "parameters" and field == "value") or (section.name == "grades" and field == "max_pd"):
        return sentence("value", language, subject, before, after)
    name = FIELDS.get(field, (field, field))[0 if language == "en" else 1]
    return sentence("field", language, subject, name, before, after)


def _added(section: Section, entry: Mapping[str, Any]) -> Change:
    subject = str(entry.get(KEYS[section.name]))
    return Change(
        section.name,
        "added",
        subject,
        "",
        added_words(section, entry, "en"),
        added_words(section, entry, "zh"),
        new=entry,
    )


def _removed(section: Section, entry: Mapping[str, Any]) -> Change:
    en, zh = (sentence("removed", language, subject_words(section, entry, language)) for language in ("en", "zh"))  # type: ignore[arg-type]
    return Change(section.name, "removed", str(entry.get(KEYS[section.name])), "", en, zh, old=entry)


def _place_changed(section: Section, entry: Mapping[str, Any], before: int, after: int) -> Change:
    en, zh = (
        sentence("moved", language, subject_words(section, entry, language), before, after) for language in ("en", "zh")
    )  # type: ignore[arg-type]
    return Change(section.name, "moved", str(entry.get(KEYS[section.name])), "", en, zh, before, after)
