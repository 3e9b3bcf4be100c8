"""The order of warning levels. Pure."""

from collections.abc import Iterable
from typing import Final

LEVELS: Final = ("NONE", "BLUE", "YELLOW", "ORANGE", "RED")
"""From mildest to most severe."""

NONE: Final = LEVELS[0]
_RANKS: Final = {level: rank for rank, level in enumerate(LEVELS)}


def level_rank(level: str) -> int:
    """0 (NONE) to 4 (RED). KeyError for anything else."""
    return _RANKS[level]


def level_worst(levels: Iterable[str]) -> str:
    """The most severe; NONE of none."""
    return max(levels, key=level_rank, default=NONE)
