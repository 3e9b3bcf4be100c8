"""PD and level of a loan over its reviews as SVG coordinates. Pure."""

from collections.abc import Sequence
from typing import Any, Final

WIDTH: Final = 560.0
HEIGHT: Final = 150.0
MARGIN: Final = 40.0
"""Left of the first and right of the last review."""


def trend(points: Sequence[tuple[str, float | None, str]]) -> dict[str, Any]:
    """(label, PD from 0 to 1 or None, level) of each review from old to new: a line of PDs that breaks where none is
    known, a mark of each review's level, and the largest PD as the scale."""
    known = [pd for _label, pd, _level in points if pd is not None]
    top = max([0.05, *known])
    step = (WIDTH - 2 * MARGIN) / max(len(points) - 1, 1)
    marks = []
    for place, (label, pd, level) in enumerate(points):
        x = round(MARGIN + place * step, 1)
        y = None if pd is None else round(12 + (1 - pd / top) * (HEIGHT - 24), 1)
        marks.append({"x": x, "y": y, "label": label, "level": level, "pd": "–" if pd is None else f"{pd:.1%}"})
    every = max(1, -(-len(marks) // 8))
    for place, mark in enumerate(reversed(marks)):
        mark["is_labelled"] = place % every == 0
    return {"width": WIDTH, "height": HEIGHT, "marks": marks, "lines": _lines(marks), "top": f"{top:.1%}"}


def _lines(marks: Sequence[dict[str, Any]]) -> list[str]:
    pieces: list[list[str]] = [[]]
    for mark in marks:
        if mark["y"] is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{mark['x']},{mark['y']}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]
