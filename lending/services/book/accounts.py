"""Accounts and their transactions: texts sealed, classes worked out, months of the customer kept up to date."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction

from lending.models import BankAccount, Customer
from lending.services.book.customer_months import customer_months_update
from lending.services.book.inputs import AccountInput, TransactionInput
from lending.services.book.recording import (
    MAX_MINOR,
    Recorded,
    amount_check,
    external_id_check,
    problems_refuse,
    rows_record,
    times_check,
)
from lending.services.book.telling import recorded_tell
from lending.services.customers import CustomerErasedError
from lending.transaction_categories import UNKNOWN, category_of
from lending.vault import blind_index, key_unwrap, seal, unseal


def account_key(number: str) -> str:
    """The key by which an account meets the transfers that name it: blind index in hex; "" where nothing is left."""
    return blind_index("bank_account", number).hex() if any(map(str.isalnum, number)) else ""


@transaction.atomic
def accounts_record(*, items: Sequence[AccountInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record accounts, each once by external id. Raises InvalidBookItems, CustomerErasedError."""
    problems_refuse(items, lambda item: _account_check(item, at))
    _keys({item.customer_id for item in items})
    recorded = rows_record(
        table="lending_bankaccount",
        key=("external_id",),
        content=("customer_id", "account_key", "currency", "opening_balance_minor", "is_own"),
        rows=[
            {
                "external_id": item.external_id,
                "customer_id": item.customer_id,
                "account_key": account_key(item.number),
                "currency": item.currency,
                "opened_on": item.opened_on,
                "opening_balance_minor": item.opening_balance_minor,
                "opening_at": item.opening_at,
                "is_own": item.is_own,
            }
            for item in items
        ],
    )
    recorded_tell(kind="bank_accounts.recorded", recorded=recorded, customer_ids=[], source=source, at=at, actor=actor)
    return recorded


def _account_check(item: AccountInput, at: datetime) -> dict[str, str]:
    found = external_id_check(item.external_id)
    if len(item.currency) != 3:
        found["currency"] = "out_of_range"
    if item.opening_balance_minor is not None and not -MAX_MINOR <= item.opening_balance_minor <= MAX_MINOR:
        found["opening_balance_minor"] = "out_of_range"
    if item.opening_at is not None:
        found |= times_check(item.opening_at, item.opening_at, at)
    return found


@transaction.atomic
def transactions_record(*, items: Sequence[TransactionInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record transactions, each once per account and external id, and bring the customers' months up to date.

    A category that is given stays; an empty one is worked out from the other party, the merchant category and the
    text. Raises InvalidBookItems, and CustomerErasedError where a customer's data is erased; nothing is written then.
    """
    problems_refuse(items, lambda item: _transaction_check(item, at))
    accounts = BankAccount.objects.in_bulk({item.account_id for item in items})
    keys = _keys({account.customer_id for account in accounts.values()})
    recorded = rows_record(
        table="lending_accounttransaction",
        key=("account_id", "external_id"),
        content=("event_at", "amount_minor", "balance_after_minor", "merchant_category", "counterparty_key"),
        rows=[
            {
                "account_id": item.account_id,
                "external_id": item.external_id,
                "event_at": item.event_at,
                "known_at": item.known_at,
                "recorded_at": at,
                "amount_minor": item.amount_minor,
                "balance_after_minor": item.balance_after_minor,
                "category": item.category or _category(item),
                "merchant_category": item.merchant_category,
                "counterparty_key": account_key(item.counterparty_account),
                "sealed": _sealed(keys[accounts[item.account_id].customer_id], item),
                "loan_id": item.loan_id,
                "source": source,
            }
            for item in items
        ],
    )
    new = [item for item, state in zip(items, recorded.states, strict=True) if state == "new"]
    customer_months_update(items=new, accounts=accounts)
    recorded_tell(
        kind="transactions.recorded",
        recorded=recorded,
        customer_ids=[accounts[item.account_id].customer_id for item in items],
        source=source,
        at=at,
        actor=actor,
    )
    return recorded


def transaction_texts(*, account_id: int, external_id: str, key: bytes, sealed: bytes | memoryview) -> dict[str, str]:
    """{counterparty, text} of one transaction under its customer's key. Raises VaultError."""
    plain = unseal(key, sealed, _context(account_id, external_id))
    return msgspec.json.decode(plain, type=dict[str, str])


def _transaction_check(item: TransactionInput, at: datetime) -> dict[str, str]:
    found = (
        external_id_check(item.external_id)
        | amount_check(item.amount_minor)
        | times_check(item.event_at, item.known_at, at)
    )
    if item.balance_after_minor is not None and not -MAX_MINOR <= item.balance_after_minor <= MAX_MINOR:
        found["balance_after_minor"] = "out_of_range"
    return found


def _category(item: TransactionInput) -> str:
    told = category_of(
        counterparty=item.counterparty,
        text=item.text,
        merchant_category=item.merchant_category,
        amount_minor=item.amount_minor,
    ).category
    return "" if told == UNKNOWN else told


def _keys(customer_ids: set[int]) -> dict[int, bytes]:
    """The customers' keys, their rows held until the end: an erasure waits for us or we for it. In order of id."""
    held = Customer.objects.select_for_update(no_key=True).filter(pk__in=customer_ids).order_by("pk")
    keys = {}
    for number, wrapped in held.values_list("pk", "wrapped_key"):
        if wrapped is None:
            raise CustomerErasedError("This customer's personal data is erased.", customer=f"C{number:08d}")
        keys[number] = key_unwrap(wrapped)
    return keys


def _sealed(key: bytes, item: TransactionInput) -> bytes:
    plain = msgspec.json.encode({"counterparty": item.counterparty, "text": item.text})
    return seal(key, plain, _context(item.account_id, item.external_id))


def _context(account_id: int, external_id: str) -> bytes:
    """What binds sealed texts to their row."""
    return f"account-transaction/{account_id}/{external_id}".encode()
