"""A lender's book is taken over in bulk, whole or not at all."""

from datetime import UTC, date, datetime

import pytest

from audit.models import AuditEntry
from lending.models import Customer, Loan, LoanMonth, Product
from lending.services.imports import LoanRecord, LoansKnownError, MonthRecord, loans_import
from lending.vault import key_unwrap

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def product() -> Product:
    return Product.objects.create(code="card", name_en="Card", name_zh="卡", currency="TWD", timezone="Asia/Taipei")


def loan(number: str, **attributes) -> LoanRecord:
    month = MonthRecord(date(2005, 9, 30), datetime(2005, 9, 30, 10, tzinfo=UTC), 2, 123_456, 0)
    return LoanRecord(number, 10_000_000, date(2005, 4, 1), attributes, [month])


def take_over(product, *loans):
    return loans_import(product=product, loans=loans, source="a test", at=NOW, actor="system:test")


def test_it_copies_loans_with_their_months_and_a_key_for_each_customer(product):
    assert take_over(product, loan("A", education=2), loan("B")) == 2
    first = Loan.objects.get(external_id="A")
    assert first.attributes == {"education": 2} and first.limit_minor == 10_000_000
    assert first.months.get().billed_minor == 123_456
    keys = {key_unwrap(customer.wrapped_key) for customer in Customer.objects.all()}
    assert len(keys) == 2


def test_text_arrives_as_it_was_given(product):
    awkward = "tab\there, back\\slash, line\nend, 中文, \\N"
    take_over(product, loan(awkward[:70], purpose=awkward))
    found = Loan.objects.get()
    assert found.external_id == awkward[:70] and found.attributes == {"purpose": awkward}


def test_a_known_contract_number_stops_the_whole_import(product):
    take_over(product, loan("A"))
    with pytest.raises(LoansKnownError):
        take_over(product, loan("B"), loan("A"))
    assert Loan.objects.count() == LoanMonth.objects.count() == Customer.objects.count() == 1


def test_the_import_is_in_the_audit_log_without_personal_data(product):
    take_over(product, loan("A"))
    entry = AuditEntry.objects.get(kind="loans.imported")
    assert entry.payload == {"loans": 1, "months": 1, "source": "a test"}
