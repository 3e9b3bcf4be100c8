"""What the pictures of a model's page are drawn from: kept in its card when it is made, since its rows are not."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from scoring.metrics import auc
from scoring.package.model import ScoringModel
from scoring.scaling import points_from_pd
from scoring.training.table import Outcome

Vector = npt.NDArray[np.float64]
ROC_POINTS = 101
SCORE_BINS = 20
_ROWS = 1_000
_DIGITS = 6


def pictures_card(
    model: ScoringModel, frame: pl.DataFrame, outcome: Outcome, pds: Vector, *, offset: float = 0.0
) -> dict[str, Any]:
    """Card keys `roc`, `score_distribution` and `contributions_summary`.

    `pds` are of rows the model had not seen, shape (rows,); `offset` is added to their log odds as to the model's.
    """
    margins = np.log(pds / (1.0 - pds)) + offset
    points = np.array([points_from_pd(pd, model.schema.scale) for pd in (1.0 / (1.0 + np.exp(-margins))).tolist()])
    return {
        "roc": roc_points(outcome, pds),
        "score_distribution": score_distribution(outcome, points),
        "contributions_summary": contributions_summary(model, frame),
    }


def roc_points(outcome: Outcome, pds: Vector) -> dict[str, Any]:
    """`auc` of all rows together, and `points`: at most 101 pairs (false, true) positive rate from (0, 0) to (1, 1).

    Rows of one PD are one step, so ties are drawn as the diagonal that they are.
    """
    order = np.argsort(-pds, kind="stable")
    bads, goods = np.cumsum(outcome[order]), np.cumsum(1.0 - outcome[order])
    steps = np.flatnonzero(np.diff(pds[order], append=-1.0))
    false = np.concatenate([[0.0], goods[steps] / goods[-1]])
    true = np.concatenate([[0.0], bads[steps] / bads[-1]])
    grid = np.linspace(0.0, 1.0, ROC_POINTS)
    # At a rate that many steps share, the curve is at the highest of them.
    places = np.searchsorted(false, grid, side="right") - 1
    after = np.minimum(places + 1, len(false) - 1)
    width = false[after] - false[places]
    share = np.divide(grid - false[places], width, out=np.zeros_like(grid), where=width > 0)
    heights = true[places] + share * (true[after] - true[places])
    points = [
        [0.0, 0.0],
        *([round(float(x), 4), round(float(y), 4)] for x, y in zip(grid[1:], heights[1:], strict=True)),
    ]
    return {"auc": round(auc(outcome, pds), _DIGITS), "points": points}


def score_distribution(outcome: Outcome, points: npt.NDArray[np.int64]) -> dict[str, Any]:
    """Goods and bads by points: `edges` (bins + 1, rising) and counts of each bin, the last one closed."""
    edges = np.linspace(float(points.min()), float(points.max()) + 1.0, SCORE_BINS + 1)
    goods, _edges = np.histogram(points[outcome == 0], bins=edges)
    bads, _edges = np.histogram(points[outcome == 1], bins=edges)
    return {"edges": [round(edge, 2) for edge in edges.tolist()], "goods": goods.tolist(), "bads": bads.tolist()}


def contributions_summary(model: ScoringModel, frame: pl.DataFrame) -> dict[str, Any]:
    """By variable, strongest first: mean of |contribution| to the log odds, and what of it raises and lowers the PD.

    Over at most 1,000 training rows; `raises` less `lowers` is the mean contribution, their sum the mean size.
    """
    sample = frame.gather_every(max(1, -(-frame.height // _ROWS)))
    values = model.explain(sample)
    raises, lowers = np.maximum(values, 0.0).mean(axis=0), np.maximum(-values, 0.0).mean(axis=0)
    rows = [
        {"name": name, "size": round(up + down, _DIGITS), "raises": round(up, _DIGITS), "lowers": round(down, _DIGITS)}
        for name, up, down in zip(model.features, raises.tolist(), lowers.tolist(), strict=True)
    ]
    return {"rows": sample.height, "variables": sorted(rows, key=lambda row: -row["size"])}
