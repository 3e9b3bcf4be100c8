"""Pictures of a portrait as SVG coordinates: no script, no library. Pure."""

from collections.abc import Sequence
from datetime import datetime
from math import cos, pi, sin
from typing import Any

RADIUS = 110.0
CENTRE_X, CENTRE_Y = 240.0, 150.0
RINGS = (0.25, 0.5, 0.75, 1.0)
GAUGE_WIDTH = 400.0
TREND_WIDTH, TREND_HEIGHT = 520.0, 130.0
SMALL_WIDTH, SMALL_HEIGHT = 200.0, 48.0
HALF = 50.0
"""Percent of a bar chart's width on each side of its middle."""


def radar(labels: Sequence[str], now: Sequence[float | None], before: Sequence[float | None] = ()) -> dict[str, Any]:
    """Values of 0 to 1 around a centre, one axis a label; what is unknown has no corner and is drawn at the centre."""
    angles = [2 * pi * place / len(labels) - pi / 2 for place in range(len(labels))]
    axes = [_axis(label, angle) for label, angle in zip(labels, angles, strict=True)]
    return {
        "axes": axes,
        "rings": [_line([_polar(angle, ring) for angle in angles]) for ring in RINGS],
        "now": _line([_polar(angle, value or 0.0) for angle, value in zip(angles, now, strict=True)]),
        "dots": [_polar(angle, value) for angle, value in zip(angles, now, strict=True) if value is not None],
        "before": _line([_polar(angle, value or 0.0) for angle, value in zip(angles, before, strict=False)]),
    }


def _axis(label: str, angle: float) -> dict[str, Any]:
    end, text = _polar(angle, 1.0), _polar(angle, 1.1)
    anchor = "middle" if abs(cos(angle)) < 0.2 else "start" if cos(angle) > 0 else "end"
    return {"label": label, "end": end, "text": text, "anchor": anchor}


def _polar(angle: float, share: float) -> dict[str, float]:
    return {
        "x": round(CENTRE_X + RADIUS * share * cos(angle), 1),
        "y": round(CENTRE_Y + RADIUS * share * sin(angle), 1),
    }


def gauge(value: float, before: float | None = None) -> dict[str, Any]:
    """Where a coefficient of 0 to 1 stands on a horizontal scale."""
    return {
        "width": GAUGE_WIDTH,
        "x": round(GAUGE_WIDTH * value, 1),
        "before": None if before is None else round(GAUGE_WIDTH * before, 1),
        "ticks": [{"x": round(GAUGE_WIDTH * step / 4, 1), "label": f"{step / 4:.2f}"} for step in range(5)],
    }


def bars(parts: Sequence[tuple[str, float]]) -> list[dict[str, Any]]:
    """Parts with a label as bars from a middle line, in the order given; `left` and `width` in percent."""
    largest = max((abs(value) for _, value in parts), default=0.0) or 1.0
    rows = []
    for label, value in parts:
        width = round(abs(value) / largest * (HALF - 2), 2)
        rows.append(
            {
                "label": label,
                "shown": f"{value:+.3f}",
                "raises": value > 0,
                "left": HALF if value > 0 else round(HALF - width, 2),
                "width": max(width, 0.3),
            }
        )
    return rows


def trend(
    points: Sequence[tuple[datetime, float | None]],
    *,
    low: float = 0.0,
    high: float = 1.0,
    is_small: bool = False,
) -> dict[str, Any]:
    """Values over time as pieces of line: a time without a value breaks the line and leaves no dot."""
    width, height = (SMALL_WIDTH, SMALL_HEIGHT) if is_small else (TREND_WIDTH, TREND_HEIGHT)
    first, last = points[0][0], points[-1][0]
    span, rise = (last - first).total_seconds() or 1.0, (high - low) or 1.0
    lines: list[list[dict[str, Any]]] = [[]]
    for at, value in points:
        if value is None:
            lines.append([])
            continue
        x = (at - first).total_seconds() / span * width
        y = (1 - (value - low) / rise) * height
        lines[-1].append({"x": round(x, 1), "y": round(y, 1), "at": at, "value": f"{value:.2f}"})
    return {
        "width": width,
        "height": height,
        "low": f"{low:g}",
        "high": f"{high:g}",
        "zero": round((1 - (0.0 - low) / rise) * height, 1) if low < 0 < high else None,
        "lines": [_line(piece) for piece in lines if len(piece) > 1],
        "dots": [dot for piece in lines for dot in piece],
        "first": first,
        "last": last,
    }


def _line(points: Sequence[dict[str, Any]]) -> str:
    return " ".join(f"{point['x']},{point['y']}" for point in points)
