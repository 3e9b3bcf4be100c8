"""The statements around a loan as they were known: the borrower's, those of linked customers, and where money went."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl
from django.db import connection
from django.db.models import Q

from lending.models import AccountTransaction, BankAccount, CustomerLink, Loan
from lending.services.book.reading import transactions_as_of
from monitoring.diversion.model import Account, Disbursement, Relation, Stream, Transaction
from monitoring.diversion.policy import LoanUsePolicy
from monitoring.diversion.statements import ARRIVES_WITHIN

_BALANCES: Final = """
    SELECT a.id, a.opening_balance_minor
        - coalesce(sum(t.amount_minor) FILTER (WHERE t.event_at >= %(since)s AND t.event_at < a.opening_at), 0)
        + coalesce(sum(t.amount_minor) FILTER (
            WHERE t.event_at < %(since)s AND (a.opening_at IS NULL OR t.event_at >= a.opening_at)), 0)
    FROM lending_bankaccount a LEFT JOIN lending_accounttransaction t ON t.account_id = a.id AND t.known_at <= %(as_of)s
    WHERE a.id = ANY(%(ids)s) AND a.opening_balance_minor IS NOT NULL GROUP BY a.id
"""


def disbursements_of(loan: Loan, as_of: datetime) -> list[AccountTransaction]:
    """The lines on own accounts of the borrower that are the loan's payout, as known, the earliest first.

    Tranches count in the first one's currency and until the amount that the loan says was paid out is reached: what
    comes in beyond that, such as a returned instalment, is not paid out anew.
    """
    lines = AccountTransaction.objects.filter(
        loan=loan,
        amount_minor__gt=0,
        account__customer=loan.customer_id,
        account__is_own=True,
        event_at__lte=as_of,
        known_at__lte=as_of,
    )
    found: list[AccountTransaction] = []
    for line in lines.select_related("account").order_by("event_at", "pk"):
        reached = sum(tranche.amount_minor for tranche in found)
        if found and loan.disbursed_minor is not None and reached >= loan.disbursed_minor:
            break
        if not found or line.account.currency == found[0].account.currency:
            found.append(line)
    return found


def stream_read(loan: Loan, policy: LoanUsePolicy, as_of: datetime) -> Stream | None:
    """All statements in view of a loan's money as known by `as_of`; None where no payout reached a known account.

    In view are accounts in the payout's currency: the borrower's, those of customers linked on a day of payout, and, up
    to the policy's hops, every account of the book to which one of these paid. Texts stay sealed: the classes are those
    the book keeps.
    """
    tranches = disbursements_of(loan, as_of)
    if not tranches:
        return None
    paid, currency = [line.event_at for line in tranches], tranches[0].account.currency
    since = paid[0] - timedelta(days=policy.habit_days)
    until = min(as_of, paid[-1] + timedelta(days=policy.tracing_days) + ARRIVES_WITHIN)
    accounts = _accounts({loan.customer_id, *_linked(loan.customer_id, paid, as_of)}, currency)
    near = set(accounts)
    lines = _lines(accounts, since, until, as_of)
    for _hop in range(policy.hops):
        further = _reached(lines, accounts, currency)
        if not further:
            break
        accounts |= further
        lines = pl.concat([lines, _lines(further, since, until, as_of)])
    balances = _balances(accounts, since, as_of)
    lender_keys = lines.filter(pl.col("loan_id").is_not_null())["counterparty_key"].unique().to_list()
    keys = _keys(accounts.values(), loan.customer_id)
    return Stream(
        disbursement=Disbursement(loan.pk, tuple(line.pk for line in tranches), loan.purpose),
        accounts=tuple(
            Account(account.pk, _relation(account, loan, near), keys[account.pk], balances.get(account.pk))
            for account in accounts.values()
        ),
        transactions=tuple(_transaction(row) for row in lines.iter_rows(named=True)),
        lender_keys=frozenset(lender_keys) - {"", *keys.values()},
    )


def _linked(customer_id: int, paid: Sequence[datetime], as_of: datetime) -> set[int]:
    """Customers linked either way on a day of payout, by what was known last of each link."""
    links = CustomerLink.objects.filter(Q(customer=customer_id) | Q(other=customer_id), known_at__lte=as_of)
    latest = {(link.customer_id, link.other_id, link.kind, link.since): link for link in links.order_by("known_at")}
    days = [at.date() for at in paid]
    held = [
        link
        for link in latest.values()
        if any(link.since <= day and (link.until is None or link.until >= day) for day in days)
    ]
    return {link.other_id if link.customer_id == customer_id else link.customer_id for link in held}


def _accounts(customer_ids: Iterable[int], currency: str) -> dict[int, BankAccount]:
    found = BankAccount.objects.filter(customer__in=list(customer_ids), currency=currency).order_by("pk")
    return {account.pk: account for account in found}


def _reached(lines: pl.DataFrame, accounts: dict[int, BankAccount], currency: str) -> dict[int, BankAccount]:
    """Accounts of the book that outgoing lines name and that are not in view yet."""
    named = lines.filter(pl.col("amount_minor") < 0)["counterparty_key"].unique().to_list()
    keys = set(named) - {"", *(account.account_key for account in accounts.values())}
    found = BankAccount.objects.filter(account_key__in=keys, currency=currency).exclude(pk__in=accounts)
    return {account.pk: account for account in found.order_by("pk")}


def _lines(accounts: dict[int, BankAccount], since: datetime, until: datetime, as_of: datetime) -> pl.DataFrame:
    customers = sorted({account.customer_id for account in accounts.values()})
    frame = transactions_as_of(customers, since, as_of)
    return frame.filter(pl.col("account_id").is_in(list(accounts)) & (pl.col("event_at") <= until))


def _balances(accounts: dict[int, BankAccount], since: datetime, as_of: datetime) -> dict[int, int]:
    """What stood on each account before `since`, where the book says what it opened with."""
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, {"ids": list(accounts), "since": since, "as_of": as_of})
        return {number: int(balance) for number, balance in cursor.fetchall()}


def _keys(accounts: Iterable[BankAccount], customer_id: int) -> dict[int, str]:
    """The key of each account; one that two accounts share is the borrower's, else the older one's."""
    keys: dict[int, str] = {}
    for account in sorted(accounts, key=lambda account: (account.customer_id != customer_id, account.pk)):
        is_taken = account.account_key in keys.values()
        keys[account.pk] = "" if is_taken else account.account_key
    return keys


def _relation(account: BankAccount, loan: Loan, near: set[int]) -> Relation:
    if account.customer_id == loan.customer_id and account.is_own:
        return Relation.OWN
    return Relation.LINKED if account.pk in near else Relation.BOOK


def _transaction(row: dict[str, Any]) -> Transaction:
    return Transaction(
        id=row["transaction_id"],
        account_id=row["account_id"],
        at=row["event_at"],
        amount_minor=row["amount_minor"],
        counterparty_key=row["counterparty_key"],
        merchant_category=row["merchant_category"],
        category=row["category"],
        balance_after_minor=row["balance_after_minor"],
        loan_id=row["loan_id"],
    )
