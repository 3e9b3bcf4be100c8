"""The search as a picture: how well each model ranks against how equally it approves. SVG text, no library. Pure."""

from xml.sax.saxutils import escape

from scoring.training.alternatives import Search, Tried

WIDTH, HEIGHT, LEFT, TOP, LEGEND, ROW = 480, 340, 64, 28, 420, 20


def search_svg(search: Search, ratio_least: float = 0.8) -> str:
    """AUC upwards, approval ratio to the right, a dashed line at the least ratio; the first model is filled and the
    numbers are told beside it."""
    points = [one for one in search.tried if one.ratio is not None]
    ratios = [one.ratio for one in points if one.ratio is not None] + [ratio_least]
    aucs = [one.auc for one in points] or [0.5]
    x_low, x_high = min(ratios) - 0.02, max(ratios) + 0.06
    y_low, y_high = min(aucs) - 0.003, max(aucs) + 0.003

    def x(ratio: float) -> float:
        return round(LEFT + (ratio - x_low) / (x_high - x_low) * WIDTH, 1)

    def y(auc: float) -> float:
        return round(TOP + (y_high - auc) / (y_high - y_low) * HEIGHT, 1)

    line = x(ratio_least)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + LEGEND} {TOP + HEIGHT + 52}"'
        ' font-family="sans-serif" font-size="11">',
        f'<rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#9ca3af"/>',
        f'<line x1="{line}" x2="{line}" y1="{TOP}" y2="{TOP + HEIGHT}" stroke="#dc2626" stroke-dasharray="5 4"/>',
        f'<text x="{line + 4}" y="{TOP + HEIGHT - 6}" fill="#dc2626">{ratio_least:g}</text>',
        *(_point(place, one, x(one.ratio or 0.0), y(one.auc)) for place, one in enumerate(points)),
        *(
            f'<text x="{LEFT - 6}" y="{y(auc) + 4}" text-anchor="end">{auc:.3f}</text>'
            for auc in (min(aucs), max(aucs))
        ),
        *(
            f'<text x="{x(ratio)}" y="{TOP + HEIGHT + 16}" text-anchor="middle">{ratio:.2f}</text>'
            for ratio in (min(ratios), max(ratios))
        ),
        f'<text x="{LEFT}" y="16" font-size="13">{escape(search.attribute)}: AUC / approval ratio,'
        f" {search.approve_share:.0%} approved</text>",
        f'<text x="{LEFT + WIDTH / 2}" y="{TOP + HEIGHT + 40}" text-anchor="middle">approval ratio</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _point(place: int, one: Tried, x: float, y: float) -> str:
    fill, words = ("#ffffff", f"without {one.words}") if one.dropped else ("#2563eb", "all variables")
    return (
        f'<circle cx="{x}" cy="{y}" r="4" fill="{fill}" stroke="#2563eb"><title>{escape(one.sentence)}</title></circle>'
        f'<text x="{x + 6}" y="{y - 5}">{place}</text>'
        f'<text x="{LEFT + WIDTH + 14}" y="{TOP + 10 + ROW * place}">{place}  {escape(words)}</text>'
    )
