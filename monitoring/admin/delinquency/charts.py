"""Vintage curves as SVG coordinates. Pure."""

from collections.abc import Sequence
from typing import Any, Final

from monitoring.delinquency.vintages import Curve

WIDTH: Final = 640.0
HEIGHT: Final = 220.0
COLOURS: Final = (
    "#1d4ed8", "#0891b2", "#059669", "#65a30d", "#ca8a04", "#ea580c", "#dc2626", "#db2777", "#9333ea", "#475569",
)  # fmt: skip


def vintage_chart(found: Sequence[Curve]) -> dict[str, Any]:
    """A line a cohort: months on book to the right, share upwards; the scale ends a little above the worst."""
    longest = max((len(curve.counts) for curve in found), default=1)
    worst = max((max(curve.shares) for curve in found), default=0.0) or 0.01
    step = WIDTH / max(longest - 1, 1)
    lines = [
        {
            "label": f"{curve.cohort.opened:%Y-%m}",
            "colour": COLOURS[place % len(COLOURS)],
            "points": " ".join(f"{mob * step:.1f},{_height(share, worst)}" for mob, share in enumerate(curve.shares)),
            "x": round((len(curve.counts) - 1) * step, 1),
            "y": _height(curve.shares[-1], worst),
            "last": f"{curve.shares[-1]:.2%}",
        }
        for place, curve in enumerate(found)
    ]
    every = max(longest // 12, 1)
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "lines": lines,
        "limits": [{"y": _height(worst * part, worst), "text": f"{worst * part:.1%}"} for part in (0.0, 0.5, 1.0)],
        "months": [{"x": round(mob * step, 1), "text": mob} for mob in range(0, longest, every)],
    }


def _height(share: float, worst: float) -> float:
    return round((1.0 - share / (worst * 1.1)) * HEIGHT, 1)
