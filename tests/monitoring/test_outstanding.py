"""What is owed of a loan with a schedule falls as it is repaid: principal outstanding, not the amount once lent."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.models import Instalment, Loan
from monitoring.services.outstanding import outstanding_sql
from tests.delinquency.world import KNOWN, as_of, loan, pays

pytestmark = pytest.mark.django_db
PARTS = st.lists(st.tuples(*[st.integers(0, 500)] * 3), min_size=1, max_size=6)
PAID = st.lists(st.tuples(st.integers(0, 300), st.integers(-800, 1_500).filter(bool)), max_size=5)


def owed(*loans: Loan, day: date = date(2024, 12, 31)) -> dict[int, int]:
    """Principal outstanding by loan, as known by the end of the day."""
    values = {"day": day, "as_of": as_of(day), "ids": [one.pk for one in loans]}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT loan_id, minor FROM {outstanding_sql('loan_id = ANY(%(ids)s)')} o", values)
        return dict(cursor.fetchall())


def told_coin_by_coin(parts: list[tuple[int, int, int]], received: int) -> int:
    """The rule as a person would follow it: fees, interest, then principal of one instalment after the other."""
    unpaid = 0
    for principal, interest, fee in parts:
        for amount, is_principal in ((fee, False), (interest, False), (principal, True)):
            paid = min(amount, received)
            received -= paid
            unpaid += (amount - paid) * is_principal
    return unpaid


@settings(max_examples=40, deadline=None)
@given(PARTS, PAID)
def test_it_is_what_the_payments_leave_of_the_principal(parts: list[tuple[int, int, int]], paid: list) -> None:
    with transaction.atomic():
        one = loan(instalments=0)
        Instalment.objects.bulk_create(
            Instalment(
                loan=one, number=n, due_on=date(2024, 2, 15) + timedelta(days=30 * n), principal_minor=principal,
                interest_minor=interest, fee_minor=fee, known_at=KNOWN, recorded_at=KNOWN,
            )
            for n, (principal, interest, fee) in enumerate(parts, start=1)
        )  # fmt: skip
        for days, amount in paid:
            pays(one, date(2024, 2, 1) + timedelta(days=days), amount)
        received = max(sum(amount for _, amount in paid), 0)
        assert owed(one) == {one.pk: told_coin_by_coin(parts, received)}
        transaction.set_rollback(True)


def test_only_what_was_paid_and_known_by_the_day_counts_and_the_schedule_known_last() -> None:
    one, other = loan(instalments=10), loan(instalments=0)
    pays(one, date(2024, 3, 1), 250_000)
    assert owed(one, other, day=date(2024, 2, 29)) == {one.pk: 1_000_000}
    assert owed(one, other, day=date(2024, 3, 1)) == {one.pk: 750_000}
    later = as_of(date(2024, 6, 1))
    Instalment.objects.create(
        loan=one, number=1, due_on=date(2025, 1, 1), principal_minor=400_000, known_at=later, recorded_at=later
    )
    assert owed(one) == {one.pk: 150_000}


def test_a_case_stands_for_what_is_left_of_the_loan_and_a_card_for_its_bill() -> None:
    asked = {"day": date(2024, 12, 31), "as_of": as_of(date(2024, 12, 31))}
    one = loan(instalments=10)
    pays(one, date(2024, 3, 1), 250_000)
    statement = f"SELECT o.minor FROM lending_loan l, LATERAL {outstanding_sql('loan_id = l.id')} o WHERE l.id = %(id)s"
    with connection.cursor() as cursor:
        cursor.execute(statement, {**asked, "id": one.pk})
        assert cursor.fetchall() == [(750_000,)]
        cursor.execute(statement, {**asked, "id": loan(instalments=0).pk})
        assert cursor.fetchall() == []
