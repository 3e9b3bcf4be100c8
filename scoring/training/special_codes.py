"""Numbers that are no amounts: -999 for unknown, 99 for never. Found by standing alone, far off, and often."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.floating]
_MOST_CODES = 3
_FEWEST_ROWS = 10
_FEWEST_ORDINARY = 0.02
_FAR = 2.0
_FEWEST_AMOUNTS = 4


def special_codes(values: Numbers) -> list[float]:
    """Values at either end of a column that are codes, rising; NaN is not looked at.

    At most three at each end, each in at least ten rows and whole, set off from the rest by a gap of more than twice
    what the rest spans from its median outwards: what lies that far off among amounts does not repeat. Up to three
    negative values under a rest that has none are codes wherever they lie. At least four different
    amounts and a fiftieth of the rows must remain.
    """
    known = values[np.isfinite(values)]
    found, counts = np.unique(known, return_counts=True)
    low, high = _below(found, counts), _below(-found[::-1], counts[::-1])
    low = max(low, _negative(found, counts))
    codes = [*found[:low], *found[found.size - high :]]
    rest = counts[low : counts.size - high].sum()
    return [float(code) for code in codes] if rest >= max(_FEWEST_ROWS, _FEWEST_ORDINARY * values.size) else []


def _below(found: Numbers, counts: npt.NDArray[np.int64]) -> int:
    """How many of the rising values `found` are codes at the low end."""
    for codes in range(min(_MOST_CODES, found.size - _FEWEST_AMOUNTS), 0, -1):
        rest, weights = found[codes:], counts[codes:]
        middle = rest[np.searchsorted(np.cumsum(weights), weights.sum() / 2.0)]
        gap = rest[0] - found[codes - 1]
        if _is_code(found[:codes], counts[:codes]) and gap > _FAR * max(middle - rest[0], 1.0):
            return codes
    return 0


def _negative(found: Numbers, counts: npt.NDArray[np.int64]) -> int:
    codes = int((found < 0).sum())
    is_apart = 0 < codes <= min(_MOST_CODES, found.size - _FEWEST_AMOUNTS)
    return codes if is_apart and _is_code(found[:codes], counts[:codes]) else 0


def _is_code(values: Numbers, counts: npt.NDArray[np.int64]) -> bool:
    return bool((values == np.round(values)).all() and counts.min() >= _FEWEST_ROWS)
