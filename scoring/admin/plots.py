"""Pictures of a model as SVG coordinates: curves, bars and clouds in one frame; no script, no library. Pure."""

from collections.abc import Sequence
from typing import Any

from scoring.admin.charts import HEIGHT, WIDTH

BLUE, ORANGE, GREY = "#2563eb", "#d97706", "#6b7280"
Pair = Sequence[float]
Plot = dict[str, Any]


def roc_plot(curves: Sequence[tuple[str, Sequence[Pair]]]) -> Plot:
    """Curves of false against true positive rates, in [0, 1] both."""
    lines = [_curve(points, colour, label) for (label, points), colour in zip(curves, (BLUE, ORANGE), strict=False)]
    return {**_frame("0", "100 %", "100 %"), "lines": [_diagonal(), *lines], "has_legend": len(curves) > 1}


def ks_plot(distribution: dict[str, Any], goods_label: str, bads_label: str) -> tuple[Plot, float]:
    """Cumulative shares of goods and bads by points, and the largest distance between them, 0 to 1."""
    goods, bads = _cumulative(distribution["goods"]), _cumulative(distribution["bads"])
    count = len(goods) - 1
    widest = max(range(len(goods)), key=lambda place: abs(bads[place] - goods[place]))
    lines = [
        _curve([(place / count, y) for place, y in enumerate(shares)], colour, label)
        for shares, colour, label in ((goods, BLUE, goods_label), (bads, ORANGE, bads_label))
    ]
    gap = [(widest / count, goods[widest]), (widest / count, bads[widest])]
    edges = distribution["edges"]
    plot = {**_frame(f"{edges[0]:.0f}", f"{edges[-1]:.0f}", "100 %"), "has_legend": True}
    return {**plot, "lines": [*lines, _dashed(gap)]}, abs(bads[widest] - goods[widest])


def distribution_plot(distribution: dict[str, Any], goods_label: str, bads_label: str) -> Plot:
    """Share of the goods and of the bads in each bin of points, side by side."""
    shares = [[count / max(sum(distribution[name]), 1) for count in distribution[name]] for name in ("goods", "bads")]
    largest, step = max(max(part) for part in shares) or 1.0, WIDTH / len(shares[0])
    bars = [
        {
            "x": round((place + 0.05 + side * 0.45) * step, 1),
            "y": round(HEIGHT * (1 - share / largest), 1),
            "width": round(step * 0.45, 1),
            "height": round(HEIGHT * share / largest, 1),
            "colour": colour,
        }
        for side, (part, colour) in enumerate(zip(shares, (BLUE, ORANGE), strict=True))
        for place, share in enumerate(part)
    ]
    edges = distribution["edges"]
    legend = [{"colour": BLUE, "label": goods_label}, {"colour": ORANGE, "label": bads_label}]
    frame = _frame(f"{edges[0]:.0f}", f"{edges[-1]:.0f}", f"{largest:.0%}")
    return {**frame, "bars": bars, "lines": legend, "has_legend": True}


def lift_plot(rows: Sequence[dict[str, float]]) -> Plot:
    """Bad rate of the riskiest share over the average's, from one tenth to all."""
    total, seen, points = sum(row["count"] for row in rows), 0.0, []
    for row in rows:
        seen += row["count"]
        points.append((seen / total, row["lift"]))
    return series_plot(points, "0", "100 %", limits=(1.0,))


def series_plot(points: Sequence[Pair], first: str, last: str, *, limits: Sequence[float] = ()) -> Plot:
    """Figures in a row: pairs (place in [0, 1], figure), with level lines at `limits`."""
    largest = max([*(y for _x, y in points), *limits, 0.01]) * 1.1
    levels = [_dashed([(0, limit / largest), (1, limit / largest)]) for limit in limits]
    places = [(x, y / largest) for x, y in points]
    frame = _frame(first, last, f"{largest:.2f}")
    return {**frame, "lines": [*levels, _curve(places, BLUE, "")], "dots": [_place(*one) for one in places]}


def cloud_plot(points: Sequence[Pair], largest: float) -> Plot:
    """Pairs of figures in [0, largest] as dots, with the diagonal where both agree."""
    dots = [_place(x / largest, y / largest) for x, y in points]
    return {**_frame("0", f"{largest:.0%}", f"{largest:.0%}"), "lines": [_diagonal()], "dots": dots, "radius": 2}


def _cumulative(counts: Sequence[int]) -> list[float]:
    total, seen, shares = max(sum(counts), 1), 0, [0.0]
    for count in counts:
        seen += count
        shares.append(seen / total)
    return shares


def _curve(points: Sequence[Pair], colour: str, label: str) -> dict[str, str]:
    return {"points": _line(points), "colour": colour, "label": label}


def _dashed(points: Sequence[Pair]) -> dict[str, str]:
    return {"points": _line(points), "colour": GREY, "dash": "4 4"}


def _diagonal() -> dict[str, str]:
    return _dashed([(0, 0), (1, 1)])


def _place(x: float, y: float) -> dict[str, float]:
    return {"x": round(x * WIDTH, 1), "y": round((1 - y) * HEIGHT, 1)}


def _line(points: Sequence[Pair]) -> str:
    return " ".join(f"{place['x']},{place['y']}" for place in (_place(x, y) for x, y in points))


def _frame(first: str, last: str, top: str) -> Plot:
    return {"width": WIDTH, "height": HEIGHT, "first": first, "last": last, "top": top, "radius": 3}
