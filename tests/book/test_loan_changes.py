"""What becomes of a contract: closed, open again, restructured; and closed by itself once it is paid in full."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.book_changes import _HANDLERS, handler_register
from lending.models import Loan, LoanChange
from lending.services.book.inputs import LoanChangeInput
from lending.services.book.loan_changes import loan_changes_record
from lending.services.book.reading import instalments_as_of
from lending.services.book.recording import InvalidBookItems
from lending.services.book.repayments import instalments_record, repayments_record
from tests.book.factory import CALL, day, instalment, loan_make, repayment
from tests.book.test_reports import Reporter

pytestmark = pytest.mark.django_db
WHOLE = 3 * 10_500
NAME = {"product": "instalment", "external_id": "L-1"}
CLOSED = {"loan": NAME, "external_id": "C-1", "kind": "CLOSED", "changed_on": "2026-03-01", "cause": "WRITTEN_OFF"}
PARTS = [{"due_on": f"2026-{month:02d}-05", "principal_minor": 5_000} for month in range(2, 8)]
RESTRUCTURED = {"loan": NAME, "external_id": "C-2", "kind": "RESTRUCTURED", "changed_on": "2026-03-01"}


def change(loan: Loan, kind: str = "CLOSED", on: int = 40, number: str = "C-1", **more: Any) -> LoanChangeInput:
    told = {"changed_on": day(on).date(), "known_at": day(on, 20), "cause": "OTHER" if kind == "CLOSED" else ""} | more
    return LoanChangeInput(loan_id=loan.pk, external_id=number, kind=kind, **told)


def scheduled(number: str = "L-1") -> Loan:
    loan = loan_make(number)
    instalments_record(items=[instalment(loan, place) for place in (1, 2, 3)], **CALL)
    return loan


def paid(loan: Loan, *amounts: int) -> Loan:
    start = loan.repayments.count()
    items = [repayment(loan, f"R-{start + n}", amount, on=31 + start + n) for n, amount in enumerate(amounts)]
    repayments_record(items=items, **CALL)
    loan.refresh_from_db()
    return loan


def test_a_loan_paid_in_full_closes_on_the_day_of_the_last_payment() -> None:
    loan = paid(scheduled(), WHOLE - 1)
    assert loan.closed_on is None
    paid(loan, 1)
    assert loan.closed_on == day(32).date()
    told = LoanChange.objects.get()
    assert (told.kind, told.cause, told.source) == ("CLOSED", "REPAID", "system:loans")


def test_a_payment_taken_back_opens_it_again_and_paying_anew_closes_it_anew() -> None:
    loan = paid(scheduled(), WHOLE)
    assert paid(loan, -10).closed_on is None
    assert paid(loan, 10).closed_on == day(33).date()
    assert list(LoanChange.objects.order_by("id").values_list("kind", flat=True)) == ["CLOSED", "REOPENED", "CLOSED"]


def test_a_loan_without_a_schedule_never_closes_by_itself() -> None:
    assert paid(loan_make(), 10**9).closed_on is None


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(-20_000, 20_000).filter(bool), min_size=1, max_size=6))
def test_it_is_closed_exactly_while_what_stayed_covers_the_schedule(amounts: list[int]) -> None:
    with transaction.atomic():
        loan = scheduled()
        for amount in amounts:
            paid(loan, amount)
            total = sum(loan.repayments.values_list("amount_minor", flat=True))
            assert (loan.closed_on is not None) == (total >= WHOLE)
        transaction.set_rollback(True)


def test_what_is_known_last_counts_and_a_repeat_changes_nothing() -> None:
    loan = loan_make()
    late = change(loan, "REOPENED", on=50, number="C-2")
    assert loan_changes_record(items=[late], **CALL).new == 1
    assert loan_changes_record(items=[change(loan, on=40)], **CALL).new == 1
    loan.refresh_from_db()
    assert loan.closed_on is None
    again = loan_changes_record(items=[change(loan, on=60, number="C-3"), change(loan, on=40)], **CALL)
    assert again.states == ("new", "known")
    loan.refresh_from_db()
    assert (loan.closed_on, loan.closed_known_at) == (day(60).date(), day(60, 20))
    other = loan_changes_record(items=[change(loan, on=41)], **CALL)
    assert other.states == ("conflicting",)


def test_a_loan_closed_by_its_lender_is_not_opened_by_a_payment_taken_back() -> None:
    loan = paid(scheduled(), WHOLE - 1)
    loan_changes_record(items=[change(loan, cause="SOLD")], **CALL)
    assert paid(loan, -5).closed_on == day(40).date()


def test_a_paid_loan_that_its_lender_opened_closes_once_though_the_payment_was_known_before() -> None:
    loan = paid(scheduled(), WHOLE)
    loan_changes_record(items=[change(loan, "REOPENED", on=50)], **CALL)
    assert paid(loan, 10).closed_on == day(32).date()
    assert paid(loan, 10).closed_known_at == day(50, 20)
    assert LoanChange.objects.count() == 3


def test_a_restructured_loan_says_since_when() -> None:
    loan = loan_make()
    loan_changes_record(items=[change(loan, "RESTRUCTURED")], **CALL)
    loan.refresh_from_db()
    assert (loan.restructured_on, loan.closed_on) == (day(40).date(), None)


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"cause": ""}, "cause", "out_of_range"),
        ({"kind": "RESTRUCTURED", "cause": "SOLD"}, "cause", "out_of_range"),
        ({"kind": "GONE", "cause": ""}, "kind", "unknown_kind"),
        ({"changed_on": date(2026, 1, 4)}, "changed_on", "days_out_of_order"),
        ({"changed_on": date(2026, 3, 1)}, "known_at", "known_before_it_happened"),
    ],
)
def test_a_change_that_contradicts_itself_is_refused(more: dict[str, Any], field: str, code: str) -> None:
    item = change(loan_make(), **more)
    with pytest.raises(InvalidBookItems) as refused:
        loan_changes_record(items=[item], **CALL)
    assert (field, code) in {(found["field"], found["code"]) for found in refused.value.by_place[0]}
    assert not LoanChange.objects.exists()


def test_the_database_itself_refuses_a_closing_without_a_cause() -> None:
    row = {"changed_on": date(2026, 2, 1), "known_at": day(40), "recorded_at": day(40), "source": "core"}
    with pytest.raises(IntegrityError, match="loan_change_closed_with_cause"):
        LoanChange.objects.create(loan=loan_make(), external_id="C-9", kind="CLOSED", cause="", **row)


def test_whoever_watches_the_customer_is_told(django_capture_on_commit_callbacks: Any) -> None:
    told: list[int] = []
    handler_register("test", told.extend)
    try:
        loan = loan_make()
        with django_capture_on_commit_callbacks(execute=True):
            loan_changes_record(items=[change(loan)], **CALL)
    finally:
        del _HANDLERS["test"]
    assert told == [loan.customer_id]


def test_a_lending_system_closes_and_restructures_over_the_api() -> None:
    loan, reporter = scheduled(), Reporter()
    answer = reporter.post("loan-changes", [{**RESTRUCTURED, "instalments": PARTS}, CLOSED])
    assert (answer.status_code, answer.json()["counts"]["new"]) == (200, 2)
    loan.refresh_from_db()
    assert (loan.closed_on, loan.restructured_on) == (date(2026, 3, 1), date(2026, 3, 1))
    schedule = instalments_as_of([loan.pk], timezone.now())
    assert schedule["due_minor"].to_list() == [5_000] * 6
    assert reporter.post("loan-changes", CLOSED).status_code == 200


def test_a_schedule_known_since_the_same_instant_as_another_is_refused_with_its_change() -> None:
    loan, reporter = scheduled(), Reporter()
    told = {**RESTRUCTURED, "instalments": PARTS, "known_at": "2026-03-02T00:00:00Z"}
    other = {**told, "external_id": "C-3", "instalments": [{**PARTS[0], "principal_minor": 1}]}
    answer = reporter.post("loan-changes", [told, other])
    assert [item["state"] for item in answer.json()["items"]] == ["new", "rejected"]
    assert answer.json()["items"][1]["problems"][0]["code"] == "schedule_known"
    assert [one.external_id for one in loan.changes.all()] == ["C-2"]
    assert reporter.post("loan-changes", told).status_code == 200


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({**CLOSED, "cause": None}, ("cause", "missing")),
        ({**RESTRUCTURED, "cause": "SOLD"}, ("cause", "only_closed")),
        ({**CLOSED, "instalments": PARTS}, ("instalments", "only_restructured")),
        ({**RESTRUCTURED, "instalments": [{"due_on": "2026-02-05"}]}, ("instalments[0].principal_minor", "missing")),
        ({**CLOSED, "loan": {**NAME, "external_id": "L-404"}}, ("loan", "not_found")),
        ({**CLOSED, "changed_on": "2026-01-04"}, ("changed_on", "days_out_of_order")),
    ],
)
def test_every_wrong_field_of_a_change_is_named(item: dict[str, Any], problem: tuple[str, str]) -> None:
    loan_make()
    answer = Reporter().post("loan-changes", item)
    assert answer.status_code == 422
    assert problem in {(found["field"], found["code"]) for found in answer.json()["problems"]}
    assert not LoanChange.objects.exists()


def test_a_schedule_of_what_remains_alone_is_refused_for_it_would_close_the_loan() -> None:
    loan = paid(scheduled(), 30_000)
    answer = Reporter().post("loan-changes", {**RESTRUCTURED, "instalments": PARTS})
    assert answer.status_code == 422
    assert {(found["field"], found["code"]) for found in answer.json()["problems"]} == {("instalments", "paid_already")}
    loan.refresh_from_db()
    assert (loan.closed_on, loan.restructured_on) == (None, None)


def test_no_lender_takes_the_numbers_of_loans_that_close_by_themselves() -> None:
    with pytest.raises(InvalidBookItems):
        loan_changes_record(items=[change(loan_make(), number="settled/1")], **CALL)
