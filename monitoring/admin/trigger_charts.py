"""Small charts of triggers as SVG coordinates: a share with its interval, days ahead, shares over reviews. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

BAR_WIDTH: Final = 80.0
DAYS_WIDTH, DAYS_HEIGHT = 96.0, 26.0
WIDTH, HEIGHT = 640.0, 170.0


def share_bar(share: float | None, interval: Sequence[float] | None) -> dict[str, Any] | None:
    """A bar for a share (0 to 1) with the line of its interval; None where the share is undefined."""
    if share is None or interval is None:
        return None
    low, high = (round(end * BAR_WIDTH, 1) for end in interval)
    return {
        "width": BAR_WIDTH,
        "filled": round(share * BAR_WIDTH, 1),
        "low": low,
        "high": high,
        "text": f"{share:.1%}",
        "ends": f"{interval[0]:.1%} – {interval[1]:.1%}",
    }


def days_bars(by_days: Sequence[Mapping[str, int]], scale: Sequence[int]) -> list[dict[str, Any]]:
    """A bar for each of the days ahead in `scale`, as high as the accounts first seen then; empty of none."""
    counts = {row["days"]: row["accounts"] for row in by_days}
    most = max(counts.values(), default=0)
    if not most:
        return []
    step = DAYS_WIDTH / len(scale)
    return [
        {
            "x": round(place * step, 1),
            "y": round(DAYS_HEIGHT * (1 - counts.get(days, 0) / most), 1),
            "width": round(step - 2, 1),
            "height": round(DAYS_HEIGHT * counts.get(days, 0) / most, 1),
            "days": days,
            "accounts": counts.get(days, 0),
        }
        for place, days in enumerate(scale)
    ]


def history_chart(history: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Precision and recall of the default policy at each review, from old to new, on a scale from 0 to 1."""
    step = WIDTH / max(len(history), 1)
    labels = [{"x": _x(place, step), "text": row["as_of"]} for place, row in enumerate(history)]
    lines = {}
    for name in ("precision", "recall"):
        marks = [
            {"x": _x(place, step), "y": _y(row[name]), "value": f"{row[name]:.1%}", "label": row["as_of"]}
            for place, row in enumerate(history)
            if row[name] is not None
        ]
        lines[name] = {"marks": marks, "points": " ".join(f"{mark['x']},{mark['y']}" for mark in marks)}
    ticks = [{"y": _y(share), "text": f"{share:.0%}"} for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    return {"width": WIDTH, "height": HEIGHT, "labels": labels, "ticks": ticks, **lines}


def _x(place: int, step: float) -> float:
    return round((place + 0.5) * step, 1)


def _y(share: float) -> float:
    return round((1.0 - share) * HEIGHT, 1)
