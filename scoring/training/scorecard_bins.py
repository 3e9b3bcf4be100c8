"""One variable cut into bins whose risk rises or falls all the way, special and missing values in bins of their own."""

from collections.abc import Mapping
from itertools import pairwise

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.package.schema import Monotone
from scoring.training.special_codes import special_codes
from scoring.training.table import Outcome

Vector = npt.NDArray[np.float64]
_USUAL_SHARE = 0.05
_CELLS = 200
"""Distinct values beyond this are gathered into so many cells of equal count before a tree cuts them."""


class Binning(msgspec.Struct, frozen=True):
    """How variables are cut: at most so many bins, each with a twentieth of the rows, or with `enough_rows` where
    that is less (half as many for codes), but never with less than `smallest_share`.

    `smoothing` cases of average risk are added to each bin. A variable whose direction nobody states takes the better
    one; a curve that turns is kept only if it gains `turning_gain` in deviance over the better direction.
    """

    most_bins: int
    smallest_share: float
    enough_rows: int
    smoothing: float
    turning_gain: float

    def share(self, rows: float) -> float:
        """The smallest bin's share of so many rows."""
        return min(_USUAL_SHARE, max(self.smallest_share, self.enough_rows / rows))


class Cell(msgspec.Struct, frozen=True):
    """Rows, bads among them, and their smoothed log odds of bad less the average's; the WoE is its negative."""

    rows: int
    bads: int
    risk: float


class Bins(msgspec.Struct, frozen=True):
    """A variable's bins: `cells[i]` holds inputs above `edges[i - 1]` and up to `edges[i]`."""

    edges: list[float]
    cells: list[Cell]
    special: dict[float, Cell]
    missing: Cell
    direction: Monotone
    """The way the risk runs over the bins: 0 if it turns."""
    iv: float
    """Information value: sum over all bins of (share of bads - share of goods) × risk."""
    chance_iv: float
    """What it would be on average if the variable had nothing to say: (bins - 1)(1 / goods + 1 / bads)."""

    def risks(self, values: npt.NDArray[np.float32]) -> Vector:
        """The risk of each value's bin, shape (rows,)."""
        table = np.array([cell.risk for cell in self.cells])
        risks: Vector = table[
            np.searchsorted(np.array(self.edges), values.astype(np.float64), side="left") % len(table)
        ]
        for value, cell in self.special.items():
            risks[values == value] = cell.risk
        risks[np.isnan(values)] = self.missing.risk
        return risks


def bins_fit(
    values: npt.NDArray[np.float32], outcome: Outcome, *, direction: Monotone, is_code: bool, binning: Binning
) -> Bins:
    """Cut the encoded inputs of one variable. `is_code`: they are codes ordered by their bad rate, none special."""
    if is_code:  # a code that few rows have is no less a group, where a few amounts are only the end of a range
        binning = msgspec.structs.replace(binning, enough_rows=binning.enough_rows // 2)
    special = [] if is_code else special_codes(values)
    ordinary = np.isfinite(values) & ~np.isin(values, np.array(special, dtype=values.dtype))
    cells = _cells(values[ordinary].astype(np.float64), outcome[ordinary])
    average = float(outcome.mean())
    best = _best(cells, average, 1 if is_code else direction, binning)
    apart = {code: _count(outcome[values == code], average, binning) for code in special}
    missing = _count(outcome[np.isnan(values)], average, binning)
    edges, bins = best
    rates = [cell.risk for cell in bins]
    rises = all(left <= right for left, right in pairwise(rates))
    falls = all(left >= right for left, right in pairwise(rates))
    found: Monotone = direction or (1 if rises else -1 if falls else 0)
    every = [*bins, *apart.values(), missing]
    return Bins(edges, bins, apart, missing, found, *_information(every, outcome))


def _best(
    cells: Mapping[str, Vector], average: float, direction: Monotone, binning: Binning
) -> tuple[list[float], list[Cell]]:
    if direction:
        return _cut(cells, average, direction, binning)
    ways = [_cut(cells, average, way, binning) for way in (1, -1)]
    straight = max(ways, key=lambda way: _log_likelihood(way[1]))
    turning = _cut(cells, average, 0, binning)
    gain = 2.0 * (_log_likelihood(turning[1]) - _log_likelihood(straight[1]))
    return turning if gain > binning.turning_gain else straight


def _cells(values: Vector, outcome: Outcome) -> dict[str, Vector]:
    tops = np.unique(values)
    if tops.size > _CELLS:
        tops = np.unique(np.quantile(values, np.linspace(0.0, 1.0, _CELLS + 1), method="nearest"))
    place = np.searchsorted(tops, values, side="left")
    rows: Vector = np.bincount(place, minlength=tops.size).astype(np.float64)
    bads: Vector = np.bincount(place, weights=outcome, minlength=tops.size).astype(np.float64)
    return {"tops": tops, "rows": rows, "bads": bads}


def _cut(
    cells: Mapping[str, Vector], average: float, direction: Monotone, binning: Binning
) -> tuple[list[float], list[Cell]]:
    """A tree's cuts; neighbours that smoothing or the tree left in the wrong order are joined."""
    tops, rows, bads = cells["tops"], cells["rows"], cells["bads"]
    edges = _tree_edges(tops, rows, bads, direction, binning) if tops.size > 1 else []
    place = np.searchsorted(np.array(edges), tops, side="left")
    counts = [
        (float(rows[place == number].sum()), float(bads[place == number].sum())) for number in range(len(edges) + 1)
    ]
    number = 0
    while direction and number < len(edges):
        left, right = (_risk(*counts[one], average, binning) for one in (number, number + 1))
        if (right - left) * direction > 0:
            number += 1
            continue
        (n, b), (m, c) = counts[number : number + 2]
        counts[number : number + 2] = [(n + m, b + c)]
        del edges[number]
        number = max(number - 1, 0)
    return edges, [Cell(round(n), round(b), _risk(n, b, average, binning)) for n, b in counts]


def _tree_edges(tops: Vector, rows: Vector, bads: Vector, direction: Monotone, binning: Binning) -> list[float]:
    from sklearn.tree import DecisionTreeClassifier

    tree = DecisionTreeClassifier(  # type: ignore[no-untyped-call]
        criterion="entropy",
        max_leaf_nodes=binning.most_bins,
        min_weight_fraction_leaf=binning.share(float(rows.sum())),
        monotonic_cst=[direction] if direction else None,
        random_state=0,
    )
    weights = np.concatenate([bads, rows - bads])
    used = weights > 0
    classes = np.repeat([1, 0], tops.size)
    tree.fit(np.tile(tops, 2)[used, np.newaxis], classes[used], sample_weight=weights[used])
    cuts = tree.tree_.threshold[tree.tree_.feature >= 0]
    return [float(cut) for cut in np.unique(cuts)]


def _count(outcome: Outcome, average: float, binning: Binning) -> Cell:
    rows, bads = float(outcome.size), float(outcome.sum())
    return Cell(round(rows), round(bads), _risk(rows, bads, average, binning) if rows else 0.0)


def _risk(rows: float, bads: float, average: float, binning: Binning) -> float:
    rate = (bads + binning.smoothing * average) / (rows + binning.smoothing)
    return float(np.log(rate / (1.0 - rate)) - np.log(average / (1.0 - average)))


def _log_likelihood(cells: list[Cell]) -> float:
    total = 0.0
    for cell in cells:
        for part in (cell.bads, cell.rows - cell.bads):
            total += part * float(np.log(part / cell.rows)) if part else 0.0
    return total


def _information(cells: list[Cell], outcome: Outcome) -> tuple[float, float]:
    bads = float(outcome.sum())
    goods = float(outcome.size) - bads
    iv = sum((cell.bads / bads - (cell.rows - cell.bads) / goods) * cell.risk for cell in cells)
    filled = sum(cell.rows > 0 for cell in cells)
    return float(iv), (filled - 1) * (1.0 / goods + 1.0 / bads)
