"""A portrait kept is sealed, frozen, and comes out the same when it is made again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEntry
from lending.services.consents import consent_grant
from lending.services.customers import CustomerErasedError, customer_erase
from scoring.models import PortraitSnapshot
from scoring.services.portraits.making import portrait_of
from scoring.services.portraits.snapshots import (
    PortraitTooEarlyError,
    snapshot_portrait,
    snapshot_verify,
    snapshots_save,
)
from tests.factories.triggers import unguarded
from tests.portraits import world
from tests.portraits.world import ACTOR, DAY, NOW, START

pytestmark = pytest.mark.django_db
AS_OF = START + 200 * DAY


@pytest.fixture
def customer(db):
    world.catalogue_live()
    world.policy_live()
    made = world.customer()
    world.month(world.loan(made), 2025, 2)
    world.facts(made, world.fact("months_at_address", 471, 30), world.fact("essential_spend_share", 0.25, 40))
    scope = {"scope": "account_conduct", "granted_at": START, "evidence": "form", "at": START, "actor": ACTOR}
    consent_grant(customer=made, **scope)
    return made


def kept(customer, as_of=AS_OF):
    portrait = portrait_of(customer, as_of, read_at=NOW)
    snapshots_save(portraits=[(portrait, "standard")], at=NOW, actor=ACTOR)
    return PortraitSnapshot.objects.latest("pk")


def test_it_opens_as_it_was_and_comes_out_the_same_again(customer):
    snapshot = kept(customer)
    assert snapshot_portrait(snapshot) == portrait_of(customer, AS_OF, read_at=NOW)
    assert snapshot_verify(snapshot) == "same"
    assert (snapshot.segment, snapshot.product_code) == ("standard", "card")


def test_what_is_known_later_changes_nothing_and_what_is_dated_back_is_seen(customer):
    snapshot = kept(customer)
    world.facts(customer, world.fact("months_at_address", 1, 30, known=201))
    assert snapshot_verify(snapshot) == "same"
    world.facts(customer, world.fact("months_at_address", 1, 30, known=199))
    assert snapshot_verify(snapshot) == "differs"


def test_it_is_made_with_the_instruments_of_then(customer):
    snapshot = kept(customer)
    world.policy_live({**world.POLICY, "p1": 0.9})
    assert snapshot_verify(snapshot) == "same"
    assert portrait_of(customer, AS_OF, read_at=NOW).policy_hash != snapshot.policy_hash


def test_the_same_portrait_is_kept_once(customer):
    portrait = portrait_of(customer, AS_OF, read_at=NOW)
    saved = [snapshots_save(portraits=[(portrait, "standard")], at=NOW, actor=ACTOR) for _ in range(2)]
    assert saved == [1, 0]
    entry = AuditEntry.objects.get(kind="portraits.saved")
    assert entry.payload == {"customers": 1, "portraits": 1}


def test_no_value_is_readable_in_the_row(customer):
    kept(customer)
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM scoring_portraitsnapshot s")
        row = cursor.fetchone()[0]
    assert "months_at_address" not in row
    assert not any(text.hex() in row for text in (b'"value":471', b"months_at_address"))


def test_erasure_makes_it_unreadable(customer):
    snapshot = kept(customer)
    customer_erase(customer=customer, at=NOW, actor=ACTOR)
    assert snapshot_verify(snapshot) == "erased"
    with pytest.raises(CustomerErasedError):
        snapshot_portrait(snapshot)
    with pytest.raises(CustomerErasedError):
        portrait_of(customer, AS_OF)


def test_rows_are_frozen_and_the_twin_sees_a_changed_hash(customer):
    snapshot = kept(customer)
    for change in (lambda rows: rows.update(segment="at_risk"), lambda rows: rows.delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(PortraitSnapshot.objects.all())
    with unguarded("scoring_portraitsnapshot") as cursor:
        cursor.execute("UPDATE scoring_portraitsnapshot SET content_hash = repeat('0', 64)")
    snapshot.refresh_from_db()
    assert snapshot_verify(snapshot) == "differs"


def test_a_portrait_of_the_future_is_not_kept(customer):
    portrait = portrait_of(customer, NOW + timedelta(seconds=1), read_at=NOW)
    with pytest.raises(PortraitTooEarlyError):
        snapshots_save(portraits=[(portrait, "standard")], at=NOW, actor=ACTOR)


def test_two_customers_alike_have_different_hashes(customer):
    twin = world.customer()
    assert kept(customer).content_hash != kept(twin).content_hash
