"""A review worked out anew comes out alike, row by row; what was changed behind its back is named."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from lending.services.book.inputs import LoanChangeInput
from lending.services.book.loan_changes import loan_changes_record
from lending.services.customers import customer_erase
from monitoring.models import DelinquencyState, ReviewResult
from monitoring.services.review_check import review_check
from tests.factories.monitoring import BROKER_PATTERN, event, loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db


@pytest.fixture
def run():
    post_loan_goes_live(patterns=[BROKER_PATTERN])
    first, *_rest = loans(*(months(late) for late in (0, 1, 2, 4)))
    event(first, "loan_elsewhere", date(2005, 9, 5))
    event(first, "transfer_out", date(2005, 9, 20), category="broker")
    return reviewed(chunk_loans=2)


def checked(run):
    return review_check(run, at=timezone.now())


def test_every_row_comes_out_alike_also_after_a_later_review_and_nothing_is_written(run):
    reviewed(date(2005, 10, 1))
    before = ReviewResult.objects.count(), DelinquencyState.objects.count()
    found = checked(run)
    assert (found.rows, found.alike, found.gone, found.more, found.different) == (4, 4, 0, 0, [])
    assert before == (ReviewResult.objects.count(), DelinquencyState.objects.count())


@pytest.mark.parametrize(("column", "value"), [("pd", 0.5), ("level", "BLUE"), ("rule_codes", ["MADE_UP"])])
def test_a_result_that_was_changed_is_named(run, column, value):
    result = ReviewResult.objects.order_by("loan_id").last()
    ReviewResult.objects.filter(pk=result.pk).update(**{column: value})
    found = checked(run)
    assert found.different == [(result.loan_id, "rules" if column == "rule_codes" else column)]
    assert found.alike == 3


def test_somebody_erased_since_is_counted_and_no_difference(run):
    customer = ReviewResult.objects.order_by("loan_id").last().loan.customer
    customer_erase(customer=customer, actor="system:tests", at=timezone.now())
    found = checked(run)
    assert (found.alike, found.gone, found.different) == (3, 1, [])


def test_the_command_says_so_by_its_exit(run):
    out = StringIO()
    call_command("check_review", as_of=date(2005, 9, 30), product="card", stdout=out)
    assert "4 results, 4 alike, 0 different" in out.getvalue()
    ReviewResult.objects.filter(level="NONE").update(level="RED")
    with pytest.raises(CommandError) as refused:
        call_command("check_review", as_of=date(2005, 9, 30), product="card", stdout=out)
    assert refused.value.returncode == 1
    with pytest.raises(CommandError) as unknown:
        call_command("check_review", as_of=date(2001, 9, 30), product="card", stdout=out)
    assert unknown.value.returncode == 2


def test_a_closing_told_late_changes_no_review_as_of_before_it_was_known(run):
    loan = ReviewResult.objects.order_by("loan_id").first().loan
    told = LoanChangeInput(
        loan_id=loan.pk,
        external_id="C-1",
        kind="CLOSED",
        cause="SOLD",
        changed_on=date(2005, 9, 25),
        known_at=datetime(2005, 10, 2, tzinfo=UTC),
    )
    loan_changes_record(items=[told], source="core", at=timezone.now(), actor="system:tests")
    assert checked(run).alike == 4
    assert [reviewed(date(2005, 10, day)).due_count for day in (1, 3)] == [4, 3]
