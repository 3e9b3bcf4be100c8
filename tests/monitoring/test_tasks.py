"""Reviews through Celery tasks: handed out once, swept after a death, ended once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from monitoring.models import ReviewChunk, ReviewRun
from monitoring.services.chunks import CLAIM_AGE, chunks_hand_out
from monitoring.services.reviews import review_as_of
from monitoring.services.runs import run_open
from monitoring.tasks import review_chunk_task, review_portfolio_task, review_sweep_task
from riskengine import celery_app as app
from tests.factories.monitoring import (
    AT,
    DAY,
    card,
    choose_nested_loops,
    loans,
    many_loans,
    months,
    post_loan_goes_live,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def live():
    return post_loan_goes_live()


@pytest.fixture
def run(live):
    many_loans(12)
    return run_open(product=card(), as_of=review_as_of(DAY, card()), at=AT, chunk_loans=2)


@pytest.fixture
def at_once(django_capture_on_commit_callbacks):
    """Tasks run where they are sent, as soon as the transaction would have committed."""

    def call(task, *args):
        with django_capture_on_commit_callbacks(execute=True):
            task(*args)

    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield call
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


def test_a_review_opened_by_beat_runs_to_its_end(at_once):
    many_loans(20)
    at_once(review_portfolio_task, "2005-09-30", "card", 6)
    run = ReviewRun.objects.get()
    assert (run.state, run.due_count) == ("COMPLETE", 20)
    at_once(review_portfolio_task, "2005-09-30", "card", 6)
    assert ReviewRun.objects.count() == 1


def test_without_a_date_it_is_yesterday_where_the_product_is_lent(at_once):
    loans(months(0))
    at_once(review_portfolio_task)
    run = ReviewRun.objects.get()
    assert timezone.now() - timedelta(days=1, hours=1) < run.as_of < timezone.now()
    assert run.chunks.get().skips == {"stale": 1}


def test_a_review_of_no_loans_ends(at_once):
    at_once(review_portfolio_task, "2005-09-30")
    run = ReviewRun.objects.get()
    assert (run.state, run.due_count) == ("COMPLETE", 0)


def test_a_product_that_cannot_be_reviewed_does_not_stop_the_task(at_once):
    review_portfolio_task("2005-09-30", "no such product")
    assert not ReviewRun.objects.exists()


def test_a_chunk_is_handed_out_once(run):
    first = chunks_hand_out(run=run, at=AT, most=4)
    assert len(first) == 4
    assert len(chunks_hand_out(run=run, at=AT, most=4)) == 2
    assert chunks_hand_out(run=run, at=AT, most=4) == []


def test_no_more_is_handed_out_than_asked_for_whatever_the_planner_chooses(run):
    choose_nested_loops()
    assert len(chunks_hand_out(run=run, at=AT, most=4)) == 4


def test_it_is_handed_out_again_when_nobody_finished_it_for_long(run):
    chunks_hand_out(run=run, at=AT, most=6)
    assert chunks_hand_out(run=run, at=AT + CLAIM_AGE - timedelta(seconds=1), most=6) == []
    assert len(chunks_hand_out(run=run, at=AT + CLAIM_AGE, most=6)) == 6


def test_the_sweep_takes_over_and_ends_the_review(run, at_once):
    chunks_hand_out(run=run, at=timezone.now(), most=6)
    at_once(review_sweep_task)
    assert ReviewChunk.objects.filter(state="DONE").count() == 0
    ReviewChunk.objects.update(claimed_at=timezone.now() - CLAIM_AGE)
    at_once(review_sweep_task)
    run.refresh_from_db()
    assert run.state == "COMPLETE"


def test_a_task_delivered_twice_works_once(run, at_once):
    chunk = run.chunks.first()
    at_once(review_chunk_task, chunk.pk, run.pk)
    results = run.results.count()
    at_once(review_chunk_task, chunk.pk, run.pk)
    assert run.results.count() == results
    chunk.refresh_from_db()
    assert chunk.attempts == 1
