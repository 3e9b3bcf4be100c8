"""Portraits with the segment each customer belongs to: of some customers, or of all, in batches."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from lending.models import Customer
from rules.engine.segments import Placed
from rules.services.portraits.segments import segments_of
from scoring.models import PortraitSnapshot
from scoring.portraits.portrait import Portrait
from scoring.services.portraits.instruments import Instruments, instruments_live
from scoring.services.portraits.making import portraits_of
from scoring.services.portraits.snapshots import snapshots_save

BATCH = 1000


class KeptBatch(NamedTuple):
    """What came of a batch."""

    last: int
    """The id after which the next batch begins."""
    kept: int
    """Portraits that are new."""
    broken: list[int]
    """Customers whose key or facts do not open: they have no portrait."""


class PlacedPortrait(NamedTuple):
    """A customer as of an instant, and where they belong."""

    portrait: Portrait
    placed: Placed


def portraits_placed(
    customer_ids: Collection[int],
    as_of: datetime,
    *,
    read_at: datetime,
    instruments: Instruments | None = None,
    broken: set[int] | None = None,
) -> list[PlacedPortrait]:
    """Portraits in order of customer id, those of erased customers left out.

    `read_at` is now: consents must be live then too. `broken` as in `portraits_of`. Raises as it does, and
    ExpressionInvalid.
    """
    instruments = instruments or instruments_live(read_at.astimezone(UTC).date())
    made = portraits_of(customer_ids, as_of, read_at=read_at, instruments=instruments, broken=broken)
    portraits = [made[number] for number in sorted(made)]
    return [PlacedPortrait(*pair) for pair in zip(portraits, segments_of(portraits, instruments), strict=True)]


def portraits_save(
    customer_ids: Collection[int], as_of: datetime, *, at: datetime, actor: str, broken: set[int] | None = None
) -> int:
    """Make portraits as of `as_of` and keep them; returns how many were new. Raises as `portraits_placed`, and
    PortraitTooEarlyError."""
    made = portraits_placed(customer_ids, as_of, read_at=at, broken=broken)
    kept = [(one.portrait, one.placed.code) for one in made]
    return snapshots_save(portraits=kept, at=at, actor=actor)


def portraits_keep(*, as_of: datetime, after: int, at: datetime, actor: str) -> KeptBatch | None:
    """Keep portraits of the customers after an id, at most a batch; None where there are none.

    Who has a portrait of that instant already keeps that one, whatever it was made with: repeated, nothing is added.
    Raises as `portraits_save`.
    """
    batch = next(customer_batches(after=after), None)
    if batch is None:
        return None
    held = PortraitSnapshot.objects.filter(customer__in=batch, as_of=as_of).values_list("customer_id", flat=True)
    broken: set[int] = set()
    kept = portraits_save(sorted({*batch} - {*held}), as_of, at=at, actor=actor, broken=broken)
    return KeptBatch(batch[-1], kept, sorted(broken))


def customer_batches(product: str = "", *, after: int = 0) -> Iterator[list[int]]:
    """The ids of all customers who are not erased, or of those with a loan or application of a product, in batches,
    rising from `after` on."""
    last = after
    while True:
        held = Customer.objects.filter(pk__gt=last, wrapped_key__isnull=False)
        if product:
            loans = Customer.objects.filter(loans__product__code=product).values("pk")
            applied = Customer.objects.filter(applications__product__code=product).values("pk")
            held = held.filter(pk__in=loans) | held.filter(pk__in=applied)
        numbers = list(held.order_by("pk").values_list("pk", flat=True).distinct()[:BATCH])
        if not numbers:
            return
        yield numbers
        last = numbers[-1]
