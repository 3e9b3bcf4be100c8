"""The schedule: who is due on a day, by segment; what is unknown is not looked at more seldom; nobody is left out."""

from datetime import date, timedelta

import pytest

from monitoring.models import LoanReview
from monitoring.review_schedule import KIND, KIND_CODE, ReviewSchedule, ScheduleSegment
from monitoring.services.schedules import schedule_state
from riskengine.demo.governed import governed_ensure
from tests.factories.decisions import staff
from tests.factories.monitoring import AT, DAY, card, event, loans, many_loans, months, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db

LATE = ScheduleSegment(code="late", en="Late", zh="逾期", when="payment_status_m0 >= 1", days=1)
BIG = ScheduleSegment(code="big", en="Large", zh="大额", when="credit_limit_minor > 9000000000", days=7)
NEXT = DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live()


def schedule(*segments, days=30, **fields):
    maker, checker = staff()
    document = ReviewSchedule(segments=list(segments), days=days, **fields)
    governed_ensure(
        kind=KIND_CODE, name=card().code, document=document, note="test", maker=maker, checker=checker, at=AT,
        valid_from=date(2005, 1, 1),
    )  # fmt: skip


def due(day):
    run = reviewed(day)
    return run.scope, set(run.results.values_list("loan_id", flat=True))


def test_without_a_schedule_every_loan_is_due_every_day():
    late, fine = loans(months(2), months(0))
    assert due(DAY) == due(NEXT) == ("ALL", {late.pk, fine.pk})
    assert not LoanReview.objects.exists()


def test_each_segment_has_its_own_frequency():
    late, fine = loans(months(2), months(0))
    schedule(LATE, BIG)
    assert due(DAY) == ("DUE", {late.pk, fine.pk})
    assert due(NEXT) == ("DUE", {late.pk})
    assert dict(LoanReview.objects.values_list("loan", "segment")) == {late.pk: "late", fine.pk: "standard"}
    assert LoanReview.objects.get(loan=fine).next_due == DAY + timedelta(days=30)
    assert due(DAY + timedelta(days=30)) == ("DUE", {late.pk, fine.pk})


def test_a_new_event_brings_a_loan_up_before_its_day():
    _late, fine = loans(months(2), months(0))
    schedule(LATE)
    due(DAY)
    event(fine, "loan_elsewhere", NEXT)
    assert fine.pk in due(NEXT)[1]


def test_what_cannot_be_told_counts_as_the_sooner():
    (loan,) = loans(months(0))
    unknown = ScheduleSegment(code="before", en="Late before", zh="曾逾期", when="payment_status_m3 >= 1", days=2)
    schedule(unknown)
    due(DAY)
    assert LoanReview.objects.get(loan=loan).segment == "before"


def test_a_review_of_an_earlier_day_sets_nothing_back():
    (loan,) = loans(months(0))
    schedule(LATE)
    due(DAY)
    reviewed(DAY - timedelta(days=1))
    assert LoanReview.objects.get(loan=loan).reviewed_on == DAY


def test_stale_loans_are_counted():
    many_loans(30)
    schedule(LATE, stale_days=3)
    due(DAY)
    state = {row["segment"]: row for row in schedule_state(card(), DAY + timedelta(days=1))}
    assert state["late"]["due"] == state["late"]["loans"] > 0
    assert state["late"]["stale"] == state["standard"]["due"] == 0
    state = {row["segment"]: row for row in schedule_state(card(), DAY + timedelta(days=6))}
    assert state["late"]["stale"] == state["late"]["loans"]


def test_a_condition_that_is_none_is_refused():
    wrong = ScheduleSegment(code="standard", en="a", zh="a", when="no_such_variable = 1", days=1)
    assert len(KIND.check(ReviewSchedule(segments=[wrong]), card().code)) == 2
