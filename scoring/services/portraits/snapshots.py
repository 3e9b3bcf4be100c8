"""Portraits kept: sealed, named by a hash that only the customer's key gives, and made again to prove them."""

import hmac
from collections.abc import Collection
from datetime import datetime
from typing import Literal

from django.db import transaction

from audit.services.log import entry_append
from lending.models import Customer
from lending.services.customers import CustomerErasedError
from lending.vault import key_unwrap, seal, unseal
from riskengine.errors import InvalidInput
from scoring.models import PortraitSnapshot
from scoring.portraits.portrait import SCHEMA, Portrait, portrait_bytes, portrait_in_schema, portrait_open
from scoring.services.portraits.instruments import InstrumentGoneError, instruments_pinned
from scoring.services.portraits.making import portraits_of

_BATCH = 1000
Verdict = Literal["same", "differs", "erased", "unavailable"]
"""Made again it has the same hash; it has another; the customer is erased; what it was made with is gone."""


class PortraitTooEarlyError(InvalidInput):
    """A portrait is kept only once its instant is over: what is known by then could still grow."""

    code = "portrait_too_early"


@transaction.atomic
def snapshots_save(*, portraits: Collection[tuple[Portrait, str]], at: datetime, actor: str) -> int:
    """Keep portraits, each with its segment's code; returns how many were new. One entry in the log covers them.

    Raises PortraitTooEarlyError. Customers erased meanwhile are left out.
    """
    if any(portrait.as_of > at for portrait, _segment in portraits):
        raise PortraitTooEarlyError("A portrait is kept only once its instant is over.")
    wanted = [portrait.customer_id for portrait, _segment in portraits]
    held = Customer.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk")
    keys = {number: key_unwrap(wrapped) for number, wrapped in held.values_list("pk", "wrapped_key") if wrapped}
    rows = [
        _row(portrait, keys[portrait.customer_id], segment, at)
        for portrait, segment in portraits
        if portrait.customer_id in keys
    ]
    before = PortraitSnapshot.objects.filter(customer__in=keys).count()
    PortraitSnapshot.objects.bulk_create(rows, batch_size=_BATCH, ignore_conflicts=True)
    saved = PortraitSnapshot.objects.filter(customer__in=keys).count() - before
    if saved:
        customers = [str(number) for number in keys]
        entry_append(
            kind="portraits.saved",
            object_type="customer",
            object_id=customers[0] if len(customers) == 1 else "",
            actor=actor,
            payload={"customers": len(customers), "portraits": saved},
            recorded_at=at,
        )
    return saved


def snapshot_portrait(snapshot: PortraitSnapshot) -> Portrait:
    """The portrait that was kept. Raises CustomerErasedError, VaultError."""
    return portrait_open(unseal(_key(snapshot), snapshot.sealed, _context(snapshot.customer_id, snapshot.as_of)))


def snapshot_verify(snapshot: PortraitSnapshot) -> Verdict:
    """Make the portrait again, as of then and with what it was made with, and compare.

    It differs where somebody has since recorded what they say was known before, or a consent has ended.
    """
    customer = Customer.objects.get(pk=snapshot.customer_id)
    if customer.wrapped_key is None:
        return "erased"
    try:
        instruments = instruments_pinned(
            catalogue_hash=snapshot.catalogue_hash,
            policy_hash=snapshot.policy_hash,
            product=snapshot.product_code,
            model_hash=snapshot.model_hash,
        )
    except InstrumentGoneError:
        return "unavailable"
    made = portraits_of([customer.pk], snapshot.as_of, read_at=snapshot.taken_at, instruments=instruments)
    key = key_unwrap(customer.wrapped_key)
    schemas = (portrait_in_schema(made[customer.pk], schema) for schema in range(SCHEMA, 0, -1))
    is_same = snapshot.content_hash in [portrait_hash(portrait, key) for portrait in schemas]
    return "same" if is_same else "differs"


def portrait_hash(portrait: Portrait, key: bytes) -> str:
    """HMAC-SHA256 of the portrait's bytes under the customer's key, 64 hex digits."""
    return hmac.digest(key, b"portrait/1/" + portrait_bytes(portrait), "sha256").hex()


def _row(portrait: Portrait, key: bytes, segment: str, at: datetime) -> PortraitSnapshot:
    return PortraitSnapshot(
        customer_id=portrait.customer_id,
        as_of=portrait.as_of,
        taken_at=at,
        sealed=seal(key, portrait_bytes(portrait), _context(portrait.customer_id, portrait.as_of)),
        content_hash=portrait_hash(portrait, key),
        catalogue_hash=portrait.catalogue_hash,
        model_hash=portrait.model_hash,
        policy_hash=portrait.policy_hash,
        product_code=portrait.product,
        segment=segment,
    )


def _context(customer_id: int, as_of: datetime) -> bytes:
    return f"portrait/{customer_id}/{as_of.timestamp():.6f}".encode()


def _key(snapshot: PortraitSnapshot) -> bytes:
    wrapped = Customer.objects.values_list("wrapped_key", flat=True).get(pk=snapshot.customer_id)
    if wrapped is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=snapshot.customer_id)
    return key_unwrap(wrapped)
