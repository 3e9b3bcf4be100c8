"""Loans whose changes were kept before they said so themselves are filled in, each once."""

from importlib import import_module

import pytest
from django.db import connection

from lending.models import Loan
from lending.services.book.loan_changes import loan_changes_record
from tests.book.factory import CALL, day, loan_make
from tests.book.test_loan_changes import change

pytestmark = pytest.mark.django_db
MIGRATION = import_module("lending.migrations.0015_told_by_changes").Migration


def _said() -> list[tuple[str, str, bool]]:
    return list(Loan.objects.order_by("external_id").values_list("external_id", "closed_cause", "has_reopened"))


def test_loans_say_what_their_changes_tell_and_the_rest_stays_without_a_cause() -> None:
    loan_changes_record(items=[change(loan_make("A"), "CLOSED", on=40)], **CALL)
    again = loan_make("B")
    for kind, on in (("CLOSED", 40), ("REOPENED", 50)):
        loan_changes_record(items=[change(again, kind, on=on, number=kind)], **CALL)
    Loan.objects.filter(pk=loan_make("C").pk).update(closed_on=day(40).date())
    told = _said()
    assert [(cause != "", reopened) for _name, cause, reopened in told] == [
        (True, False),
        (False, True),
        (False, False),
    ]
    Loan.objects.update(closed_cause="", has_reopened=False)
    for _time in range(2):
        with connection.cursor() as cursor:
            for operation in MIGRATION.operations:
                cursor.execute(operation.sql)
        assert _said() == told


def test_the_columns_are_added_without_filling_them_under_the_same_lock() -> None:
    assert not MIGRATION.atomic
    adding = import_module("lending.migrations.0013_changes_asked_for").Migration.operations
    assert not [one for one in adding if "UPDATE lending_loan " in str(getattr(one, "sql", ""))]
