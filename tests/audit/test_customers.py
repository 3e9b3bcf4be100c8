"""Personal data is readable one field at a time, for a purpose, on the record; and not at all after erasure."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import AuditEntry
from lending.models import Customer, Identifier, RiskEvent
from lending.services.customers import (
    CustomerErasedError,
    RevealNotPermittedError,
    UnknownPurposeError,
    customer_by_national_id,
    customer_create,
    customer_erase,
    customer_find_or_create,
    identifier_reveal,
    identifiers_add,
)
from lending.vault import VaultError, blind_index, key_unwrap
from tests.factories.audit import AT, user

pytestmark = pytest.mark.django_db
PERSON = {"national_id": "11010519491231002X", "name": "王小明", "phone": "+86 138 0013 8000"}
REVEALER = ("audit.reveal_personal_data",)


def test_personal_data_is_sealed_and_found_by_blind_index():
    customer = customer_create(identifiers=PERSON, at=AT)
    assert customer.identifiers.count() == 3
    stored = b"".join(bytes(row.sealed) + bytes(row.blind_index) for row in customer.identifiers.all())
    assert not any(value.encode() in stored for value in PERSON.values())
    assert customer_by_national_id("11010519491231002x") == customer
    assert Identifier.objects.get(blind_index=blind_index("phone", "13800138000")).customer == customer


def test_one_national_id_is_one_customer():
    first = customer_find_or_create(identifiers=PERSON, at=AT)
    again = customer_find_or_create(identifiers={**PERSON, "phone": "13900139000"}, at=AT)
    assert again == first
    assert sorted(first.identifiers.values_list("kind", flat=True)) == ["name", "national_id", "phone", "phone"]
    with pytest.raises(IntegrityError), transaction.atomic():
        customer_create(identifiers=PERSON, at=AT)


def test_without_a_national_id_nobody_is_merged():
    phone = {"phone": "13800138000"}
    assert customer_find_or_create(identifiers=phone, at=AT) != customer_find_or_create(identifiers=phone, at=AT)


def test_a_reveal_reads_one_field_and_is_logged_without_it():
    customer = customer_create(identifiers=PERSON, at=AT)
    viewer = user(permissions=REVEALER)
    name = customer.identifiers.get(kind="name")
    assert identifier_reveal(identifier=name, viewer=viewer, purpose="complaint", at=AT) == "王小明"
    entry = AuditEntry.objects.get(kind="identifier.revealed")
    assert entry.actor == f"user:{viewer.pk}"
    assert entry.payload == {"identifier": name.pk, "kind": "name", "purpose": "complaint"}


def test_a_reveal_needs_the_permission_and_a_listed_purpose():
    name = customer_create(identifiers=PERSON, at=AT).identifiers.get(kind="name")
    with pytest.raises(RevealNotPermittedError):
        identifier_reveal(identifier=name, viewer=user(), purpose="complaint", at=AT)
    with pytest.raises(RevealNotPermittedError):
        switched_off = user(permissions=REVEALER, is_active=False)
        identifier_reveal(identifier=name, viewer=switched_off, purpose="complaint", at=AT)
    with pytest.raises(UnknownPurposeError):
        identifier_reveal(identifier=name, viewer=user(permissions=REVEALER), purpose="I am curious", at=AT)
    assert not AuditEntry.objects.exists()


def test_a_sealed_value_moved_to_another_customer_does_not_open():
    mine = customer_create(identifiers={"phone": "13800138000"}, at=AT)
    other = customer_create(identifiers={"phone": "13900139000"}, at=AT)
    Identifier.objects.filter(customer=other).update(sealed=mine.identifiers.get().sealed)
    Customer.objects.filter(pk=other.pk).update(wrapped_key=mine.wrapped_key)
    with pytest.raises(VaultError):
        viewer = user(permissions=REVEALER)
        identifier_reveal(identifier=other.identifiers.get(), viewer=viewer, purpose="complaint", at=AT)


def test_erasure_leaves_nothing_readable():
    customer = customer_create(identifiers=PERSON, at=AT)
    phone = customer.identifiers.get(kind="phone")
    RiskEvent.objects.create(
        customer=customer,
        kind="application",
        event_at=AT,
        known_at=AT,
        source="test",
        phone_key=bytes(phone.blind_index).hex(),
    )
    customer_erase(customer=customer, at=AT, actor="system:tests")
    customer.refresh_from_db()
    assert (customer.wrapped_key, customer.erased_at) == (None, AT)
    assert not Identifier.objects.exists()
    assert RiskEvent.objects.get().phone_key == ""
    assert customer_by_national_id(PERSON["national_id"]) is None
    with pytest.raises(CustomerErasedError):
        identifier_reveal(identifier=phone, viewer=user(permissions=REVEALER), purpose="complaint", at=AT)
    with pytest.raises(CustomerErasedError):
        identifiers_add(customer=customer, identifiers=PERSON, at=AT)
    entry = AuditEntry.objects.get(kind="customer.erased")
    assert (entry.object_id, entry.payload) == (str(customer.pk), {"identifiers": 3})


def test_erasing_twice_is_harmless():
    customer = customer_create(identifiers=PERSON, at=AT)
    customer_erase(customer=customer, at=AT, actor="system:tests")
    again = customer_erase(customer=customer, at=AT + timedelta(days=1), actor="system:tests")
    assert again.erased_at == AT
    assert AuditEntry.objects.count() == 1


def test_the_key_cannot_outlive_the_erasure_in_sql():
    customer = customer_create(identifiers=PERSON, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Customer.objects.filter(pk=customer.pk).update(erased_at=AT)


def test_no_personal_data_reaches_logs_leaves_or_errors(caplog):
    caplog.set_level("DEBUG")
    canaries = {kind: f"canary{number}x4711" for number, kind in enumerate(Identifier.Kind.values)}
    canaries |= {"phone": "98765432100", "bank_card": "6222098765432100"}
    customer = customer_find_or_create(identifiers=canaries, at=AT)
    customer_find_or_create(identifiers=canaries, at=AT)
    viewer = user(permissions=REVEALER)
    errors = []
    for identifier in customer.identifiers.all():
        identifier_reveal(identifier=identifier, viewer=viewer, purpose="complaint", at=AT)
        with pytest.raises(VaultError) as caught:
            key_unwrap(bytes(identifier.sealed))
        errors.append(repr(caught.value))
    customer_erase(customer=customer, at=AT, actor="system:tests")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM audit_auditentry e")
        leaves = cursor.fetchone()[0]
    haystack = " ".join([caplog.text, leaves, *errors])
    assert AuditEntry.objects.count() == len(canaries) + 1
    assert [canary for canary in canaries.values() if canary in haystack] == []
