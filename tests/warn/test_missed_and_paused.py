"""An instalment is missed where its loan is late by days past due: neither on a holiday nor while a pause runs."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.models import Instalment
from monitoring.delinquency.columns import PAUSES
from monitoring.delinquency.dpd import Due, Pause, days_past_due
from monitoring.services.delinquency.pauses import pause_ask, pause_decide
from monitoring.services.trigger_events import trigger_events_raise
from monitoring.triggers.events import instalments_missed
from tests.delinquency.world import people
from tests.factories.monitoring import AT, card, known, loans, months

DUE = date(2005, 9, 15)
DAYS = st.integers(-5, 25).map(lambda days: DUE + timedelta(days=days))
PAUSE = st.tuples(DAYS, st.integers(0, 20)).map(lambda one: Pause(one[0], one[0] + timedelta(days=one[1])))


@settings(max_examples=200)
@given(grace=st.integers(0, 5), pauses=st.lists(PAUSE, max_size=3), holidays=st.frozensets(DAYS, max_size=4))
def test_the_day_after_is_the_first_on_which_the_loan_is_late(grace, pauses, holidays):
    owed = pl.DataFrame({"loan_id": [1], "number": [1], "due_on": [DUE], "due_minor": [100]})
    none = pl.DataFrame(schema={"loan_id": pl.Int64, "paid_on": pl.Date, "amount_minor": pl.Int64})
    given_pauses = pl.DataFrame([(1, *pause) for pause in pauses], schema=PAUSES, orient="row")
    found = instalments_missed(
        owed, none, day=DUE + timedelta(days=200), grace_days=grace, holidays=holidays, pauses=given_pauses
    )
    late = (DUE + timedelta(days=days) for days in range(1, 201))
    dues = [Due(DUE, 100)]
    first = next(day for day in late if days_past_due(dues, (), day, grace, pauses, holidays))
    assert found["missed_on"].to_list() == [first - timedelta(days=1)]


@pytest.mark.django_db
def test_nothing_is_missed_while_an_approved_pause_runs():
    paused, other = loans(months(0), months(0))
    for loan in (paused, other):
        at = known(date(2005, 5, 1))
        Instalment.objects.create(loan=loan, number=1, due_on=DUE, principal_minor=1_000, known_at=at, recorded_at=at)
    maker, checker = people()
    at, last = known(date(2005, 9, 10)), date(2005, 10, 10)
    pause = pause_ask(loan=paused, kind="PAUSE", first_on=DUE, last_on=last, reason="flood", maker=maker, at=at)
    pause_decide(pause=pause, checker=checker, content_hash=pause.content_hash, is_approved=True, at=at)
    end = datetime(2005, 9, 30, 15, 59, 59, tzinfo=UTC)
    assert trigger_events_raise(product=card(), as_of=end, at=AT)["instalment_missed"] == 1
    later = datetime(2005, 10, 20, tzinfo=UTC)
    assert trigger_events_raise(product=card(), as_of=later, at=later)["instalment_missed"] == 1
