"""Facts go into the book once, whole, and are read as they were known."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import pytest

from audit.models import AuditEntry
from lending import book_changes
from lending.models import AccountTransaction, CustomerMonth, Instalment, Repayment, RiskEvent
from lending.services.book.accounts import transaction_texts, transactions_record
from lending.services.book.events import events_record
from lending.services.book.inputs import EventInput, LoanInput, ScheduledInstalment
from lending.services.book.loans import LoanKnownError, loan_report
from lending.services.book.reading import instalments_as_of, repayments_as_of, transactions_as_of
from lending.services.book.recording import InvalidBookItems
from lending.services.book.repayments import instalments_record, repayments_record
from lending.services.customers import CustomerErasedError, customer_erase
from lending.vault import key_unwrap
from tests.book.factory import (
    ACTOR,
    CALL,
    NOW,
    account_make,
    customer_make,
    day,
    instalment,
    loan_make,
    moved,
    product_make,
    repayment,
)

pytestmark = pytest.mark.django_db


def test_a_repayment_told_twice_is_recorded_once() -> None:
    loan = loan_make()
    first = repayments_record(items=[repayment(loan), repayment(loan, "R-2"), repayment(loan)], **CALL)
    again = repayments_record(items=[repayment(loan), repayment(loan, "R-2", amount=1)], **CALL)
    assert first.states == ("new", "new", "known")
    assert again.states == ("known", "conflicting")
    assert sorted(Repayment.objects.values_list("amount_minor", flat=True)) == [10_000, 10_000]
    assert AuditEntry.objects.filter(kind="repayments.recorded").count() == 2


def test_nothing_is_written_when_one_item_is_wrong() -> None:
    loan = loan_make()
    wrong = repayment(loan, "R-2", amount=0, known_at=day(29))
    with pytest.raises(InvalidBookItems) as refused:
        repayments_record(items=[repayment(loan), wrong], **CALL)
    assert {problem["field"] for problem in refused.value.facts["problems"]} == {
        "items[1].amount_minor",
        "items[1].known_at",
    }
    assert not Repayment.objects.exists()


def test_a_schedule_known_later_takes_the_place_of_the_earlier_from_then_on() -> None:
    loan = loan_make()
    instalments_record(items=[instalment(loan, number) for number in (1, 2, 3)], **CALL)
    instalments_record(items=[instalment(loan, number, known=60, principal=15_000) for number in (1, 2)], **CALL)
    before, after = (instalments_as_of([loan.pk], day(number)) for number in (59, 60))
    assert before.rows() == [(loan.pk, number, date(2026, 1 + number, 5), 10_500) for number in (1, 2, 3)]
    assert after["due_minor"].to_list() == [15_500, 15_500]
    assert Instalment.objects.count() == 5


def test_a_repayment_counts_from_when_it_was_known() -> None:
    loan = loan_make()
    late = repayment(loan, "late", on=10, known_at=day(40))
    repayments_record(items=[late, repayment(loan, "back", amount=-10_000, on=35)], **CALL)
    assert repayments_as_of([loan.pk], day(36))["amount_minor"].to_list() == [-10_000]
    assert repayments_as_of([loan.pk], day(40))["amount_minor"].to_list() == [10_000, -10_000]
    assert repayments_as_of([], day(40)).height == 0


def test_transactions_are_classified_and_their_texts_sealed() -> None:
    customer = customer_make()
    account = account_make(customer)
    items = [moved(account, "T-1", 800_000, text="工资 十月", counterparty="某某公司"), moved(account, "T-2", -5_000)]
    assert transactions_record(items=items, **CALL).new == 2
    salary, unknown = AccountTransaction.objects.order_by("external_id")
    assert (salary.category, unknown.category) == ("salary", "")
    assert "工资".encode() not in bytes(salary.sealed)
    key = key_unwrap(customer.wrapped_key)
    told = transaction_texts(account_id=account.pk, external_id="T-1", key=key, sealed=salary.sealed)
    assert told == {"counterparty": "某某公司", "text": "工资 十月"}


def test_a_transfer_meets_the_account_it_names_however_it_is_typed() -> None:
    account = account_make(customer_make(), number="6222-0001")
    transactions_record(items=[moved(account, "T-1", -5_000, counterparty_account="62220001")], **CALL)
    assert AccountTransaction.objects.get().counterparty_key == account.account_key != ""


def test_an_erased_customer_gets_no_transactions_and_loses_the_keys_of_others() -> None:
    customer = customer_make()
    account = account_make(customer)
    transactions_record(items=[moved(account, "T-1", -5_000, counterparty_account="6222 9")], **CALL)
    customer_erase(customer=customer, at=NOW, actor=ACTOR)
    account.refresh_from_db()
    assert (account.account_key, AccountTransaction.objects.get().counterparty_key) == ("", "")
    with pytest.raises(CustomerErasedError):
        transactions_record(items=[moved(account, "T-2", -5_000)], **CALL)


def test_frames_of_transactions_hold_what_was_known() -> None:
    account = account_make(customer_make())
    items = [
        moved(account, "T-1", 100, on=3),
        moved(account, "T-2", -100, on=5, known=50),
        moved(account, "T-3", 7, on=60),
    ]
    transactions_record(items=items, **CALL)
    frame = transactions_as_of([account.customer_id], day(0), day(49))
    assert frame.select("external_id", "amount_minor", "event_at", "is_own").rows() == [("T-1", 100, day(3), True)]
    assert transactions_as_of([account.customer_id], day(4), day(61))["external_id"].to_list() == ["T-2", "T-3"]


def test_a_month_of_a_customer_grows_as_more_becomes_known() -> None:
    account = account_make(customer_make())
    first = [moved(account, "T-1", 800_000, category="salary", balance_after_minor=900_000)]
    transactions_record(items=first, **CALL)
    late = [
        moved(account, "T-2", -30_000, category="cash", on=12, balance_after_minor=-100),
        moved(account, "T-3", -20_000, category="gambling", on=12, known=20),
        moved(account, "T-4", 50_000, category="other_lender", on=2, known=5),
    ]
    transactions_record(items=late, **CALL)
    fields = (
        "income_minor",
        "lender_in_minor",
        "cash_out_minor",
        "gambling_minor",
        "lowest_balance_minor",
        "spend_minor",
    )
    months = CustomerMonth.objects.order_by("known_at").values_list("known_at", *fields)
    assert list(months) == [
        (day(5, 8), 0, 50_000, 0, 0, None, 0),
        (day(10, 8), 800_000, 50_000, 0, 0, 900_000, 0),
        (day(12, 8), 800_000, 50_000, 30_000, 0, -100, 30_000),
        (day(20, 8), 800_000, 50_000, 30_000, 20_000, -100, 50_000),
    ]


def test_a_month_begins_when_it_begins_where_the_money_is() -> None:
    product_make()
    account = account_make(customer_make())
    evening = moved(account, "T-1", 5, on=30, known=31, category="salary")
    evening = msgspec.structs.replace(evening, event_at=day(30, 20))
    transactions_record(items=[moved(account, "T-0", 3, on=30, category="salary"), evening], **CALL)
    assert list(CustomerMonth.objects.order_by("month").values_list("month", "income_minor")) == [
        (date(2026, 1, 1), 3),
        (date(2026, 2, 1), 5),
    ]


def test_transfers_between_own_accounts_are_neither_income_nor_spending() -> None:
    customer = customer_make()
    current, saving = account_make(customer), account_make(customer, "ACC-2", "6222 0002")
    items = [
        moved(current, "T-1", -70_000, counterparty_account="62220002"),
        moved(saving, "T-1", 70_000, category="income", counterparty_account="62220001"),
        moved(current, "T-2", -1_000, category="goods"),
    ]
    transactions_record(items=items, **CALL)
    month = CustomerMonth.objects.latest("known_at")
    assert (month.income_minor, month.spend_minor) == (0, 1_000)


def test_a_loan_paid_out_is_in_the_book_with_its_schedule_and_an_event_once() -> None:
    parts = tuple(
        ScheduledInstalment(number=number, due_on=date(2026, 1 + number, 5), principal_minor=500) for number in (1, 2)
    )
    loan = LoanInput(
        external_id="L-9", amount_minor=1000, disbursed_minor=1000, opened_on=date(2026, 1, 5), instalments=parts
    )
    told = {"product": product_make(), "customer": customer_make(), "application": None, "known_at": day(5)} | CALL
    row, is_new = loan_report(loan=loan, **told)
    assert (is_new, row.instalments.count(), RiskEvent.objects.get().kind) == (True, 2, "disbursement")
    assert loan_report(loan=loan, **told) == (row, False)
    with pytest.raises(LoanKnownError):
        loan_report(
            loan=LoanInput(external_id="L-9", amount_minor=2, disbursed_minor=2, opened_on=loan.opened_on), **told
        )


def test_whoever_watches_hears_once_and_only_of_what_is_new(django_capture_on_commit_callbacks) -> None:
    heard: list[Sequence[int]] = []
    book_changes.handler_register("test", heard.append)
    try:
        loan = loan_make()
        event = EventInput(
            kind="contact_lost", customer_id=loan.customer_id, external_id="E-1", event_at=day(1), known_at=day(1)
        )
        for _ in range(2):
            with django_capture_on_commit_callbacks(execute=True):
                events_record(items=[event], **CALL)
                repayments_record(items=[repayment(loan)], **CALL)
    finally:
        del book_changes._HANDLERS["test"]
    assert heard == [[loan.customer_id], [loan.customer_id]]


def test_a_fact_cannot_be_known_later_than_now() -> None:
    with pytest.raises(InvalidBookItems):
        repayments_record(items=[repayment(loan_make(), known_at=NOW + timedelta(seconds=1))], **CALL)
