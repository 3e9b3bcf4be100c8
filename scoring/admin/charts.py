"""Two small charts of a model card as SVG coordinates: no script, no library. Pure."""

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT = 420.0, 220.0


def calibration_chart(rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Mean PD against bad rate of ten equal groups: points on the diagonal are true PDs."""
    largest = max([*(row["mean_pd"] for row in rows), *(row["bad_rate"] for row in rows), 0.01])
    points = [_place(row["mean_pd"] / largest, row["bad_rate"] / largest) for row in rows]
    return {"points": points, "line": _line(points), "diagonal": _line([_place(0, 0), _place(1, 1)]), **_frame(largest)}


def gains_chart(rows: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Share of all bads caught when the riskiest share of applications is declined."""
    total, seen, points = sum(row["count"] for row in rows), 0.0, [_place(0, 0)]
    for row in rows:
        seen += row["count"]
        points.append(_place(seen / total, row["caught"]))
    return {"points": points, "line": _line(points), "diagonal": _line([_place(0, 0), _place(1, 1)]), **_frame(1.0)}


def _place(x: float, y: float) -> dict[str, float]:
    return {"x": round(x * WIDTH, 1), "y": round((1 - y) * HEIGHT, 1)}


def _line(points: Sequence[dict[str, float]]) -> str:
    return " ".join(f"{point['x']},{point['y']}" for point in points)


def _frame(largest: float) -> dict[str, Any]:
    return {"width": WIDTH, "height": HEIGHT, "largest": f"{largest:.0%}"}
