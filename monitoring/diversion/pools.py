"""Money of a loan mixed with other money on one account, and which of the two a payment takes. Pure.

Haircut: every payment takes the same share of each kind of money that the account holds. First in, first out: what
came first leaves first. Own money first: the borrower's favour, which tells what own money could not have paid. All are
exact in minor units: nothing is made or lost by rounding.
"""

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol, TypeVar

Kind = TypeVar("Kind", bound=Hashable)


class Method(StrEnum):
    """How a payment is told to be the loan's money."""

    HAIRCUT = "HAIRCUT"
    FIFO = "FIFO"


class Parcel(NamedTuple):
    """Some money, positive. `hop`: how many transfers between accounts in view the loan's money has made; None: not
    the loan's money."""

    amount_minor: int
    hop: int | None


class Pool(Protocol):
    """What stands on one account."""

    def put(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        """Money comes in; returns what of it only covered an overdraft."""

    def take(self, amount_minor: int, *, is_declared: bool = False) -> list[Parcel]:
        """Money goes out, more than there is being an overdraft: parcels that add up to the amount. `is_declared`: for
        the declared purpose."""

    def traced_minor(self) -> int:
        """How much of what stands here is the loan's."""


def proportional(parts: Mapping[Kind, int], amount: int) -> dict[Kind, int]:
    """`amount` (0 … sum) taken from all parts in proportion, whole units: floors, then one unit each to the largest
    remainders, earlier parts first. No part gives more than it has."""
    total = sum(parts.values())
    if amount <= 0 or total <= 0:
        return dict.fromkeys(parts, 0)
    taken = {kind: amount * part // total for kind, part in parts.items()}
    remainders = sorted(parts, key=lambda kind: -(amount * parts[kind] % total))
    for kind in remainders[: amount - sum(taken.values())]:
        taken[kind] += 1
    return taken


class HaircutPool:
    """Kinds of money lie mixed."""

    def __init__(self, opening_minor: int) -> None:
        self._parts: dict[int | None, int] = {None: max(opening_minor, 0)}
        self._overdraft = max(-opening_minor, 0)

    def put(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        coming: dict[int | None, int] = {}
        for amount, hop in parcels:
            coming[hop] = coming.get(hop, 0) + amount
        covering = proportional(coming, min(self._overdraft, sum(coming.values())))
        self._overdraft -= sum(covering.values())
        for hop, amount in coming.items():
            self._parts[hop] = self._parts.get(hop, 0) + amount - covering[hop]
        return [Parcel(amount, hop) for hop, amount in covering.items() if amount]

    def take(self, amount_minor: int, *, is_declared: bool = False) -> list[Parcel]:
        taken = proportional(self._parts, min(amount_minor, sum(self._parts.values())))
        for hop, amount in taken.items():
            self._parts[hop] -= amount
        beyond = amount_minor - sum(taken.values())
        self._overdraft += beyond
        taken[None] = taken.get(None, 0) + beyond
        return [Parcel(amount, hop) for hop, amount in taken.items() if amount]

    def traced_minor(self) -> int:
        return sum(amount for hop, amount in self._parts.items() if hop is not None)


class FifoPool:
    """Money lies in the order in which it came."""

    def __init__(self, opening_minor: int) -> None:
        self._parcels: deque[Parcel] = deque([Parcel(opening_minor, None)] if opening_minor > 0 else [])
        self._overdraft = max(-opening_minor, 0)

    def put(self, parcels: Sequence[Parcel]) -> list[Parcel]:
        covered = []
        for parcel in parcels:
            covering = min(self._overdraft, parcel.amount_minor)
            self._overdraft -= covering
            if covering:
                covered.append(Parcel(covering, parcel.hop))
            if parcel.amount_minor > covering:
                self._parcels.append(Parcel(parcel.amount_minor - covering, parcel.hop))
        return covered

    def take(self, amount_minor: int, *, is_declared: bool = False) -> list[Parcel]:
        taken, wanted = [], amount_minor
        while wanted and self._parcels:
            first = self._parcels.popleft()
            part = min(first.amount_minor, wanted)
            taken.append(Parcel(part, first.hop))
            wanted -= part
            if first.amount_minor > part:
                self._parcels.appendleft(Parcel(first.amount_minor - part, first.hop))
        if wanted:
            self._overdraft += wanted
            taken.append(Parcel(wanted, None))
        return taken

    def traced_minor(self) -> int:
        return sum(parcel.amount_minor for parcel in self._parcels if parcel.hop is not None)


class OwnFirstPool(HaircutPool):
    """The loan's money pays for the declared purpose first, own money for everything else."""

    def take(self, amount_minor: int, *, is_declared: bool = False) -> list[Parcel]:
        hops = [hop for hop in self._parts if hop is not None]
        order: list[list[int | None]] = [list(hops), [None]] if is_declared else [[None], list(hops)]
        taken: dict[int | None, int] = {}
        for kinds in order:
            wanted = amount_minor - sum(taken.values())
            held = {kind: self._parts[kind] for kind in kinds}
            taken |= proportional(held, min(wanted, sum(held.values())))
        for hop, amount in taken.items():
            self._parts[hop] -= amount
        beyond = amount_minor - sum(taken.values())
        self._overdraft += beyond
        taken[None] += beyond
        return [Parcel(amount, hop) for hop, amount in taken.items() if amount]


POOLS: dict[Method, type[HaircutPool] | type[FifoPool]] = {Method.HAIRCUT: HaircutPool, Method.FIFO: FifoPool}
