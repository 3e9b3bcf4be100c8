"""Hit policies: which of a table's rows speak, and what follows where some could not be told. Pure.

As in DMN 1.3, 8.2.10 and 8.2.11 (U, A, P, F, R, O, C and the aggregations of C), made three-valued: a row whose
condition is unknown makes the result unknown wherever, being hit, it would change it; so does an output that is
unknown itself. F is not here: it stops at the first row that is hit or cannot be told.
"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, Final

Outputs = tuple[Any, ...]
Ranks = Sequence[Mapping[Any, int]]
"""Per output: the place of each allowed value, 0 the highest priority."""
Settle = Callable[..., Outputs | None]
"""(outputs of the rows hit, outputs of the rows that cannot be told; for P the ranks) to the result, which is all None
where it is unknown; or None where no row is hit and none could be, so that the defaults hold. Rows in their order."""

FIRST: Final = "F"
AGGREGATES: Final = frozenset({"C+", "C<", "C>", "C#"})
RANKED: Final = frozenset({"P", "O"})
LISTED: Final = frozenset({"R", "O", "C"})


def settle_unique(hit: Sequence[Outputs], untold: Sequence[Outputs]) -> Outputs | None:
    """U: the one row hit; two are a breach."""
    if len(hit) == 1 and not untold:
        return hit[0]
    return _unknown(hit or untold)


def settle_any(hit: Sequence[Outputs], untold: Sequence[Outputs]) -> Outputs | None:
    """A: what all rows hit agree on; a disagreement is a breach. An untold row that agrees changes nothing."""
    if not hit:
        return _unknown(untold)
    others = [*hit[1:], *untold]
    if others and None in hit[0]:
        return _unknown(hit)
    return hit[0] if all(outputs == hit[0] for outputs in others) else _unknown(hit)


def settle_priority(hit: Sequence[Outputs], untold: Sequence[Outputs], ranks: Ranks) -> Outputs | None:
    """P: the row whose outputs come first in the allowed values, the first output deciding before the second."""
    if not hit:
        return _unknown(untold)
    places = [_rank(outputs, ranks) for outputs in hit]
    possible = [_rank(outputs, ranks) for outputs in untold]
    if None in places or None in possible:
        return _unknown(hit)
    best = min(places)  # type: ignore[type-var]
    if any(place < best for place in possible):  # type: ignore[operator]
        return _unknown(hit)
    return hit[places.index(best)]


def settle_sum(hit: Sequence[Outputs], untold: Sequence[Outputs]) -> Outputs | None:
    """C+: the sum in the order of rows; an untold row matters unless it adds nothing."""
    if not hit:
        return _unknown(untold)
    if any(value is None for (value,) in hit) or any(value != 0 for (value,) in untold):
        return _unknown(hit)
    total = 0.0
    for (value,) in hit:
        total += value
    return (total if isfinite(total) else None,)


def settle_least(hit: Sequence[Outputs], untold: Sequence[Outputs]) -> Outputs | None:
    """C<: the least; an untold row matters if it could be less."""
    if not hit:
        return _unknown(untold)
    values = [value for (value,) in hit]
    if None in values:
        return (None,)
    least = min(values)
    return (None,) if any(value is None or value < least for (value,) in untold) else (least,)


def settle_greatest(hit: Sequence[Outputs], untold: Sequence[Outputs]) -> Outputs | None:
    """C>: the greatest; an untold row matters if it could be greater."""
    if not hit:
        return _unknown(untold)
    values = [value for (value,) in hit]
    if None in values:
        return (None,)
    greatest = max(values)
    return (None,) if any(value is None or value > greatest for (value,) in untold) else (greatest,)


def settle_count(hit: Sequence[Outputs], untold: Sequence[Outputs]) -> Outputs | None:
    """C#: how many rows are hit; none of them counts as no hit, so that the default holds (DMN: null without one)."""
    if untold:
        return (None,)
    return (float(len(hit)),) if hit else None


def settle_listed(hit: Sequence[Outputs], untold: Sequence[Outputs]) -> Outputs | None:
    """R, C and O: a list per output, in the order of rows (those of O were put in its order beforehand)."""
    if untold:
        return _unknown(untold)
    return tuple(list(values) for values in zip(*hit, strict=True)) if hit else None


def ordered_rows(rows: Sequence[Outputs], ranks: Ranks) -> list[int]:
    """O: the places of the rows in the order of the allowed values of the first output, then of the next.

    Rows that are not ranked (their outputs are no allowed values) stand last.
    """
    last = tuple(len(places) for places in ranks)
    return sorted(range(len(rows)), key=lambda number: _rank(rows[number], ranks) or last)


def _unknown(rows: Sequence[Outputs]) -> Outputs | None:
    return (None,) * len(rows[0]) if rows else None


def _rank(outputs: Outputs, ranks: Ranks) -> tuple[int, ...] | None:
    """Compared from left to right; None where a value is unknown or not an allowed one."""
    found = tuple(places.get(value) for value, places in zip(outputs, ranks, strict=True))
    return None if None in found else found  # type: ignore[return-value]


SETTLE: Final[dict[str, Settle]] = {
    "U": settle_unique,
    "A": settle_any,
    "P": settle_priority,
    "R": settle_listed,
    "O": settle_listed,
    "C": settle_listed,
    "C+": settle_sum,
    "C<": settle_least,
    "C>": settle_greatest,
    "C#": settle_count,
}
"""Every policy but F."""
