"""News of a customer: noted with the facts, reviewed again soon, lost by nobody, and no other customer touched."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from lending.book_changes import changed
from lending.models import CustomerStanding
from monitoring.models import EarlyWarning, ReviewChunk, ReviewDue, ReviewResult, ReviewRun
from monitoring.services.chunks import CLAIM_AGE, chunk_review
from monitoring.services.customer_reviews import customers_ask, due_oldest, due_take
from monitoring.services.runs import run_end, run_is_latest
from monitoring.tasks import review_due_task, review_sweep_task
from riskengine import celery_app as app
from tests.factories.monitoring import (
    BROKER_PATTERN,
    choose_nested_loops,
    event,
    loans,
    month_add,
    months,
    post_loan_goes_live,
    reviewed,
)

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live(patterns=[BROKER_PATTERN])


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """Tasks run where they are sent, as soon as the transaction would have committed."""

    def call(task, *args):
        with django_capture_on_commit_callbacks(execute=True):
            task(*args)

    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield call
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


def fresh(*statuses):
    """Loans whose latest month ended some days ago."""
    made = loans(*(months(0) for _ in statuses))
    for loan, status in zip(made, statuses, strict=True):
        month_add(loan, TODAY - timedelta(days=4), status, known_at=NOW - timedelta(days=3))
    return made


def worked(runs):
    for run in runs:
        for chunk in run.chunks.all():
            assert chunk_review(chunk_id=chunk.pk, at=timezone.now())
        assert run_end(run_id=run.pk, at=timezone.now())


def test_facts_and_their_notice_stand_or_fall_together():
    (loan,) = fresh(0)
    changed([loan.customer_id])
    assert ReviewDue.objects.get().customer_id == loan.customer_id
    ReviewDue.objects.all().delete()
    with pytest.raises(RuntimeError), transaction.atomic():
        changed([loan.customer_id])
        raise RuntimeError
    assert not ReviewDue.objects.exists()


def test_a_new_event_raises_a_warning_within_minutes_and_of_that_customer_alone(at_once):
    hit, other = fresh(0, 2)
    for kind, days in (("loan_elsewhere", 5), ("transfer_out", 1)):
        event(hit, kind, TODAY - timedelta(days=days), category="broker" if days == 1 else "")
    changed([hit.customer_id])
    at_once(review_due_task)
    run = ReviewRun.objects.get()
    assert (run.scope, run.state, run.due_count, run.done_count) == ("CUSTOMERS", "COMPLETE", 1, 1)
    assert ReviewResult.objects.get().level == "RED"
    assert EarlyWarning.objects.get().loan == hit
    assert CustomerStanding.objects.get().customer == hit.customer
    assert other.customer_id != hit.customer_id
    assert due_oldest() is None
    assert run.ended_at - ReviewDue.objects.get().since < timedelta(minutes=5)


def test_news_before_a_customers_turn_are_one_turn():
    first, second = fresh(0, 0)
    assert customers_ask([first.customer_id, second.customer_id], cause="cure", at=NOW) == 2
    assert customers_ask([first.customer_id], cause="facts", at=NOW) == 0
    assert [run.due_count for run in due_take(at=timezone.now())] == [2]
    assert due_take(at=timezone.now()) == []
    assert customers_ask([first.customer_id], cause="facts", at=NOW) == 1


def test_those_who_waited_longest_come_first():
    first, second = fresh(0, 0)
    customers_ask([second.customer_id], cause="facts", at=NOW - timedelta(minutes=3))
    customers_ask([first.customer_id], cause="facts", at=NOW)
    (run,) = due_take(at=timezone.now(), most=1)
    assert run.chunks.get().loan_ids == [second.pk]


def test_no_more_are_taken_up_than_asked_for_whatever_the_planner_chooses():
    made = fresh(0, 0, 0, 0)
    customers_ask([loan.customer_id for loan in made], cause="event", at=NOW)
    choose_nested_loops()
    due_take(at=NOW, most=2)
    assert ReviewDue.objects.filter(done_at=None).count() == 2


def test_a_worker_that_dies_after_taking_them_up_loses_nobody(at_once):
    (loan,) = fresh(2)
    changed([loan.customer_id])
    (run,) = due_take(at=timezone.now())
    ReviewChunk.objects.update(claimed_at=timezone.now() - 2 * CLAIM_AGE)  # handed out, and never heard of again
    at_once(review_sweep_task)
    run.refresh_from_db()
    assert (run.state, run.done_count) == ("COMPLETE", 1)
    assert EarlyWarning.objects.get().hit_count == 1


def test_the_nightly_review_still_speaks_of_today_but_not_over_a_later_one():
    hit, late = fresh(0, 2)
    event(hit, "loan_elsewhere", TODAY - timedelta(days=5))
    event(hit, "transfer_out", TODAY, category="broker", event_at=NOW, known_at=NOW)
    changed([hit.customer_id])
    worked(due_take(at=timezone.now()))
    assert EarlyWarning.objects.get(loan=hit).level == "RED"
    nightly = reviewed(TODAY - timedelta(days=1))
    assert run_is_latest(nightly)
    assert EarlyWarning.objects.get(loan=late).level == "ORANGE"
    warning = EarlyWarning.objects.get(loan=hit)
    assert (warning.level, warning.hit_count, warning.lower_count) == ("RED", 1, 0)


def test_a_customer_without_a_loan_needs_no_review():
    (loan,) = fresh(0)
    loan.closed_on = TODAY - timedelta(days=9)
    loan.save()
    changed([loan.customer_id])
    runs = due_take(at=timezone.now())
    assert [run.due_count for run in runs] == [0]
    assert run_end(run_id=runs[0].pk, at=timezone.now())
