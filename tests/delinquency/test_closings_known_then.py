"""How a loan closed is asked as it was known then: what is told later changes no label or figure of before."""

from datetime import date, datetime, timedelta

import pytest

from lending.models import CustomerStanding, Loan
from lending.services.book.inputs import LoanChangeInput
from lending.services.book.loan_changes import loan_changes_record
from monitoring.models import DelinquencyState, ReviewRun
from monitoring.services.delinquency.figures import Which, matrix_of, vintages_of
from monitoring.services.outcome_months import Closing, known_months
from monitoring.services.standings.closing import standings_clear
from tests.delinquency.world import as_of, loan, product, settings_in_force

pytestmark = pytest.mark.django_db
CLOSED = date(2024, 3, 20)
TOLD = date(2024, 3, 25)
THEN = date(2024, 6, 30)
LATER = date(2024, 12, 31)


def _told(one: Loan, kind: str, cause: str, on: date, known: date) -> None:
    item = LoanChangeInput(
        loan_id=one.pk, external_id=f"C-{known}", kind=kind, changed_on=on, cause=cause, known_at=as_of(known)
    )
    loan_changes_record(items=[item], source="t", at=as_of(known) + timedelta(hours=1), actor="system:test")
    one.refresh_from_db()


@pytest.fixture
def retold() -> Loan:
    """Closed for another reason in March; in December it is told that it had been written off."""
    made = loan()
    _told(made, "CLOSED", "OTHER", CLOSED, TOLD)
    _told(made, "CLOSED", "WRITTEN_OFF", CLOSED, date(2024, 12, 10))
    return made


@pytest.fixture
def reopened() -> Loan:
    """Repaid in March, open again in December."""
    made = loan()
    _told(made, "CLOSED", "OTHER", CLOSED, TOLD)
    _told(made, "REOPENED", "", date(2024, 12, 1), date(2024, 12, 10))
    return made


def _closing(one: Loan, day: date) -> Closing | None:
    return known_months([one.pk], product(), day)[one.pk].closing


def test_a_label_of_june_does_not_change_by_what_is_told_in_december(retold: Loan, reopened: Loan) -> None:
    for one in (retold, reopened):
        assert _closing(one, CLOSED) is None
        assert _closing(one, THEN) == Closing(CLOSED, "OTHER")
    assert _closing(retold, LATER) == Closing(CLOSED, "WRITTEN_OFF")
    assert _closing(reopened, LATER) is None


def _look(one: Loan, on: date) -> ReviewRun:
    run = ReviewRun.objects.create(
        product=product(), as_of=as_of(on), bundle_hash="0" * 64, bundle={}, started_at=as_of(on), done_count=1
    )
    DelinquencyState.objects.create(
        loan=one, run=run, business_date=on, as_of=run.as_of, dpd=0, bucket="M0", severity=0, arrears_minor=0, mob=1,
        is_derived=False,
    )  # fmt: skip
    return run


def test_a_matrix_and_a_vintage_of_june_know_june(retold: Loan) -> None:
    settings_in_force()
    first = _look(retold, date(2024, 2, 29))
    then = matrix_of(Which(product()), first, _look(loan(), THEN))
    assert (then.count("M0", ""), then.count("M0", then.order[-1]), _lost()) == (1, 0, 0)
    later = matrix_of(Which(product()), first, _look(loan(), LATER))
    assert (later.count("M0", ""), later.count("M0", later.order[-1]), _lost()) == (0, 1, 1)


def _lost() -> int:
    (curve,), _since = vintages_of(Which(product()), dpd=90)
    return max(curve.counts)


def _cleared(one: Loan, day: date) -> int:
    at: datetime = as_of(day)
    return standings_clear(product_id=one.product_id, as_of=at, day=day, at=at, customer_ids=[one.customer_id])


def test_a_standing_of_june_clears_though_a_loss_or_a_reopening_was_told_later(retold: Loan, reopened: Loan) -> None:
    for one in (retold, reopened):
        CustomerStanding.objects.create(
            customer=one.customer, product=one.product, as_of=as_of(CLOSED), known_at=as_of(CLOSED),
            warning_level="RED", open_warnings=1, months_late=0, dpd=0,
        )  # fmt: skip
        assert _cleared(one, THEN) == 1
        assert _cleared(one, LATER) == 0
