"""Reported account transactions: read, their accounts described where they are new, and recorded."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import (
    CustomerName,
    LoanName,
    customer_name_read,
    customers_find,
    loan_name_read,
    loans_find,
)
from lending.api.book.reporting import ItemAnswer, items_record
from lending.models import BankAccount
from lending.services.book.accounts import accounts_record, transactions_record
from lending.services.book.inputs import AccountInput, TransactionInput
from lending.services.book.recording import MAX_EXTERNAL_ID, MAX_MINOR, Problem


class _Account(msgspec.Struct, frozen=True):
    external_id: str
    customer: CustomerName | None = None
    currency: str = ""
    number: str = ""
    opened_on: date | None = None
    opening_balance_minor: int | None = None
    opening_at: datetime | None = None
    is_own: bool = True


class _Draft(msgspec.Struct, frozen=True):
    account: _Account
    external_id: str
    event_at: datetime
    known_at: datetime | None
    amount_minor: int
    balance_after_minor: int | None
    category: str
    merchant_category: str
    counterparty: str
    counterparty_account: str
    text: str
    loan: LoanName | None


def transactions_take(
    items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str
) -> list[ItemAnswer]:
    """Record transactions on accounts of customers the client may report on; what becomes of each."""

    def build(drafts: Sequence[_Draft]) -> list[TransactionInput | list[Problem]]:
        loans = loans_find((draft.loan for draft in drafts if draft.loan), client_id=client_id)
        accounts = _accounts([draft.account for draft in drafts], client_id, source, at, actor)
        return [_built(draft, accounts[draft.account], loans, at) for draft in drafts]

    return items_record(
        items,
        read=_read,
        build=build,
        record=lambda inputs: transactions_record(items=inputs, source=source, at=at, actor=actor),
    )


def _built(
    draft: _Draft, account: int | list[Problem], loans: Mapping[LoanName, object], at: datetime
) -> TransactionInput | list[Problem]:
    loan = loans.get(draft.loan) if draft.loan else None
    problems = list(account) if isinstance(account, list) else []
    if draft.loan and loan is None:
        problems.append(problem_of("loan", "not_found"))
    if problems or isinstance(account, list):
        return problems
    return TransactionInput(
        account_id=account,
        external_id=draft.external_id,
        event_at=draft.event_at,
        known_at=draft.known_at or at,
        amount_minor=draft.amount_minor,
        balance_after_minor=draft.balance_after_minor,
        category=draft.category,
        merchant_category=draft.merchant_category,
        counterparty=draft.counterparty,
        counterparty_account=draft.counterparty_account,
        text=draft.text,
        loan_id=getattr(loan, "loan_id", None),
    )


def _accounts(
    asked: Sequence[_Account], client_id: int, source: str, at: datetime, actor: str
) -> dict[_Account, int | list[Problem]]:
    """The number of each account in the book, made where it is described; else what is wrong with it."""
    customers = customers_find((account.customer for account in asked if account.customer), client_id=client_id)
    found: dict[_Account, int | list[Problem]] = {}
    made: dict[_Account, AccountInput] = {}
    for account in dict.fromkeys(asked):
        if account.customer is None:
            continue
        customer = customers.get(account.customer)
        if customer is None:
            found[account] = [problem_of("account.customer", "not_found")]
        elif account.opening_at is not None and account.opening_at > at:
            found[account] = [problem_of("account.opening_at", "out_of_range")]
        elif customer[1]:
            found[account] = [problem_of("account.customer", "customer_erased")]
        else:
            made[account] = _input(account, customer[0])
    recorded = accounts_record(items=list(made.values()), source=source, at=at, actor=actor)
    for account, state in zip(made, recorded.states, strict=True):
        if state == "conflicting":
            found[account] = [problem_of("account.external_id", "external_id_used")]
    known = _known({account.external_id for account in asked}, client_id)
    for account in asked:
        if account not in found:
            pk, is_erased = known.get(account.external_id, (None, False))
            if pk is None:
                found[account] = [problem_of("account", "account_unknown")]
            else:
                found[account] = [problem_of("account", "customer_erased")] if is_erased else pk
    return found


def _known(references: set[str], client_id: int) -> dict[str, tuple[int, bool]]:
    """Accounts of customers of the client's, or of whom no lender has an application; and whether they are erased."""
    rows = (
        BankAccount.objects.filter(external_id__in=references)
        .values_list("external_id", "pk", "customer__erased_at", "customer__applications__client_id")
        .distinct()
    )
    return {
        reference: (pk, erased_at is not None) for reference, pk, erased_at, owner in rows if owner in (None, client_id)
    }


def _input(account: _Account, customer_id: int) -> AccountInput:
    return AccountInput(
        customer_id=customer_id,
        external_id=account.external_id,
        currency=account.currency,
        number=account.number,
        opened_on=account.opened_on,
        opening_balance_minor=account.opening_balance_minor,
        opening_at=account.opening_at,
        is_own=account.is_own,
    )


def _read(item: ItemReader) -> _Draft | None:
    account = _account_read(item)
    number = item.text("external_id", is_required=True, most=MAX_EXTERNAL_ID)
    event_at, known_at = item.instant("event_at", is_required=True), item.instant("known_at")
    amount = item.integer("amount_minor", is_required=True, least=-MAX_MINOR, most=MAX_MINOR)
    balance = item.integer("balance_after_minor", least=-MAX_MINOR, most=MAX_MINOR)
    category = item.text("category", most=40)
    merchant = item.text("merchant_category", most=8)
    party, party_account, text = item.text("counterparty"), item.text("counterparty_account"), item.text("text")
    loan = loan_name_read(item)
    if account is None or event_at is None or amount is None:
        return None
    texts = (party, party_account, text)
    return _Draft(account, number, event_at, known_at, amount, balance, category, merchant, *texts, loan)


def _account_read(item: ItemReader) -> _Account | None:
    """A reference to a known account, or its description."""
    given = item.value("account", is_required=True)
    if given is None:
        return None
    if isinstance(given, str):
        reference = item.text("account", most=MAX_EXTERNAL_ID)
        return _Account(reference) if reference else None
    part = item.part("account")
    if part is None:
        return None
    part.require("customer")
    account = _Account(
        external_id=part.text("external_id", is_required=True, most=MAX_EXTERNAL_ID),
        customer=customer_name_read(part),
        currency=part.text("currency", is_required=True, most=3),
        number=part.text("number", most=MAX_EXTERNAL_ID),
        opened_on=part.day("opened_on"),
        opening_balance_minor=part.integer("opening_balance_minor", least=-MAX_MINOR, most=MAX_MINOR),
        opening_at=part.instant("opening_at"),
        is_own=part.boolean("is_own", default=True),
    )
    if account.currency and not (
        len(account.currency) == 3 and account.currency.isascii() and account.currency.isupper()
    ):
        part.problem("currency", "out_of_range")
    return account if item.finish_part(part) else None
