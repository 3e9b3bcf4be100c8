"""How loans move between buckets from one time to the next: counts, shares, roll and cure. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Moves = Mapping[tuple[str, str], int]
"""Loans, or money in minor units, by bucket before and after; "" before: not there yet; "" after: no longer there."""


@dataclass(frozen=True)
class Rates:
    """Of one bucket before, shares 0 to 1 of what is still there; None where nothing is."""

    bucket: str
    count: int
    stays: float | None
    worse: float | None
    better: float | None
    cured: float | None
    """Moved to the best bucket; of the best bucket itself nothing is cured."""


@dataclass(frozen=True)
class RollMatrix:
    """Buckets from the best to the worst, and the count of each move between two of them."""

    order: tuple[str, ...]
    moves: Moves

    def count(self, before: str, after: str) -> int:
        """Of one move."""
        return self.moves.get((before, after), 0)

    def total(self, before: str) -> int:
        """What was in a bucket before and is in any now."""
        return sum(self.count(before, after) for after in self.order)

    def share(self, before: str, after: str) -> float | None:
        """A move's share of what was in the bucket before and is still there; a row's shares sum to 1."""
        total = self.total(before)
        return self.count(before, after) / total if total else None

    def left(self, before: str) -> int:
        """What was in a bucket before and is no longer there: closed, sold, or not seen."""
        return self.count(before, "")

    def entered(self, after: str) -> int:
        """What is in a bucket and was not there before."""
        return self.count("", after)

    def rates(self) -> list[Rates]:
        """Of each bucket, the best first."""
        return [self._rates(place, bucket) for place, bucket in enumerate(self.order)]

    def _rates(self, place: int, bucket: str) -> Rates:
        total = self.total(bucket)

        def part(targets: Sequence[str]) -> float | None:
            return sum(self.count(bucket, after) for after in targets) / total if total else None

        return Rates(
            bucket,
            total,
            stays=self.share(bucket, bucket),
            worse=part(self.order[place + 1 :]),
            better=part(self.order[:place]),
            cured=part(self.order[:1]) if place else None,
        )


def roll_matrix(order: Sequence[str], moves: Moves) -> RollMatrix:
    """A matrix of the moves. Raises ValueError where a move names a bucket that is not in the order."""
    unknown = {bucket for move in moves for bucket in move} - {*order, ""}
    if unknown or len(set(order)) != len(order) or any(count < 0 for count in moves.values()):
        raise ValueError(f"Not moves between these buckets: {', '.join(sorted(unknown)) or 'counts'}.")
    return RollMatrix(tuple(order), dict(moves))


def roll_to_worst(history: Sequence[RollMatrix]) -> float | None:
    """The chance that a loan in the second bucket rolls on, one bucket a time, into the worst: the product of the
    roll rates of the pooled history. None where some bucket never held a loan."""
    if not history:
        return None
    order = history[0].order
    chance = 1.0
    for before, after in pairwise(order[1:]):
        place = order.index(after)
        total = sum(matrix.total(before) for matrix in history)
        if not total:
            return None
        chance *= sum(matrix.count(before, worse) for matrix in history for worse in order[place:]) / total
    return chance
