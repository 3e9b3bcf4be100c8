"""Landing of schedules, repayments, transactions and risk events."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from lending.book_imports.mapping import RowProblem
from lending.business_dates import business_date_end
from lending.models import BankAccount, Instalment
from lending.services.book.accounts import accounts_record, transactions_record
from lending.services.book.events import DECIDED_HERE, events_record
from lending.services.book.inputs import AccountInput, EventInput, InstalmentInput, RepaymentInput, TransactionInput
from lending.services.book.recording import Recorded
from lending.services.book.repayments import instalments_record, repayments_record
from lending.services.book_imports.landing import (
    Context,
    Holder,
    Landed,
    Values,
    holders_find,
    known_of,
    land_items,
    rejected,
)


def instalments_land(rows: Sequence[Any], context: Context) -> list[Landed]:
    """Schedules, each loan's rows in one part. The latest known schedule takes the place of all before it.

    Rows that do not say when they were known change the schedule in the book: where all of a loan's rows are in it
    they are known; else the loan gets a new one, with those of the old that were not told again.
    """
    holders = holders_find(rows)
    current = _schedules({holder.loan_id for holder in holders if holder and holder.loan_id})
    told: dict[int, dict[int, InstalmentInput]] = {}
    inputs: list[InstalmentInput | Landed] = []
    for place, (row, holder) in enumerate(zip(rows, holders, strict=True)):
        if holder is None or holder.loan_id is None:
            inputs.append(rejected("loan", "not_found"))
            continue
        item = _instalment(row, holder.loan_id, known_of(row, context))
        inputs.append(item)
        if "known_at" not in row:
            told.setdefault(holder.loan_id, {})[place] = item
    for loan_id, items in told.items():
        schedule = current.get(loan_id, {})
        if schedule and all(_content(schedule.get(item.number)) == _content(item) for item in items.values()):
            for place in items:
                inputs[place] = Landed("known")

    def record(items: Sequence[InstalmentInput]) -> Recorded:
        # Together: a schedule of which only a part is there would look paid. Of a row left out the old one stays.
        numbers: dict[int, set[int]] = {}
        for item in items:
            if item.loan_id in told and item.known_at == context.known_at:
                numbers.setdefault(item.loan_id, set()).add(item.number)
        kept = [
            msgspec.structs.replace(old, known_at=context.known_at)
            for loan_id, new in numbers.items()
            for number, old in current.get(loan_id, {}).items()
            if number not in new and old.known_at < context.known_at
        ]
        recorded = instalments_record(items=[*items, *kept], **_call(context))
        return Recorded(recorded.states[: len(items)])

    places = iter(inputs)
    return land_items(rows, lambda _row: next(places), record)


def _instalment(row: Any, loan_id: int, known_at: datetime) -> InstalmentInput:
    return InstalmentInput(
        loan_id=loan_id,
        number=row["number"],
        due_on=row["due_on"],
        principal_minor=row["principal_minor"],
        interest_minor=row.get("interest_minor", 0),
        fee_minor=row.get("fee_minor", 0),
        known_at=known_at,
    )


def _content(item: InstalmentInput | None) -> tuple[Any, ...] | None:
    if item is None:
        return None
    return item.due_on, item.principal_minor, item.interest_minor, item.fee_minor


def _schedules(loan_ids: set[int]) -> dict[int, dict[int, InstalmentInput]]:
    """The schedule of each loan known last, by number."""
    found: dict[int, dict[int, InstalmentInput]] = {}
    for row in Instalment.objects.filter(loan__in=loan_ids).order_by("known_at"):
        schedule = found.setdefault(row.loan_id, {})
        if any(item.known_at < row.known_at for item in schedule.values()):
            schedule.clear()
        schedule[row.number] = InstalmentInput(
            loan_id=row.loan_id,
            number=row.number,
            due_on=row.due_on,
            principal_minor=row.principal_minor,
            interest_minor=row.interest_minor,
            fee_minor=row.fee_minor,
            known_at=row.known_at,
        )
    return found


def repayments_land(rows: Sequence[Values], context: Context) -> list[Landed]:
    """Repayments: they happen at the start of their business day, where the product is lent."""
    holders = iter(holders_find(rows))

    def build(row: Any) -> RepaymentInput | Landed:
        holder = next(holders)
        if holder is None or holder.loan_id is None:
            return rejected("loan", "not_found")
        return RepaymentInput(
            loan_id=holder.loan_id,
            external_id=row["external_id"],
            paid_on=row["paid_on"],
            event_at=day_began(row["paid_on"], row["product"], context),
            known_at=row.get("known_at"),
            amount_minor=row["amount_minor"],
        )

    def record(items: Sequence[RepaymentInput]) -> Recorded:
        return repayments_record(items=items, untold_at=context.known_at, **_call(context))

    return land_items(rows, build, record)


def events_land(rows: Sequence[Values], context: Context) -> list[Landed]:
    """Risk events of customers and their loans."""
    holders = iter(holders_find(rows))

    def build(row: Any) -> EventInput | Landed:
        holder = next(holders)
        if holder is None:
            return rejected("loan" if "loan" in row else "national_id", "not_found")
        if row["kind"] in DECIDED_HERE:
            return rejected("kind", "unknown_kind")
        return EventInput(
            kind=row["kind"],
            customer_id=holder.customer_id,
            loan_id=holder.loan_id,
            external_id=row["external_id"],
            event_at=row["event_at"],
            known_at=known_of(row, context),
            amount_minor=row.get("amount_minor"),
            category=row.get("category", "")[:40],
        )

    return land_items(rows, build, lambda items: events_record(items=items, **_call(context)))


def transactions_land(rows: Sequence[Values], context: Context) -> list[Landed]:
    """Transactions, their accounts made where they are new; texts are sealed by the service."""
    holders = holders_find(rows)
    accounts = _accounts(rows, holders, context)
    places = iter(range(len(rows)))

    def build(row: Any) -> TransactionInput | Landed:
        holder = holders[next(places)]
        if holder is None:
            return rejected("loan" if "loan" in row else "national_id", "not_found")
        if holder.is_erased:
            return rejected("account", "customer_erased")
        account = accounts.get(row["account"])
        if account is None or account.customer_id != holder.customer_id or account.currency != row["currency"]:
            return Landed("rejected", [RowProblem("account", "conflicting")])
        return TransactionInput(
            account_id=account.pk,
            external_id=row["external_id"],
            event_at=row["event_at"],
            known_at=known_of(row, context),
            amount_minor=row["amount_minor"],
            balance_after_minor=row.get("balance_after_minor"),
            category=row.get("category", "")[:40],
            merchant_category=row.get("merchant_category", "")[:8],
            counterparty=row.get("counterparty", ""),
            counterparty_account=row.get("counterparty_account", ""),
            text=row.get("text", ""),
        )

    return land_items(rows, build, lambda items: transactions_record(items=items, **_call(context)))


def _accounts(rows: Sequence[Any], holders: Sequence[Holder | None], context: Context) -> dict[str, BankAccount]:
    references = {row["account"] for row in rows}
    known = {account.external_id: account for account in BankAccount.objects.filter(external_id__in=references)}
    made = {
        row["account"]: AccountInput(
            customer_id=holder.customer_id,
            external_id=row["account"],
            currency=row["currency"],
            number=row.get("account_number", ""),
        )
        for row, holder in zip(rows, holders, strict=True)
        if holder is not None and not holder.is_erased and row["account"] not in known and len(row["account"]) <= 80
    }
    if not made:
        return known
    accounts_record(items=list(made.values()), **_call(context))
    return {account.external_id: account for account in BankAccount.objects.filter(external_id__in=references)}


def day_began(day: date, product: str, context: Context) -> datetime:
    """The first instant of a business day of a product; of UTC where the product is not known."""
    return business_date_end(day - timedelta(days=1), context.zones.get(product, "UTC"))


def _call(context: Context) -> dict[str, Any]:
    return {"source": context.source, "at": context.at, "actor": context.actor}
