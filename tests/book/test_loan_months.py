"""Statements of card accounts come in by file and by API, once each; a book that was imported warns."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from audit.models import ApiClient, AuditEntry
from lending.models import Application, Loan, LoanMonth
from lending.services.book import loan_months
from lending.services.book.inputs import LoanMonthInput
from lending.services.book.loan_months import loan_months_record
from lending.services.book.recording import InvalidBookItems
from monitoring.models import EarlyWarning
from tests.book.factory import CALL, NOW, loan_make, product_make
from tests.book.importing import counts, imported, mapping_of
from tests.book.test_reports import Reporter
from tests.factories.monitoring import card, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db
AT = datetime(2005, 9, 30, 12, tzinfo=UTC)
"""20:00 in Taipei, on the day of the statements."""
PEOPLE = {"national_id": "id", "name": "name"}
LOANS = {"product": "=card", "external_id": "no", "national_id": "id", "amount_minor": "limit", "opened_on": "since"}
MONTHS = {
    "product": "=card", "loan": "no", "business_date": "day", "payment_status": "status", "billed_minor": "bill",
    "paid_minor": "paid",
}  # fmt: skip
STATEMENT = {
    "loan": {"product": "instalment", "external_id": "L-1"}, "business_date": "2026-03-31", "payment_status": 0,
    "billed_minor": 100_000, "paid_minor": 20_000,
}  # fmt: skip


def month(number: str, day: str, status: int, **more: str) -> dict[str, str]:
    return {"no": number, "day": day, "status": str(status), "bill": "1,000.00", "paid": "200", **more}


def statement(loan: Loan, **more: Any) -> LoanMonthInput:
    told: dict[str, Any] = {
        "business_date": date(2026, 3, 31), "known_at": datetime(2026, 4, 1, tzinfo=UTC), "payment_status": 0,
        "billed_minor": -500, "paid_minor": 0,
    }  # fmt: skip
    return LoanMonthInput(loan_id=loan.pk, **told | more)


def test_a_book_imported_by_mappings_is_reviewed_and_warns_until_it_is_paid() -> None:
    card()
    post_loan_goes_live()
    people = [{"id": f"A12345678{n}", "name": f"Holder {n}"} for n in range(3)]
    loans = [{"no": f"C-{n}", "id": f"A12345678{n}", "limit": "50000", "since": "2005-01-01"} for n in range(3)]
    months = [month("C-0", "2005-08-31", 1), month("C-0", "2005-09-30", 2), month("C-1", "2005-09-30", 0)]
    assert counts(imported(mapping_of("customers", PEOPLE), people, AT)) == {"new": 3}
    assert counts(imported(mapping_of("loans", LOANS), loans, AT)) == {"new": 3}
    mapping = mapping_of("loan_months", MONTHS)
    assert counts(imported(mapping, months, AT)) == {"new": 3}
    assert counts(imported(mapping, months, AT)) == {"known": 3}
    run = reviewed()
    warning = EarlyWarning.objects.get()
    assert (run.state, run.done_count, run.chunks.get().skips) == ("COMPLETE", 2, {"no_month": 1})
    assert (warning.loan.external_id, warning.level, warning.state) == ("C-0", "ORANGE", "OPEN")
    later = AT.replace(month=10, day=31)
    imported(mapping, [month("C-0", "2005-10-31", 0), month("C-2", "2005-10-31", 4)], later)
    run = reviewed(date(2005, 10, 31))
    levels = dict(run.results.values_list("loan__external_id", "level"))
    assert levels == {"C-0": "BLUE", "C-1": "NONE", "C-2": "RED"}


def test_wrong_statements_are_named_and_the_others_go_in() -> None:
    loan_make("C-0", product=product_make("card", "TWD", "Asia/Taipei"))
    rows = [
        month("C-0", "2005-09-30", 0), month("C-0", "2005-08-31", 121), month("C-9", "2005-08-31", 0),
        month("C-0", "2005-07-31", 0, paid="-1"), month("C-0", "2005-10-01", 0), month("C-0", "2005-09-30", 1),
    ]  # fmt: skip
    done = imported(mapping_of("loan_months", MONTHS), rows, AT)
    assert counts(done) == {"new": 1, "conflicting": 1, "rejected": 4}
    assert list(done.rejects.order_by("row").values_list("row", "field", "code")) == [
        (2, "payment_status", "out_of_range"),
        (3, "loan", "not_found"),
        (4, "paid_minor", "out_of_range"),
        (5, "known_at", "known_before_it_happened"),
        (6, "", "conflicting"),
    ]


def test_a_statement_is_recorded_once_and_its_holder_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    loan, told = loan_make(), []
    monkeypatch.setattr("lending.services.book.telling.changed", told.append)
    first = loan_months_record(items=[statement(loan)], **CALL)
    other = loan_months_record(items=[statement(loan), statement(loan, payment_status=1)], **CALL)
    assert (first.states, other.states) == (("new",), ("known", "conflicting"))
    assert told == [[loan.customer_id], []]
    assert LoanMonth.objects.get().payment_status == 0
    assert AuditEntry.objects.filter(kind="loan_months.recorded").count() == 2


def test_nothing_is_written_where_one_is_wrong_and_without_the_check_it_would_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loan = loan_make()
    wrong = [statement(loan), statement(loan, business_date=date(2026, 4, 30))]
    with pytest.raises(InvalidBookItems) as error:
        loan_months_record(items=wrong, **CALL)
    assert [(one["field"], one["code"]) for one in error.value.facts["problems"]] == [
        ("items[1].known_at", "known_before_it_happened")
    ]
    assert not LoanMonth.objects.exists()
    monkeypatch.setattr(loan_months, "_month_check", lambda *_: {})
    assert loan_months_record(items=wrong, **CALL).new == 2


def test_the_api_takes_one_and_many_once() -> None:
    loan_make()
    reporter = Reporter()
    first, again = reporter.post("loan-months", STATEMENT), reporter.post("loan-months", STATEMENT)
    since = LoanMonth.objects.get().known_at.isoformat()
    changed = reporter.post("loan-months", {**STATEMENT, "billed_minor": 1, "known_at": since})
    assert (first.status_code, first.json()) == (201, {"external_id": "L-1 2026-03-31", "state": "new"})
    assert (again.status_code, changed.status_code, changed.json()["code"]) == (200, 409, "external_id_used")
    items = [
        {**STATEMENT, "business_date": "2026-04-30"}, STATEMENT, {**STATEMENT, "payment_status": -3},
        {**STATEMENT, "loan": {"product": "instalment", "external_id": "L-2"}},
    ]  # fmt: skip
    batch = reporter.post("loan-months", {"items": items})
    assert batch.status_code == 207
    assert [item["state"] for item in batch.json()["items"]] == ["new", "known", "rejected", "rejected"]
    assert LoanMonth.objects.count() == 2


def test_another_lenders_account_is_not_there() -> None:
    loan = loan_make()
    owner = ApiClient.objects.create(code="owner", name="owner")
    loan.application = Application.objects.create(
        client=owner, external_id="A-1", product=loan.product, customer=loan.customer, created_at=NOW
    )
    loan.save()
    answer = Reporter().post("loan-months", STATEMENT)
    assert [(one["field"], one["code"]) for one in answer.json()["problems"]] == [("loan", "not_found")]
