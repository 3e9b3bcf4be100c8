"""Changes of a document's plain data, one per way of editing; each returns a new document and touches nothing. Pure."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from rules.diff.words import KEYS

Document = dict[str, Any]
Entry = dict[str, Any]


def entry_of(document: Mapping[str, Any], section: str, key: str) -> Entry | None:
    """The entry of a section by its name or code."""
    return next((entry for entry in document.get(section, []) if entry[KEYS[section]] == key), None)


def entry_put(document: Document, section: str, key: str, entry: Entry) -> Document:
    """Replace the entry `key`, or append where there is none of that key."""
    changed = copy.deepcopy(document)
    entries = changed.setdefault(section, [])
    for place, present in enumerate(entries):
        if key and present[KEYS[section]] == key:
            entries[place] = entry
            return changed
    entries.append(entry)
    return changed


def entry_removed(document: Document, section: str, key: str) -> Document:
    """Without the entry `key`."""
    changed = copy.deepcopy(document)
    changed[section] = [entry for entry in changed.get(section, []) if entry[KEYS[section]] != key]
    return changed


def entry_reverted(document: Document, base: Mapping[str, Any], section: str, key: str) -> Document:
    """One entry (or, without `key`, a whole setting) as `base` has it: put back, restored or taken out again."""
    if section not in KEYS or not key:
        changed = copy.deepcopy(document)
        if section in base:
            changed[section] = copy.deepcopy(base[section])
        else:
            changed.pop(section, None)
        return changed
    before = entry_of(base, section, key)
    if before is None:
        return entry_removed(document, section, key)
    if entry_of(document, section, key) is None:
        return _inserted(document, section, base, before)
    return _order_restored(entry_put(document, section, key, copy.deepcopy(before)), base, section, key)


def _inserted(document: Document, section: str, base: Mapping[str, Any], entry: Entry) -> Document:
    """A removed entry back behind the nearest one that stood before it."""
    changed = copy.deepcopy(document)
    entries = changed.setdefault(section, [])
    key = KEYS[section]
    order = [item[key] for item in base[section]]
    earlier = set(order[: order.index(entry[key])])
    place = max((at + 1 for at, item in enumerate(entries) if item[key] in earlier), default=0)
    entries.insert(place, copy.deepcopy(entry))
    return changed


def _order_restored(document: Document, base: Mapping[str, Any], section: str, key: str) -> Document:
    """The entry `key` back behind those that stood before it, where it was moved."""
    places = _places(document.get(section, []), section)
    order = [name for name in _places(base.get(section, []), section) if name in places]
    if [name for name in places if name in order] == order:
        return document
    entry = entry_of(document, section, key)
    return document if entry is None else _inserted(entry_removed(document, section, key), section, base, entry)


def _places(entries: Sequence[Mapping[str, Any]], section: str) -> list[str]:
    return [entry[KEYS[section]] for entry in entries]
