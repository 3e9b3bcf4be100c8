"""The difference between two rule-set documents in words, English and Chinese. Pure.

It works on the JSON of documents, not on today's structs, so that versions written years ago compare too.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from rules.diff.tables import Change, lines_of, rows_diff, steps_diff
from rules.diff.words import FIELDS, KEYS, SECTIONS, Section, added_words, field_words, sentence, subject_words
from rules.words import Language, pick

Document = Mapping[str, Any]
LANGUAGES: tuple[Language, Language] = ("en", "zh")


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
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            changes += _parts_diff(section, before, after)
        else:
            changes.append(_changed(section, None, name, before, after))
    return changes


def _parts_diff(section: Section, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Change]:
    """A section that is one object, such as the offer: part by part."""
    changes = []
    for part in dict.fromkeys([*old, *new]):
        before, after = old.get(part), new.get(part)
        if before != after:
            en, zh = (
                sentence("field", language, section.one(language), _field_name(part, language), before, after)
                for language in LANGUAGES
            )
            changes.append(Change(section.name, "changed", "", part, en, zh, before, after))
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
            changes += rows_diff(section, new, before, after)
        elif name == "steps" and isinstance(before, list) and isinstance(after, list):
            changes += steps_diff(section, new, before, after)
        elif name in ("then", "expect") and isinstance(before, Mapping) and isinstance(after, Mapping):
            changes += [
                _changed(section, new, f"{name}.{part}", before.get(part), after.get(part))
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


def _changed(section: Section, entry: Mapping[str, Any] | None, field: str, old: Any, new: Any) -> Change:
    en, zh = (_changed_words(section, entry, field, old, new, language) for language in LANGUAGES)
    subject = str(entry.get(KEYS[section.name])) if entry is not None else ""
    return Change(section.name, "changed", subject, "" if entry is None else field, en, zh, old, new)


def _changed_words(
    section: Section, entry: Mapping[str, Any] | None, field: str, old: Any, new: Any, language: Language
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
    return sentence("field", language, subject, _field_name(field, language), before, after)


def _field_name(field: str, language: Language) -> str:
    return pick(FIELDS.get(field, (field, field)), language)


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
        text=lines_of(section, entry),
    )


def _removed(section: Section, entry: Mapping[str, Any]) -> Change:
    en, zh = (sentence("removed", language, subject_words(section, entry, language)) for language in LANGUAGES)
    return Change(section.name, "removed", str(entry.get(KEYS[section.name])), "", en, zh, old=entry)


def _place_changed(section: Section, entry: Mapping[str, Any], before: int, after: int) -> Change:
    en, zh = (
        sentence("moved", language, subject_words(section, entry, language), before, after) for language in LANGUAGES
    )
    return Change(section.name, "moved", str(entry.get(KEYS[section.name])), "", en, zh, before, after)
