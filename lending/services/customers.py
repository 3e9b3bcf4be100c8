"""Customers and their personal data: written sealed, read one field at a time, erased by destroying the key."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy as _

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import AccountTransaction, BankAccount, Customer, Identifier, IdentifierToken, RiskEvent
from lending.vault import blind_index, key_new, key_unwrap, seal, unseal
from riskengine.errors import Conflict, InvalidInput, NotPermitted

REVEAL_PERMISSION = "audit.reveal_personal_data"


class RevealPurpose(models.TextChoices):
    """Why personal data is read: a closed list, since free text in the log could itself be personal data."""

    FRAUD_CHECK = "fraud_check", _("Fraud check")
    VERIFICATION = "verification", _("Verification with the customer")
    COLLECTION = "collection", _("Collection")
    COMPLAINT = "complaint", _("Complaint")
    CUSTOMER_REQUEST = "customer_request", _("Request of the customer")
    AUTHORITY = "authority", _("Request of an authority")


class CustomerErasedError(Conflict):
    """The customer's personal data is erased: nothing can be read or added."""

    code = "customer_erased"


class RevealNotPermittedError(NotPermitted):
    """The account may not read personal data."""

    code = "reveal_not_permitted"


class UnknownPurposeError(InvalidInput):
    """Personal data is read for one of the listed purposes only."""

    code = "reveal_purpose_unknown"


def identifier_context(customer_id: int, kind: str) -> bytes:
    """What binds a sealed identifier to its place: moved to another customer or kind it does not open."""
    return f"identifier/{customer_id}/{kind}".encode()


def identifier_values(*, customer_id: int, key: bytes, kind: str, value: str) -> tuple[bytes, bytes]:
    """(blind index, sealed value) of one identifier under the customer's key. Raises UnusableIdentifierError."""
    return blind_index(kind, value), seal(key, value.encode(), identifier_context(customer_id, kind))


def customer_by_national_id(value: str) -> Customer | None:
    """The customer with this national ID, however it is typed."""
    index = blind_index(Identifier.Kind.NATIONAL_ID, value)
    return Customer.objects.filter(identifiers__kind="national_id", identifiers__blind_index=index).first()


@transaction.atomic
def customer_create(*, identifiers: Mapping[str, str], at: datetime) -> Customer:
    """A new customer with these identifiers (kind → value), sealed.

    Raises UnusableIdentifierError, and IntegrityError if the national ID belongs to somebody (see
    `customer_find_or_create`).
    """
    key, wrapped = key_new()
    customer = Customer.objects.create(wrapped_key=wrapped, created_at=at)
    _write(customer, key, identifiers, at)
    return customer


@transaction.atomic
def customer_find_or_create(*, identifiers: Mapping[str, str], at: datetime) -> Customer:
    """The customer with this national ID, with identifiers not seen before added; a new one if there is none.

    Of two callers at once with one national ID, one creates and the other finds. Raises UnusableIdentifierError.
    """
    national_id = identifiers.get(Identifier.Kind.NATIONAL_ID)
    if national_id is None:
        return customer_create(identifiers=identifiers, at=at)
    customer = customer_by_national_id(national_id)
    if customer is None:
        try:
            with transaction.atomic():
                return customer_create(identifiers=identifiers, at=at)
        except IntegrityError:
            customer = customer_by_national_id(national_id)
            if customer is None:
                raise
    identifiers_add(customer=customer, identifiers=identifiers, at=at)
    return customer


@transaction.atomic
def identifiers_add(*, customer: Customer, identifiers: Mapping[str, str], at: datetime) -> None:
    """Seal and add identifiers of a customer; those known already stay as they are. Raises CustomerErasedError."""
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    _write(customer, _key_of(customer), identifiers, at)


@transaction.atomic
def identifier_reveal(*, identifier: Identifier, viewer: User, purpose: str, at: datetime) -> str:
    """The clear text of one identifier, for a stated purpose (RevealPurpose); the log says who read which and why.

    Raises RevealNotPermittedError, UnknownPurposeError, CustomerErasedError, VaultError.
    """
    if not viewer.is_active or not viewer.has_perm(REVEAL_PERMISSION):
        raise RevealNotPermittedError("This account may not read personal data.")
    if purpose not in RevealPurpose.values:
        raise UnknownPurposeError("Say for which of the listed purposes.", purposes=list(RevealPurpose.values))
    customer = Customer.objects.select_for_update().get(pk=identifier.customer_id)
    context = identifier_context(customer.pk, identifier.kind)
    value = unseal(_key_of(customer), identifier.sealed, context).decode()
    entry_append(
        kind="identifier.revealed",
        object_type="customer",
        object_id=str(customer.pk),
        actor=actor_user(viewer),
        payload={"identifier": identifier.pk, "kind": identifier.kind, "purpose": purpose},
        recorded_at=at,
    )
    return value


@transaction.atomic
def customer_erase(*, customer: Customer, at: datetime, actor: str) -> Customer:
    """Make a customer's personal data unreadable for good: destroy the key, the sealed values and every blind index.

    What was sealed under the key elsewhere (variables in decision documents) becomes unreadable with it; those
    documents keep their salted hashes, so the audit log stays provable. Loans and decisions stay, of nobody.
    Erasing twice is harmless: after a restore from a backup, erase again whom the log says was erased.
    """
    customer = Customer.objects.select_for_update().get(pk=customer.pk)
    if customer.erased_at is not None:
        return customer
    removed, _by_model = Identifier.objects.filter(customer=customer).delete()
    RiskEvent.objects.filter(customer=customer).update(phone_key="", device_key="", address_key="")
    IdentifierToken.objects.filter(customer=customer).delete()
    BankAccount.objects.filter(customer=customer).update(account_key="")
    AccountTransaction.objects.filter(account__customer=customer).exclude(counterparty_key="").update(
        counterparty_key=""
    )
    customer.wrapped_key = None
    customer.erased_at = at
    customer.save(update_fields=["wrapped_key", "erased_at"])
    entry_append(
        kind="customer.erased",
        object_type="customer",
        object_id=str(customer.pk),
        actor=actor,
        payload={"identifiers": removed},
        recorded_at=at,
    )
    return customer


def _key_of(customer: Customer) -> bytes:
    if customer.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    return key_unwrap(customer.wrapped_key)


def _write(customer: Customer, key: bytes, identifiers: Mapping[str, str], at: datetime) -> None:
    rows = []
    for kind, value in identifiers.items():
        index, sealed = identifier_values(customer_id=customer.pk, key=key, kind=kind, value=value)
        rows.append(Identifier(customer=customer, kind=kind, blind_index=index, sealed=sealed, created_at=at))
    _insert(customer, rows)


def _insert(customer: Customer, rows: list[Identifier]) -> None:
    known = {(kind, bytes(index)) for kind, index in customer.identifiers.values_list("kind", "blind_index")}
    Identifier.objects.bulk_create([row for row in rows if (row.kind, bytes(row.blind_index)) not in known])
