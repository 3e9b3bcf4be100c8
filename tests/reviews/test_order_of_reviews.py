"""Two reviews of different days at work at once: only the later one speaks of today, whichever is done first."""

import threading
from datetime import UTC, date, datetime

import pytest
from django.db import connections, transaction

from lending.business_dates import business_date_end
from lending.models import CustomerStanding
from monitoring.models import EarlyWarning
from monitoring.services.chunks import chunk_review
from monitoring.services.runs import run_end, run_open
from tests.factories.monitoring import card, loans, month_add, post_loan_goes_live
from tests.monitoring.test_warnings_at_once import DAYS, RULES, wait_for_a_lock

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2005, 11, 2, tzinfo=UTC)


@pytest.fixture(autouse=True)
def loan():
    """Four months late on the first day, cured on the second."""
    post_loan_goes_live(rules=RULES)
    (made,) = loans([])
    for day, status in zip(DAYS, (4, 0), strict=True):
        month_add(made, day, status)
    return made


def opened(day: date):
    return run_open(product=card(), as_of=business_date_end(day, card().timezone), at=NOW)


def worked(run):
    assert all(chunk_review(chunk_id=chunk.pk, at=NOW) for chunk in run.chunks.all())


def elsewhere(call, *args):
    """A thread that calls with a connection of its own."""

    def work():
        try:
            call(*args)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def test_the_older_one_at_work_says_nothing_of_today():
    older, newer = map(opened, DAYS)
    with transaction.atomic():  # the newer has found that all is well, and has not ended yet
        worked(newer)
        elsewhere(worked, older).join(30)
        assert older.results.get().level == "RED"
        assert not EarlyWarning.objects.exists()
    assert run_end(run_id=newer.pk, at=NOW)
    assert run_end(run_id=older.pk, at=NOW)
    assert not EarlyWarning.objects.exists()
    assert set(CustomerStanding.objects.values_list("as_of", "months_late")) == {(newer.as_of, 0)}


def test_a_newer_one_is_opened_once_the_parts_in_hand_are_done():
    older = opened(DAYS[0])
    with transaction.atomic():
        worked(older)
        opening = elsewhere(opened, DAYS[1])
        wait_for_a_lock()
    opening.join(30)
    assert EarlyWarning.objects.get().level == "RED"
    worked(opened(DAYS[1]))
    assert EarlyWarning.objects.get().lower_count == 1


def test_parts_do_not_wait_for_each_other():
    older, newer = map(opened, DAYS)
    with transaction.atomic():
        worked(older)
        other = elsewhere(worked, newer)
        other.join(30)
        assert not other.is_alive()
