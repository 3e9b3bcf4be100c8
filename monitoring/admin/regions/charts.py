"""Small pictures of products and regions as SVG coordinates: bars, a line against DR, tiles, plans. Pure."""

from collections.abc import Sequence
from typing import Any, Final

BAR_WIDTH, BAR_HEIGHT, STEP = 22.0, 64.0, 34.0
LINE_WIDTH, LINE_HEIGHT = 520.0, 110.0
TILE, GAP = 46.0, 4.0
PLOT_WIDTH, PLOT_HEIGHT = 520.0, 220.0
SCALE: Final = ("#dbeafe", "#bfdbfe", "#93c5fd", "#fdba74", "#fb923c", "#dc2626")
"""Yxtz from 0 to 1 in six steps; blue below the middle, orange to red above, told apart by lightness too."""
UNKNOWN: Final = "#f1f5f9"


def move_bars(points: Sequence[tuple[str, float | None, str]]) -> dict[str, Any]:
    """A window of one fluctuation: (month, value, words), a bar up or down from the middle; a state has no bar."""
    largest = max([abs(value) for _, value, _ in points if value is not None] + [0.05])
    middle = BAR_HEIGHT / 2.0
    bars = []
    for place, (label, value, words) in enumerate(points):
        height = 0.0 if value is None else round(abs(value) / largest * (middle - 4.0), 1)
        bars.append(
            {
                "x": round(place * STEP, 1),
                "y": round(middle - height if (value or 0.0) > 0.0 else middle, 1),
                "height": max(height, 0.8) if value is not None else 0.0,
                "is_known": value is not None,
                "is_up": (value or 0.0) > 0.0,
                "centre": round(place * STEP + BAR_WIDTH / 2.0, 1),
                "label": label,
                "words": words,
            }
        )
    return {"bars": bars, "width": len(points) * STEP, "height": BAR_HEIGHT, "middle": middle, "bar": BAR_WIDTH}


def past_line(points: Sequence[tuple[str, float | None]], threshold: float | None) -> dict[str, Any]:
    """Zh month by month, oldest first, with DR; months without a value leave a gap."""
    values = [value for _, value in points if value is not None]
    largest = max([*values, threshold or 0.0, 1e-9]) * 1.1
    step = LINE_WIDTH / max(len(points), 1)
    marks: list[dict[str, Any]] = []
    lines: list[str] = []
    line: list[str] = []
    for place, (label, value) in enumerate(points):
        x = round((place + 0.5) * step, 1)
        if value is None:
            lines, line = [*lines, " ".join(line)], []
            continue
        y = _height(value, largest, LINE_HEIGHT)
        is_risky = threshold is not None and value >= threshold
        marks.append({"x": x, "y": y, "label": label, "value": f"{value:.5f}", "is_risky": is_risky})
        line.append(f"{x},{y}")
    every = max(1, len(points) // 6)
    return {
        "width": LINE_WIDTH,
        "height": LINE_HEIGHT,
        "marks": marks,
        "lines": [one for one in [*lines, " ".join(line)] if one],
        "threshold": None if threshold is None else _height(threshold, largest, LINE_HEIGHT),
        "labels": [
            {"x": round((place + 0.5) * step, 1), "text": label}
            for place, (label, _) in enumerate(points)
            if place % every == 0
        ],
    }


def tile_map(tiles: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Tiles of {column, row, value, …}: each with its place and colour added, and the size of the whole."""
    left = min((tile["column"] for tile in tiles), default=0)
    top = min((tile["row"] for tile in tiles), default=0)
    placed = [
        {
            **tile,
            "x": round((tile["column"] - left) * (TILE + GAP), 1),
            "y": round((tile["row"] - top) * (TILE + GAP), 1),
            "colour": tile_colour(tile["value"]),
            "is_dark": tile["value"] is not None and tile["value"] >= 5.0 / 6.0,
        }
        for tile in tiles
    ]
    return {
        "tiles": placed,
        "size": TILE,
        "width": max((one["x"] for one in placed), default=0.0) + TILE,
        "height": max((one["y"] for one in placed), default=0.0) + TILE,
    }


def tile_colour(value: float | None) -> str:
    """The colour of a coefficient, 0..1; grey where it is not assessed."""
    return UNKNOWN if value is None else SCALE[min(int(value * len(SCALE)), len(SCALE) - 1)]


def map_legend() -> list[dict[str, str]]:
    """The steps of the scale, with words for their ends."""
    count = len(SCALE)
    return [
        {"colour": colour, "words": f"{place / count:.2f} – {(place + 1) / count:.2f}"}
        for place, colour in enumerate(SCALE)
    ]


def trend_line(values: Sequence[tuple[str, float]]) -> dict[str, Any]:
    """An indicator over time, from its least to its most."""
    least, most = min(value for _, value in values), max(value for _, value in values)
    span = (most - least) or 1.0
    step = 220.0 / max(len(values) - 1, 1)
    points = [
        f"{round(place * step, 1)},{round(44.0 - (value - least) / span * 40.0, 1)}"
        for place, (_, value) in enumerate(values)
    ]
    return {"points": " ".join(points), "first": values[0][0], "last": values[-1][0], "now": values[-1][1]}


def plan_plot(plans: Sequence[dict[str, Any]], threshold: float) -> dict[str, Any]:
    """Plans by instalment (across) and worst Zh (up), with DR: {instalment, zh, is_feasible, is_current, words}."""
    least = min(plan["instalment"] for plan in plans)
    most = max(plan["instalment"] for plan in plans)
    largest, span = max([plan["zh"] for plan in plans] + [threshold]) * 1.1, (most - least) or 1.0
    marks = [
        {
            **plan,
            "x": round((plan["instalment"] - least) / span * (PLOT_WIDTH - 40.0) + 20.0, 1),
            "y": _height(plan["zh"], largest, PLOT_HEIGHT),
        }
        for plan in plans
    ]
    return {
        "marks": sorted(marks, key=lambda mark: (mark["is_current"], mark["is_feasible"])),
        "threshold": _height(threshold, largest, PLOT_HEIGHT),
        "width": PLOT_WIDTH,
        "height": PLOT_HEIGHT,
    }


def _height(value: float, largest: float, height: float) -> float:
    return round((1.0 - value / largest) * (height - 12.0) + 6.0, 1)
