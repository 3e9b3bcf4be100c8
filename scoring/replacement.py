"""Principal reasons by replacement: what the margin would have been with the reference applicant's values. Pure.

A reason is a claim of fact: had this been as with the reference, the risk would have been lower. So it is chosen by
putting the reference's values in the place of the applicant's and asking the model again, never by attribution alone.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import combinations

import msgspec
import numpy as np
import numpy.typing as npt

from scoring.reasons import PRINCIPAL_REASONS, ModelReason

Matrix = npt.NDArray[np.float32]
Vector = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Margins = Callable[[Matrix], Vector]

HALF = 0.5
SHORTLIST = 6
"""Groups of which every choice of up to four is tried: the strongest alone is always among them."""
_NOTHING = 1e-6
"""Margins nearer than this are one: the float32 of a booster tells no more apart."""


class Groups(msgspec.Struct, frozen=True):
    """The inputs of a model by the reason they are told as."""

    codes: tuple[str, ...]
    masks: Mask
    """(groups, features): which inputs a reason stands for."""
    tried: Mask
    """(tried, features): every group, then every single input that is no group of its own."""
    singles: npt.NDArray[np.intp]
    """(features,): where among `tried` each input stands alone."""


class Replacement(msgspec.Struct, frozen=True):
    """The reasons found, and how much of the way to the reference they account for, in margin space."""

    reasons: list[ModelReason]
    """Largest first; `excess` is what the margin falls when this reason alone is replaced."""
    gap: float
    """The applicant's margin less the reference's."""
    closed: float
    """What the margin falls when all of the reasons are replaced together."""
    bar: float
    """What the median variable behind no reason lowers the margin by, alone."""

    @property
    def is_sound(self) -> bool:
        """Each reason lowers the margin, by more than the median unnamed variable; together at least half the gap."""
        alone = min((reason.excess for reason in self.reasons), default=0.0)
        return alone > max(self.bar, 0.0) and self.closed >= HALF * self.gap


@cache
def groups_of(features: Sequence[str], codes: Sequence[str]) -> Groups:
    """Groups of features by reason code, both in feature order; an empty code never becomes a reason."""
    named = sorted({code for code in codes if code})
    masks = np.array([[code == own for own in codes] for code in named], dtype=bool).reshape(len(named), len(features))
    alone = {int(np.flatnonzero(mask)[0]): place for place, mask in enumerate(masks) if mask.sum() == 1}
    others = [place for place in range(len(features)) if place not in alone]
    alone |= {feature: len(named) + place for place, feature in enumerate(others)}
    singles = np.array([alone[place] for place in range(len(features))], dtype=np.intp)
    return Groups(tuple(named), masks, np.concatenate([masks, np.eye(len(features), dtype=bool)[others]]), singles)


def reasons_by_replacement(
    row: Matrix, reference: Matrix, *, features: Sequence[str], reason_codes: Mapping[str, str], margins: Margins
) -> Replacement:
    """At most four reasons that hold one by one and together account for as much of the gap as any four can.

    `row` and `reference` are encoded applicants, shape (features,); `margins` scores a matrix of such rows. Two
    batches: every reason and every variable alone, then every choice of up to four among the strongest. The reason
    that is strongest alone is always named. No reasons where none lowers the margin.
    """
    groups = groups_of(tuple(features), tuple(reason_codes.get(name, "") for name in features))
    own, base, *_rest = given = margins(np.vstack([row, reference, np.where(groups.tried, reference, row)]))
    drops: Vector = own - given[2:]
    count = len(groups.codes)
    alone, single = drops[:count], drops[groups.singles]
    ranked = [place for place in np.argsort(-alone, kind="stable").tolist() if alone[place] > _NOTHING][:SHORTLIST]
    gap = float(own - base)
    if not ranked:
        return Replacement([], gap, 0.0, float(np.median(single)) if len(single) else 0.0)
    choices = _choices(len(ranked))
    masks: Mask = (choices @ groups.masks[ranked]) > 0
    closed: Vector = own - margins(np.where(masks, reference, row))
    best = np.argsort(-closed, kind="stable").tolist()
    choice = next(
        (number for number in best if _stands_out(alone, single, ranked, choices[number], masks[number])), best[0]
    )
    named, bar = _named(ranked, choices[choice]), _median(single[~masks[choice]].tolist())
    reasons = [
        ModelReason(groups.codes[place], _members(groups.masks[place], features, single), float(alone[place]))
        for place in named
    ]
    return Replacement(reasons, gap, float(closed[choice]), bar)


@cache
def _choices(count: int) -> npt.NDArray[np.uint8]:
    """Choices of up to four of `count` ranked groups, always with the first; fewest first. Shape (choices, count)."""
    rest = range(1, count)
    sets = [(0, *more) for size in range(PRINCIPAL_REASONS) for more in combinations(rest, size)]
    table = np.zeros((len(sets), count), dtype=np.uint8)
    for place, chosen in enumerate(sets):
        table[place, list(chosen)] = 1
    return table


def _named(ranked: list[int], choice: npt.NDArray[np.uint8]) -> list[int]:
    return [place for place, is_in in zip(ranked, choice.tolist(), strict=True) if is_in]


def _stands_out(alone: Vector, single: Vector, ranked: list[int], choice: npt.NDArray[np.uint8], mask: Mask) -> bool:
    """Whether even the weakest of the choice lowers the margin more than the median variable behind none of it."""
    return bool(alone[_named(ranked, choice)[-1]] > _median(single[~mask].tolist()))


def _members(mask: Mask, features: Sequence[str], single: Vector) -> list[str]:
    places = sorted(np.flatnonzero(mask).tolist(), key=lambda place: -single[place])
    return [features[place] for place in places]


def _median(values: list[float]) -> float:
    if not values:
        return 0.0
    ranked, middle = sorted(values), len(values) // 2
    return ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2
