"""The other party and the text of one transaction, read in clear for a purpose and on record."""

from datetime import datetime

from django.db import transaction

from audit.models import User
from audit.services.log import actor_user, entry_append
from lending.models import AccountTransaction, Customer
from lending.services.book.accounts import transaction_texts
from lending.services.customers import (
    REVEAL_PERMISSION,
    CustomerErasedError,
    RevealNotPermittedError,
    RevealPurpose,
    UnknownPurposeError,
)
from lending.vault import key_unwrap


@transaction.atomic
def transaction_reveal(*, line: AccountTransaction, viewer: User, purpose: str, at: datetime) -> dict[str, str]:
    """{counterparty, text} of one transaction, for a stated purpose (RevealPurpose); the log says who read which.

    Raises RevealNotPermittedError, UnknownPurposeError, CustomerErasedError, VaultError.
    """
    if not viewer.is_active or not viewer.has_perm(REVEAL_PERMISSION):
        raise RevealNotPermittedError("This account may not read personal data.")
    if purpose not in RevealPurpose.values:
        raise UnknownPurposeError("Say for which of the listed purposes.", purposes=list(RevealPurpose.values))
    customer = Customer.objects.select_for_update().get(pk=line.account.customer_id)
    if customer.wrapped_key is None:
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    key = key_unwrap(customer.wrapped_key)
    texts = transaction_texts(account_id=line.account_id, external_id=line.external_id, key=key, sealed=line.sealed)
    entry_append(
        kind="transaction.revealed",
        object_type="customer",
        object_id=str(customer.pk),
        actor=actor_user(viewer),
        payload={"transaction": line.pk, "purpose": purpose},
        recorded_at=at,
    )
    return texts
