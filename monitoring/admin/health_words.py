"""Health codes as pages of staff show them."""

from typing import Any

from monitoring.health.pictures import SHAPES
from monitoring.models import HealthCode, HealthColour
from monitoring.views.health_page import reasons_words

LEAST = 8.0
"""Thousandths of the strip that even the shortest time gets."""
BADGES = {"GREEN": "rk-good", "AMBER": "rk-warn", "RED": "rk-bad", "NOT_ASSESSED": ""}


def colour_told(colour: str) -> dict[str, str]:
    """A colour for a badge: its word, shape and class."""
    return {
        "code": colour,
        "label": str(HealthColour(colour).label),
        "shape": SHAPES[colour],
        "badge": BADGES[colour],
        "css": colour.lower(),
    }


def code_told(code: HealthCode) -> dict[str, Any]:
    """A row of the history, with its reasons in the reader's language."""
    return {"code": code, "colour": colour_told(code.colour), "reasons": reasons_words(code.reasons)}


def strip_told(codes: list[HealthCode], until: Any) -> list[dict[str, Any]]:
    """The history as a strip: each code's share of the time from the first to now, in thousandths."""
    if not codes:
        return []
    ordered = sorted(codes, key=lambda code: (code.as_of, code.pk))
    ends = [*(code.as_of for code in ordered[1:]), max(until, ordered[-1].as_of)]
    whole = max((ends[-1] - ordered[0].as_of).total_seconds(), 1.0)
    spans = [(end - code.as_of).total_seconds() / whole * 1000 for code, end in zip(ordered, ends, strict=True)]
    widths = [max(span, LEAST) for span in spans]
    scale, parts, left = 1000 / sum(widths), [], 0.0
    for code, width in zip(ordered, widths, strict=True):
        parts.append({"x": left, "width": width * scale, "colour": colour_told(code.colour), "code": code})
        left += width * scale
    return parts
