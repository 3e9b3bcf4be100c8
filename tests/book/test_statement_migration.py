"""The migration of corrected statements: back and forward again, and on after it was cut off at any step."""

from collections.abc import Sequence
from importlib import import_module

import pytest
from django.db import IntegrityError, connection

from lending.models import LoanMonth
from tests.book.factory import NOW, day, loan_make

pytestmark = pytest.mark.django_db(transaction=True)
_OPERATION = import_module("lending.migrations.0014_statements_corrected").Migration.operations[0]
FORWARD, BACK = _OPERATION.sql, _OPERATION.reverse_sql


def _run(statements: Sequence[str]) -> None:
    for statement in statements:
        with connection.cursor() as cursor:
            cursor.execute(statement)


def _unique() -> list[tuple[str, bool]]:
    """Unique indexes on statements but for the key, and whether each holds a constraint."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, c.oid IS NOT NULL FROM pg_index"
            " LEFT JOIN pg_constraint c ON c.conindid = indexrelid AND c.conrelid = indrelid"
            " WHERE indrelid = 'lending_loanmonth'::regclass AND indisunique AND NOT indisprimary"
        )
        return list(cursor.fetchall())


def test_it_goes_back_and_forward_and_on_from_wherever_it_was_cut_off() -> None:
    for cut_off in range(len(FORWARD) + 1):
        _run(BACK)
        assert _unique() == [("loan_month_once", True)]
        _run(FORWARD[:cut_off])
        _run(FORWARD)
        assert _unique() == [("loan_month_known_once", True)]
    for cut_off in range(len(BACK) + 1):
        _run(BACK[:cut_off])
        _run(BACK)
        assert _unique() == [("loan_month_once", True)]
        _run(FORWARD)


def test_a_book_with_corrections_does_not_go_back_and_stays_as_it_is() -> None:
    loan = loan_make()
    for replaced in (day(30), None):
        LoanMonth.objects.create(
            loan=loan, business_date=day(20).date(), known_at=day(20), recorded_at=NOW, payment_status=0,
            billed_minor=1, paid_minor=0, replaced_known_at=replaced,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="cannot go back"):
        _run(BACK)
    assert _unique() == [("loan_month_known_once", True)]
