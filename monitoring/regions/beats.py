"""Whether a forecast beats doing nothing by more than luck, told by groups (months, regions) left out. Pure."""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np

GROUPS_LEAST = 5
"""Groups below which nothing is told from their spread."""


@dataclass(frozen=True)
class Verdict:
    """`skill` is 1 − loss/loss of doing nothing (1 perfect, 0 no better, below 0 worse); `p_value` of one-sided t.

    Both None with fewer than five groups, or where doing nothing loses nothing.
    """

    skill: float | None
    p_value: float | None
    groups: int
    cases: int
    is_better: bool


def beats(losses: Sequence[float], plain: Sequence[float], groups: Sequence[Hashable], level: float) -> Verdict:
    """Losses of a forecast beside those of doing nothing, case by case; better where skill > 0 and p < `level`.

    Cases of one group are not independent of each other, so the differences are averaged within each group and a
    one-sided t-test is made across the groups (Diebold and Mariano, 1995, for one step ahead).
    """
    gains: dict[Hashable, list[float]] = {}
    for loss, other, group in zip(losses, plain, groups, strict=True):
        gains.setdefault(group, []).append(other - loss)
    count, nothing = len(gains), float(np.sum(np.asarray(plain, float)))
    if count < GROUPS_LEAST or nothing <= 0.0:
        return Verdict(None, None, count, len(losses), is_better=False)
    means = np.array([sum(each) / len(each) for each in gains.values()])
    skill = 1.0 - float(np.sum(np.asarray(losses, float))) / nothing
    spread = float(means.std(ddof=1))
    if spread == 0.0:
        p_value = 0.0 if means[0] > 0.0 else 1.0
    else:
        from scipy.special import stdtr

        p_value = float(stdtr(count - 1, -float(means.mean()) * math.sqrt(count) / spread))
    return Verdict(skill, p_value, count, len(losses), is_better=skill > 0.0 and p_value < level)
