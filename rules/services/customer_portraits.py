"""Portraits with the segment each customer belongs to: of some customers, or of all, in batches."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from lending.models import Customer
from rules.engine.segments import Placed
from rules.services.segments import segments_of
from scoring.portraits.portrait import Portrait
from scoring.services.portrait_instruments import Instruments, instruments_live
from scoring.services.portrait_snapshots import snapshots_save
from scoring.services.portraits import portraits_of

BATCH = 1000


class PlacedPortrait(NamedTuple):
    """A customer as of an instant, and where they belong."""

    portrait: Portrait
    placed: Placed


def portraits_placed(
    customer_ids: Collection[int], as_of: datetime, *, read_at: datetime, instruments: Instruments | None = None
) -> list[PlacedPortrait]:
    """Portraits in order of customer id, those of erased customers left out.

    `read_at` is now: consents must be live then too. Raises as `portraits_of`, and ExpressionInvalid.
    """
    instruments = instruments or instruments_live(read_at.astimezone(UTC).date())
    made = portraits_of(customer_ids, as_of, read_at=read_at, instruments=instruments)
    portraits = [made[number] for number in sorted(made)]
    return [PlacedPortrait(*pair) for pair in zip(portraits, segments_of(portraits, instruments), strict=True)]


def portraits_save(
    customer_ids: Collection[int], as_of: datetime, *, at: datetime, actor: str, instruments: Instruments | None = None
) -> int:
    """Make portraits as of `as_of` and keep them; returns how many were new. Raises as `portraits_placed`, and
    PortraitTooEarlyError."""
    made = portraits_placed(customer_ids, as_of, read_at=at, instruments=instruments)
    kept = [(one.portrait, one.placed.code) for one in made]
    return snapshots_save(portraits=kept, at=at, actor=actor)


def customer_batches(product: str = "") -> Iterator[list[int]]:
    """The ids of all customers who are not erased, or of those with a loan or application of a product, in batches."""
    last = 0
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
