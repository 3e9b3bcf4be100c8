"""A loan, or a closing, reported today with a day of last month changes no review as of a day before it was known."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from lending.models import Loan
from lending.services.book.inputs import LoanChangeInput, LoanInput
from lending.services.book.loan_changes import loan_changes_record
from lending.services.book.loans import loan_report
from monitoring.services.delinquency.reading import delinquency_of
from monitoring.services.health.inputs import inputs_read
from monitoring.services.portraits.reading import Extent, portraits_read
from monitoring.services.reviews import review_as_of
from tests.factories.monitoring import (
    AT,
    DAY,
    card,
    loans,
    month_add,
    months,
    post_loan_goes_live,
    reviewed,
    rows_of,
)

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=20)


@pytest.fixture
def earlier() -> Loan:
    """A loan known since its opening, of a customer who gets another one."""
    post_loan_goes_live()
    return loans(months(1))[0]


def _known(loan: Loan) -> dict[str, Any]:
    """What a review as of DAY reads and writes, undone again."""
    place = transaction.savepoint()
    as_of, customer = review_as_of(DAY, card()), loan.customer_id
    run = reviewed()
    ids = list(Loan.objects.order_by("pk").values_list("pk", flat=True))
    extent = Extent(product_id=card().pk, as_of=as_of, business_date=DAY)
    found = {
        "due": (run.due_count, run.skipped_count),
        "rows": rows_of(run),
        "portraits": portraits_read(extent, [])["_loan_id"].to_list(),
        "delinquency": delinquency_of(ids, DAY, as_of).rows(),
        "health": inputs_read([customer], as_of, DAY, at=AT).rows(),
    }
    transaction.savepoint_rollback(place)
    return found


def _back_dated(loan: Loan) -> Loan:
    told = LoanInput(
        external_id="BACK-DATED",
        amount_minor=1_000_00,
        disbursed_minor=1_000_00,
        opened_on=DAY - timedelta(days=60),
        purpose="",
        region_id=None,
        annual_rate=None,
        term_months=None,
        branch="",
    )
    row, _is_new = loan_report(
        product=card(), customer=loan.customer, loan=told, application=None, source="t", known_at=LATER, at=LATER,
        actor="system:test",
    )  # fmt: skip
    month_add(row, DAY, 4)
    return row


def test_a_review_as_of_before_gives_the_same_rows(earlier: Loan) -> None:
    before = _known(earlier)
    row = _back_dated(earlier)
    assert row.known_at == LATER
    assert _known(earlier) == before


def test_the_twin_that_forgets_since_when_a_loan_is_known_sees_it(earlier: Loan) -> None:
    before = _known(earlier)
    row = _back_dated(earlier)
    Loan.objects.filter(pk=row.pk).update(known_at=None)
    after = _known(earlier)
    assert [name for name in before if after[name] != before[name]] == list(before)


def test_it_is_reviewed_from_then_on(earlier: Loan) -> None:
    row = _back_dated(earlier)
    month_add(row, LATER.date(), 0)
    assert reviewed(LATER.date()).results.filter(loan=row).exists()


def _closed(loan: Loan) -> None:
    told = LoanChangeInput(
        loan_id=loan.pk,
        external_id="C-1",
        kind="CLOSED",
        changed_on=DAY - timedelta(days=5),
        cause="REPAID",
        known_at=LATER,
    )
    loan_changes_record(items=[told], source="t", at=LATER, actor="system:test")


def test_a_closing_told_later_changes_no_review_as_of_before(earlier: Loan) -> None:
    before = _known(earlier)
    _closed(earlier)
    assert _known(earlier) == before


def test_the_twin_that_forgets_since_when_a_closing_is_known_misses_the_loan(earlier: Loan) -> None:
    before = _known(earlier)
    _closed(earlier)
    Loan.objects.filter(pk=earlier.pk).update(closed_known_at=None)
    after = _known(earlier)
    assert {"due", "rows", "portraits", "health"} == {name for name in before if after[name] != before[name]}
