"""Where a problem is, in words, with the page that mends it."""

from typing import Any

from audit.admin.page import page_url
from rules.admin.versions.view import VersionView
from rules.diff.words import FIELDS, SECTIONS, subject_words
from rules.engine.problems import Problem
from rules.localised import language, localised
from rules.part_words import labelled, labels_of

TAB_OF_SECTION = {
    "scorecards": "scorecard",
    "grades": "offer",
    "default_outcome": "rules",
    "note": "overview",
    "score_with": "overview",
}
"""Sections shown under another name than their own; the offer's table is shown with the offer."""


def problem_rows(view: VersionView, problems: list[Problem]) -> list[dict[str, Any]]:
    """Each problem with its message, its place in words, and a link to the place."""
    labels = labels_of(view.version.document)
    return [
        {"message": labelled(localised(found, "message"), labels), "code": found.code, **_place(view, found.path)}
        for found in problems
    ]


def tab_of(view: VersionView, section: str, path: str = "") -> str:
    """The tab that shows a section, or the place `path` within it."""
    offer, tables = view.document.offer, view.document.tables
    number = path.split("/")[1] if "/" in path else ""
    if section == "tables" and offer and number.isdecimal() and int(number) < len(tables):
        return "offer" if tables[int(number)].name == offer.table else "tables"
    return TAB_OF_SECTION.get(section, section)


def _place(view: VersionView, path: str) -> dict[str, str]:
    parts = path.split("/")
    section = parts[0]
    if section not in SECTIONS:
        return {"place": "", "url": ""}
    tab = tab_of(view, section, path)
    url = f"{page_url('rules_rulesetversion_change', view.version.pk)}?tab={tab}"
    entries = view.version.document.get(section)
    number = int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else -1
    if not isinstance(entries, list) or not 0 <= number < len(entries):
        return {"place": SECTIONS[section].heading(language()), "url": url}
    entry = entries[number]
    words = subject_words(SECTIONS[section], entry, language())
    field = ".".join(part for part in parts[2:4] if not part.isdecimal())
    if field in FIELDS:
        words = f"{words}, {FIELDS[field][0]}" if language() == "en" else f"{words}，{FIELDS[field][1]}"
    return {"place": words, "url": url}
