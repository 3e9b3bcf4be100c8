"""Changes of conditions in the words of the business, and those a checker must not overlook. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from rules.diff.tables import Change
from rules.diff.words import FIELDS, KEYS, SECTIONS, added_words, sentence, subject_words
from rules.engine.expression_words import Glossary, expression_words
from rules.language.parse import parse
from rules.language.problems import ExpressionInvalid
from rules.language.tree import names_in
from rules.words import Language, pick

Document = Mapping[str, Any]
CONDITION = {"rules": "when", "derived": "expression"}
LEGAL_BASIS = ("The legal basis changes", "法律依据有变动")
PROTECTED = ("Now reads a protected variable: {}", "新读取受保护的变量：{}")


def changes_explained(
    changes: Iterable[Change], old: Document, new: Document, glossaries: tuple[Glossary, Glossary], protected: set[str]
) -> list[Change]:
    """`changes` from `old` to `new` with conditions in words and their texts beneath, and what is to be looked at.

    `glossaries` are those of the two documents; `protected` the names no rule may read without a legal basis.
    """
    return [_marked(_worded(change, new, glossaries), old, new, glossaries[1], protected) for change in changes]


def _worded(change: Change, new: Document, glossaries: tuple[Glossary, Glossary]) -> Change:
    field = CONDITION.get(change.section, "")
    entry = _entry(new, change)
    if not field or entry is None:
        return change
    if change.kind == "added":
        en, zh = (_added(change, entry, field, glossaries[1], language) for language in ("en", "zh"))  # type: ignore[arg-type]
        return msgspec.structs.replace(change, en=en, zh=zh, text=str(entry.get(field) or ""))
    if change.kind == "changed" and change.field == field:
        en, zh = (_changed(change, entry, field, glossaries, language) for language in ("en", "zh"))  # type: ignore[arg-type]
        return msgspec.structs.replace(change, en=en, zh=zh, text=f"{change.old} → {change.new}")
    return change


def _added(change: Change, entry: Mapping[str, Any], field: str, glossary: Glossary, language: Language) -> str:
    words = expression_words(str(entry.get(field) or ""), glossary, language)
    return added_words(SECTIONS[change.section], {**entry, field: words}, language)


def _changed(
    change: Change, entry: Mapping[str, Any], field: str, glossaries: tuple[Glossary, Glossary], language: Language
) -> str:
    before, after = (
        expression_words(str(text or ""), glossary, language)
        for text, glossary in zip((change.old, change.new), glossaries, strict=True)
    )
    subject = subject_words(SECTIONS[change.section], entry, language)
    return sentence("field", language, subject, pick(FIELDS[field], language), before, after)


def _marked(change: Change, old: Document, new: Document, glossary: Glossary, protected: set[str]) -> Change:
    entry = _entry(new, change)
    was = _entry(old, change)
    if change.section not in CONDITION:
        return change
    notes: list[tuple[str, str]] = []
    basis = (entry or was or {}).get("legal_basis", "")
    if change.field == "legal_basis":
        notes.append(LEGAL_BASIS)
    elif not change.field and basis:
        notes.append((f"{LEGAL_BASIS[0]}: {basis}", f"{LEGAL_BASIS[1]}：{basis}"))
    read = _newly_read(change, was, entry, old, new) & protected
    if read:
        labels = [(glossary[name].en, glossary[name].zh) if name in glossary else (name, name) for name in sorted(read)]
        notes.append(
            (
                PROTECTED[0].format(", ".join(en for en, _ in labels)),
                PROTECTED[1].format("、".join(z for _, z in labels)),
            )
        )
    return msgspec.structs.replace(
        change, attention_en="; ".join(en for en, _ in notes), attention_zh="；".join(zh for _, zh in notes)
    )


def _newly_read(
    change: Change, was: Mapping[str, Any] | None, entry: Mapping[str, Any] | None, old: Document, new: Document
) -> set[str]:
    """Names the entry reaches now and did not before; a rule switched on reads all of its own anew."""
    field = CONDITION[change.section]
    is_switched_on = change.field == "enabled" and change.new is True
    if entry is None or change.kind == "moved" or not (change.field in ("", field) or is_switched_on):
        return set()
    before = _reached(str(was.get(field) or ""), old) if was and not is_switched_on else set()
    return _reached(str(entry.get(field) or ""), new) - before


def _reached(text: str, document: Document) -> set[str]:
    """Every name a condition reads, through the derived variables."""
    formulas = {str(entry.get("name")): str(entry.get("expression") or "") for entry in document.get("derived") or []}
    found: set[str] = set()
    waiting = [text]
    while waiting:
        for name in _names(waiting.pop()) - found:
            found.add(name)
            waiting += [formulas[name]] if name in formulas else []
    return found


def _names(text: str) -> set[str]:
    try:
        return set(names_in(parse(text)))
    except ExpressionInvalid:
        return set()


def _entry(document: Document, change: Change) -> Mapping[str, Any] | None:
    key = KEYS.get(change.section, "")
    entries = document.get(change.section) or []
    return next((entry for entry in entries if key and str(entry.get(key)) == change.subject), None)
