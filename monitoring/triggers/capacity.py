"""Thresholds from what is wanted of them: warnings that officers can work off, or a share that comes true. Pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt

from monitoring.levels import LEVELS

WORKING_DAYS: Final = 21
"""Working days from one monthly review to the next."""
SHARES: Final[Mapping[str, float]] = MappingProxyType({"YELLOW": 1.0, "ORANGE": 2 / 3, "RED": 2 / 5})
"""Of the warnings that officers can work off, how many may be of this level or worse."""


class CapacityThresholds(msgspec.Struct, frozen=True):
    """PDs from which each level is given, and how many accounts reach it."""

    capacity: int
    """Warnings that can be worked off until the next review."""
    thresholds: dict[str, float | None]
    """By level, mildest first: a PD of at least this; None where not even the riskiest account fits."""
    accounts: dict[str, int]
    """Accounts at or above each threshold; never above the capacity's share."""


def capacity_thresholds(
    pds: npt.ArrayLike,
    per_day: float,
    *,
    working_days: int = WORKING_DAYS,
    shares: Mapping[str, float] = SHARES,
) -> CapacityThresholds:
    """The lowest thresholds at which no more than `per_day × working_days` accounts are warned of.

    `pds` of the accounts of one review (0 to 1, unknown ones as NaN: they fall to no threshold). Accounts of one PD
    go together, so a tie across the edge stays out whole. Raises ValueError for a negative capacity or a PD outside.
    """
    values = np.asarray(pds, dtype=np.float64)
    known = np.sort(values[np.isfinite(values)])[::-1]
    if known.size and not (known[-1] >= 0.0 and known[0] <= 1.0):
        raise ValueError("PDs lie between 0 and 1")
    if per_day < 0 or working_days < 1:
        raise ValueError("a capacity is not negative, over at least one day")
    capacity = int(per_day * working_days)
    levels = [level for level in LEVELS if level in shares]
    found = {level: _threshold(known, int(capacity * shares[level])) for level in levels}
    reached = {level: 0 if limit is None else int((known >= limit).sum()) for level, limit in found.items()}
    return CapacityThresholds(capacity, found, reached)


def _threshold(falling: npt.NDArray[np.float64], most: int) -> float | None:
    """The lowest PD that at most `most` reach; 0 where all may, None where even the riskiest tie is too many."""
    if falling.size <= most:
        return 0.0
    fitting = falling[:most][falling[:most] > falling[most]]
    return float(fitting[-1]) if fitting.size else None
