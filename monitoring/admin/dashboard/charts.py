"""Pictures of the portfolio as SVG coordinates: lines over months, strips of parts, shades of a matrix. Pure."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

WIDTH: Final = 460.0
HEIGHT: Final = 150.0
STRIP: Final = 460.0
LINES: Final = ("#1d4ed8", "#dc2626", "#ca8a04", "#059669", "#9333ea", "#0891b2", "#ea580c", "#475569")
SHADES: Final = ("#f8fafc", "#dbeafe", "#bfdbfe", "#93c5fd", "#60a5fa", "#2563eb")
WORSE_SHADES: Final = ("#f8fafc", "#fee2e2", "#fecaca", "#fca5a5", "#f87171", "#dc2626")
COLOURS: Final[Mapping[str, str]] = {
    "NONE": "#cbd5e1",
    "BLUE": "#3b82f6",
    "YELLOW": "#eab308",
    "ORANGE": "#f97316",
    "RED": "#dc2626",
    "GREEN": "#16a34a",
    "AMBER": "#f59e0b",
    "NOT_ASSESSED": "#cbd5e1",
}
"""Of warning levels and health codes; the word always stands beside the colour."""


def share_text(share: float) -> str:
    """A share in percent."""
    return f"{share:.1%}"


def lines_chart(
    labels: Sequence[str],
    lines: Sequence[tuple[str, Sequence[float | None]]],
    urls: Sequence[str] = (),
    *,
    limits: Sequence[float] = (),
    text: Callable[[float], str] = share_text,
    marks_urls: Sequence[Sequence[str]] = (),
) -> dict[str, Any]:
    """Shares (or what `text` writes) by month, one line a name: None leaves a gap, one point alone is a dot. The scale
    begins at 0.

    `urls`: by line, the list that its last value is of; `marks_urls`: by line and month, what a point opens. `limits`
    are drawn across, and within the scale.
    """
    known = [*limits, *(value for _, values in lines for value in values if value is not None)]
    largest = max([*known, 0.01]) * 1.1
    step = WIDTH / max(len(labels) - 1, 1)
    every = max(len(labels) // 6, 1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "lines": [
            {
                "name": name,
                "colour": LINES[place % len(LINES)],
                "parts": _parts(values, step, largest),
                "marks": [
                    {
                        "x": round(month * step, 1),
                        "y": _height(value, largest),
                        "words": f"{name} {label}: {text(value)}",
                        "url": marks_urls[place][month] if marks_urls else "",
                    }
                    for month, (label, value) in enumerate(zip(labels, values, strict=True))
                    if value is not None
                ],
                "last": next((text(value) for value in reversed(values) if value is not None), "–"),
                "url": _last_url(values, urls[place : place + 1], marks_urls[place] if marks_urls else ()),
            }
            for place, (name, values) in enumerate(lines)
        ],
        "limits": [{"y": _height(top, largest), "text": text(top)} for top in (0.0, largest * 0.5, largest * 0.9)],
        "thresholds": [{"y": _height(limit, largest), "text": text(limit)} for limit in sorted(set(limits))],
        "labels": [
            {"x": round(place * step, 1), "text": label} for place, label in enumerate(labels) if place % every == 0
        ],
    }


def _last_url(values: Sequence[float | None], own: Sequence[str], by_mark: Sequence[str]) -> str:
    """What the value beside a line's name opens: its point's page, else the list of the last month."""
    if by_mark:
        return next((url for value, url in zip(values[::-1], by_mark[::-1], strict=True) if value is not None), "")
    return own[0] if own and values and values[-1] else ""


def strip(parts: Sequence[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """Parts of a whole side by side: (key, words, number); parts of nothing are left out."""
    whole = sum(number for _, _, number in parts)
    found, x = [], 0.0
    for key, words, number in parts:
        if number:
            width = round(number / whole * STRIP, 2)
            found.append({"x": round(x, 2), "width": width, "colour": COLOURS.get(key, "#94a3b8"), "words": words})
            x += width
    return found


def shade(share: float, is_worse: bool = False) -> tuple[str, bool]:
    """(colour of a share of its row, 0 to 1; whether white text reads better on it)."""
    shades = WORSE_SHADES if is_worse else SHADES
    place = 0 if share <= 0.0 else min(1 + int(share * (len(shades) - 1)), len(shades) - 1)
    return shades[place], place >= len(shades) - 1


def _parts(values: Sequence[float | None], step: float, largest: float) -> list[str]:
    parts, line = list[str](), list[str]()
    for place, value in enumerate([*values, None]):
        if value is not None:
            line.append(f"{round(place * step, 1)},{_height(value, largest)}")
        elif line:
            parts, line = [*parts, " ".join(line)], []
    return parts


def _height(value: float, largest: float) -> float:
    return round((1.0 - value / largest) * HEIGHT, 1)
