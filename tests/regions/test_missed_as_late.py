"""A due date is missed in its month where days past due say so: not on a holiday, nor while an approved pause runs."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.services.customers import customer_create
from monitoring.delinquency.columns import PAID, PAUSES
from monitoring.delinquency.dpd import Due, Pause, days_past_due
from monitoring.regions.missed import missed_by_schedule
from monitoring.services.delinquency.pauses import pause_ask, pause_decide
from monitoring.services.regions import book
from tests.delinquency.world import people
from tests.factories import decisions as make
from tests.regions.test_region_book import a_loan, instant, march, paid

DUE = date(2026, 3, 15)
DAYS = st.integers(-20, 40).map(lambda days: DUE + timedelta(days=days))
PAUSE = st.tuples(DAYS, st.integers(0, 30)).map(lambda one: Pause(one[0], one[0] + timedelta(days=one[1])))
KNOWN = instant(date(2026, 3, 8))
LOAN = pl.DataFrame({"loan_id": [1], "customer_id": [1], "region_id": [1]})


@settings(max_examples=150)
@given(
    due_on=DAYS,
    paid_on=DAYS,
    grace=st.integers(0, 5),
    pauses=st.lists(PAUSE, max_size=2),
    holidays=st.frozensets(DAYS, max_size=4),
)
def test_the_month_misses_what_made_the_loan_late_by_the_end_of_its_grace(due_on, paid_on, grace, pauses, holidays):
    found = missed_by_schedule(
        LOAN,
        pl.DataFrame({"loan_id": [1], "number": [1], "due_on": [due_on], "due_minor": [100]}),
        pl.DataFrame([(1, paid_on, 100)], schema=PAID, orient="row"),
        grace_days=grace,
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
        holidays=holidays,
        pauses=pl.DataFrame([(1, *pause) for pause in pauses], schema=PAUSES, orient="row"),
    )
    falls_on = due_on
    while falls_on in holidays:
        falls_on += timedelta(days=1)
    late = (due_on + timedelta(days=days) for days in range(1, 300))
    first = next(day for day in late if days_past_due([Due(due_on, 100)], (), day, grace, pauses, holidays))
    closes = (falls_on.replace(day=1) + timedelta(days=32)).replace(day=1) + timedelta(days=grace - 1)
    is_missed = first <= closes + timedelta(days=1) and paid_on >= first
    assert found.select("month", "missed").rows() == [(falls_on.replace(day=1), is_missed)]


@pytest.fixture
def lent():
    return make.product()


def pausable(product, number):
    return a_loan(product, number, customer=customer_create(identifiers={}, at=KNOWN))


def pause(loan, first_on, last_on, at=KNOWN):
    maker, checker = people()
    asked = pause_ask(loan=loan, kind="PAUSE", first_on=first_on, last_on=last_on, reason="flood", maker=maker, at=at)
    pause_decide(pause=asked, checker=checker, content_hash=asked.content_hash, is_approved=True, at=at)


@pytest.mark.django_db
def test_a_paused_due_date_is_due_and_not_missed_however_late_it_is_counted(lent):
    pause(pausable(lent, "paused"), date(2026, 3, 10), date(2026, 4, 20))
    a_loan(lent, "never")
    for as_of in (date(2026, 4, 9), date(2026, 6, 9)):
        counts = march(lent, as_of=as_of)
        assert (counts.customers_due, counts.customers_missed) == (2, 1)


@pytest.mark.django_db
def test_the_twin_that_reads_no_pauses_counts_it_as_missed(lent, monkeypatch):
    monkeypatch.setattr(book, "pauses_read", lambda *_: pl.DataFrame(schema=PAUSES))
    pause(pausable(lent, "paused"), date(2026, 3, 10), date(2026, 4, 20))
    assert march(lent).customers_missed == 1


@pytest.mark.django_db
def test_a_pause_that_ends_in_the_month_leaves_the_days_after_it(lent):
    in_time, late = pausable(lent, "in time"), pausable(lent, "late")
    for loan in (in_time, late):
        pause(loan, date(2026, 3, 10), date(2026, 3, 20))
    paid(in_time, date(2026, 3, 20))
    paid(late, date(2026, 3, 21))
    assert march(lent).customers_missed == 1


@pytest.mark.django_db
def test_a_pause_that_nobody_knew_of_yet_counts_from_when_it_was_approved(lent):
    pause(pausable(lent, "paused"), date(2026, 3, 10), date(2026, 4, 20), at=datetime(2026, 4, 20, tzinfo=UTC))
    assert march(lent).customers_missed == 1
    assert march(lent, as_of=date(2026, 4, 30)).customers_missed == 0
