"""Names that a rule set gives its parts, told by label: a checker reads words, with the code small beside them."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from rules.diff.words import KEYS
from rules.localised import language, localised
from rules.words import pick

NAMED: Final = ("parameters", "derived", "rules", "patterns", "tables", "scorecards")
_QUOTED: Final = re.compile(r"(“[^”]*”|「[^」]*」)")
_NAME: Final = re.compile(r"(?<![A-Za-z0-9_])[A-Za-z][A-Za-z0-9_]*")


def labels_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Label in the reader's language by name or code, of every part of a stored document that has one."""
    found = {}
    for section in NAMED:
        stem = "label" if section in ("rules", "patterns") else ""
        for entry in document.get(section) or ():
            label = localised(entry, stem)
            if label:
                found[str(entry.get(KEYS[section]))] = label
    return found


def labelled(text: str, labels: Mapping[str, str]) -> SafeString:
    """A message with each name it tells as label and small code; an expression between quotes stays as written."""
    parts: list[str] = []
    for part in _QUOTED.split(text):
        if not _QUOTED.fullmatch(part):
            parts += _outside(part, labels)
        elif part[1:-1] in labels:
            parts.append(_told(labels[part[1:-1]], part[1:-1]))
        else:
            parts.append(part)
    return _joined(parts)


def code_small(text: str, code: str) -> SafeString:
    """A sentence on a part that names it as “label” (code): the code small, without its brackets."""
    for bracketed in (f" ({code})", f"（{code}）"):
        head, found, tail = text.partition(bracketed)
        if code and found:
            return format_html("{} {}{}", head, _code(code), tail)
    return escape(text)


def _outside(text: str, labels: Mapping[str, str]) -> list[str]:
    parts: list[str] = []
    end = 0
    for found in _NAME.finditer(text):
        name = found.group()
        if name in labels:
            parts += [text[end : found.start()], _told(labels[name], name)]
            end = found.end()
    return [*parts, text[end:]]


def _told(label: str, code: str) -> SafeString:
    quotes = pick(("“{}” {}", "「{}」{}"), language())
    return format_html(quotes, label, _code(code)) if label != code else _code(code)


def _code(code: str) -> SafeString:
    return format_html('<span class="rk-code rk-small">{}</span>', code)


def _joined(parts: Iterable[str]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))
