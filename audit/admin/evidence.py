"""What a request for approval was based on, as a table in words instead of JSON."""

from collections.abc import Callable
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

NAMES = {
    "catalogue_hash": _("Variable catalogue it was checked against"),
    "compared_with": _("Version live at the time"),
    "warnings": _("Warnings"),
    "cases_passed": _("Cases passed"),
    "cases_reach": _("Share of what there is to reach that the cases reach"),
    "pattern_sets": _("Sets of events on which both engines of patterns agreed"),
    "pattern_bindings": _("Matches found in them"),
    "evaluations": _("Applications on which both calculations agreed"),
    "from_history": _("Of these, recorded decisions"),
    "impact": _("Impact on the last decisions"),
    "last": _("Decisions looked for"),
    "decisions": _("Decisions found"),
    "changed": _("Other outcome"),
    "offers_changed": _("Other offer"),
    "transitions": _("From outcome to outcome"),
    "offered_minor": _("Offered before and after, minor units"),
    "average_rate": _("Average rate before and after"),
    "causes": _("Rules that cause it"),
    "none": _("Not measured"),
    "metrics": _("Figures of the model"),
    "sample_odds": _("Odds in the sample"),
}


def evidence_table(evidence: dict[str, Any], tell: Callable[[str], str] = str) -> SafeString | str:
    """A row for each part of the evidence, a line for each entry of it; what has no name for people is folded beneath.

    `tell` puts the names of the object's parts into words.
    """
    if not evidence:
        return "–"
    named = {name: evidence[name] for name in NAMES if name in evidence}
    rest = {name: value for name, value in evidence.items() if name not in NAMES}
    if not rest:
        return _table(named, tell)
    folded = format_html("<details><summary>{}</summary>{}</details>", gettext("More, as recorded"), _table(rest, tell))
    return format_html("{}{}", _table(named, tell), folded) if named else _table(rest, tell)


def _table(evidence: dict[str, Any], tell: Callable[[str], str]) -> SafeString:
    rows = [(NAMES.get(name, name), _lines(value, tell)) for name, value in evidence.items()]
    cells = format_html_join("", "<tr><th>{}</th><td>{}</td></tr>", rows)
    return format_html('<table class="rk-evidence">{}</table>', cells)


def _lines(value: Any, tell: Callable[[str], str]) -> SafeString:
    return format_html_join("", "<div>{}</div>", [(tell(line),) for line in _texts(value)])


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        text = _message(value)
        lines = [f"{NAMES.get(name, name)}: {line}" for name, item in value.items() for line in _texts(item)]
        return [text] if text else lines
    if isinstance(value, list):
        return [line for item in value for line in _texts(item)] or [gettext("None")]
    if value is None or value == "":
        return [gettext("None")]
    return [f"{value:g}" if isinstance(value, float) else str(value)]


def _message(value: dict[str, Any]) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    return str(value.get("message_zh" if is_chinese else "message_en") or "")
