"""What a request for approval was based on, as a table in words instead of JSON."""

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
    "evaluations": _("Applications on which both calculations agreed"),
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


def evidence_table(evidence: dict[str, Any]) -> SafeString | str:
    """A row for each part of the evidence; lists and groups have a line for each entry."""
    if not evidence:
        return "–"
    rows = [(NAMES.get(name, name), _lines(value)) for name, value in evidence.items()]
    cells = format_html_join("", '<tr><th class="pr-4 text-left align-top">{}</th><td>{}</td></tr>', rows)
    return format_html("<table>{}</table>", cells)


def _lines(value: Any) -> SafeString:
    return format_html_join("", "<div>{}</div>", [(line,) for line in _texts(value)])


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
