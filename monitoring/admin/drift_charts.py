"""Small charts of drift as SVG coordinates: the index over time with its limits, two distributions beside each other.
Pure."""

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT = 640.0, 180.0
BAR, SMALL_HEIGHT = 9.0, 34.0


def index_chart(points: Sequence[tuple[str, float | None, str]], *, watch: float, act: float) -> dict[str, Any]:
    """PSI per period, (label, value, state) from old to new; a period without a value leaves a gap in the line."""
    largest = max([act * 1.2, *(value for _, value, _ in points if value is not None)])
    step = WIDTH / max(len(points), 1)
    marks = [
        {"x": round((place + 0.5) * step, 1), "y": _height(value, largest), "label": label, "state": state,
         "value": f"{value:.3f}"}
        for place, (label, value, state) in enumerate(points)
        if value is not None
    ]  # fmt: skip
    return {
        "width": WIDTH,
        "height": HEIGHT,
        "marks": marks,
        "lines": _lines(points, step, largest),
        "labels": [{"x": round((place + 0.5) * step, 1), "text": label} for place, (label, _, _) in enumerate(points)],
        "limits": [{"y": _height(limit, largest), "text": f"{limit:.2f}"} for limit in (watch, act)],
    }


def shares_chart(distribution: dict[str, Any]) -> dict[str, Any]:
    """Shares of the reference (pale) and of now (dark) in each bin; the last bin holds missing values."""
    before, now = _shares(distribution["before"]), _shares(distribution["now"])
    largest = max([*before, *now, 0.01])
    bars = []
    for place, (old, new) in enumerate(zip(before, now, strict=True)):
        x, name = place * (2 * BAR + 3), _bin_name(distribution, place)
        bars.append(
            {
                "name": name,
                "before": f"{old:.1%}",
                "now": f"{new:.1%}",
                "x": x,
                "x_now": x + BAR,
                **_bar("before", old / largest),
                **_bar("now", new / largest),
            }
        )
    return {"bars": bars, "bar": BAR, "width": len(bars) * (2 * BAR + 3), "height": SMALL_HEIGHT}


def _bar(name: str, share: float) -> dict[str, float]:
    height = round(share * SMALL_HEIGHT, 1)
    return {f"{name}_y": round(SMALL_HEIGHT - height, 1), f"{name}_height": height}


def _lines(points: Sequence[tuple[str, float | None, str]], step: float, largest: float) -> list[str]:
    lines, open_line = [], list[str]()
    for place, (_, value, _) in enumerate([*points, ("", None, "")]):
        if value is not None:
            open_line.append(f"{round((place + 0.5) * step, 1)},{_height(value, largest)}")
        elif open_line:
            lines.append(" ".join(open_line))
            open_line = []
    return lines


def _bin_name(distribution: dict[str, Any], place: int) -> str:
    """`≤ 5`, `> 5`, a code, `*` for other codes, `–` for missing."""
    edges, codes = distribution["edges"], distribution["codes"]
    if place == len(distribution["before"]) - 1:
        return "–"
    if distribution["kind"] == "category":
        return codes[place] if place < len(codes) else "*"
    if not edges:
        return "*"
    return f"≤ {edges[place]:.6g}" if place < len(edges) else f"> {edges[-1]:.6g}"


def _shares(counts: Sequence[int]) -> list[float]:
    total = sum(counts) or 1
    return [count / total for count in counts]


def _height(value: float, largest: float) -> float:
    return round((1.0 - value / largest) * (HEIGHT - 12.0) + 6.0, 1)
