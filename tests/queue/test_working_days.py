"""Working days know weekends, worked ones too, and the holidays of a product's delinquency policy: one calendar."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.services.governed import governed_approve, governed_draft, governed_end, governed_submit
from audit.services.governed_errors import GovernedInvalid
from lending.models import Customer
from lending.vault import keys_new
from monitoring.delinquency.buckets import Bucket, Words
from monitoring.delinquency_policy import BUCKETS_KIND, DelinquencyBuckets
from monitoring.models import HealthDue
from monitoring.services.health.due import due_add
from rules.services.working_days import working_day_end
from tests.factories.audit import user
from tests.factories.monitoring import card
from tests.factories.scoring import product
from tests.factories.triggers import unguarded

pytestmark = pytest.mark.django_db
ZONE = "Asia/Shanghai"
THEN = datetime(2025, 1, 1, tzinfo=UTC)
NATIONAL = [date(2026, 10, day) for day in range(1, 9)]
NEW_YEAR = [date(2026, 12, 31), date(2027, 1, 1)]


def listed(code, *days, worked=(), valid_from=date(2025, 1, 1)):
    """The product's buckets in force, with these holidays and worked weekends."""
    bucket = Bucket(code="ALL", from_days=0, to_days=None, name=Words(en="All", zh="全部"))
    document = DelinquencyBuckets(buckets=[bucket], holidays=list(days), working_weekends=list(worked))
    draft = governed_draft(
        kind=BUCKETS_KIND.code, name=code, document=document, author=user(), at=THEN, valid_from=valid_from
    )
    waits = governed_submit(governed=draft, maker=user(), at=THEN)
    return governed_approve(governed=waits, checker=user(is_checker=True), content_hash=waits.content_hash, at=THEN)


def due(day, working_days=1, code="card"):
    """The last day of the working days that follow noon of a day in Shanghai."""
    at = datetime.fromisoformat(f"{day}T12:00+08:00")
    end = working_day_end(at, zone=ZONE, working_days=working_days, product_code=code)
    return str((end - timedelta(seconds=1)).astimezone(at.tzinfo).date())


@pytest.mark.parametrize(
    ("day", "working_days", "last"),
    [
        ("2026-09-28", 1, "2026-09-29"),
        ("2026-09-30", 1, "2026-10-09"),  # the whole chain of a week, and a Friday after it
        ("2026-09-30", 2, "2026-10-12"),  # and the weekend behind it
        ("2026-09-25", 1, "2026-09-28"),  # a weekend alone
        ("2026-10-03", 1, "2026-10-09"),  # begun on a holiday
        ("2026-12-30", 1, "2027-01-04"),  # over the end of the year: two holidays, then a weekend
        ("2026-12-30", 5, "2027-01-08"),
    ],
)
def test_a_working_day_is_no_weekend_and_no_holiday(day, working_days, last):
    card()
    listed("card", *NATIONAL, *NEW_YEAR)
    assert due(day, working_days) == last


def test_a_weekend_worked_in_exchange_is_a_working_day():
    """As in China in 2026: a Sunday before the National Day and a Saturday after it are worked."""
    card()
    listed("card", *NATIONAL, worked=[date(2026, 9, 20), date(2026, 10, 10)])
    assert [due("2026-09-18"), due("2026-09-19")] == ["2026-09-20", "2026-09-20"]
    assert due("2026-09-30", 2) == "2026-10-10" and due("2026-09-30", 3) == "2026-10-12"


@pytest.mark.parametrize("day", [date(2026, 9, 21), NATIONAL[2]])
def test_a_worked_weekend_is_a_weekend_and_no_holiday(day):
    card()
    with pytest.raises(GovernedInvalid):
        listed("card", *NATIONAL, worked=[day])


def test_without_a_list_only_weekends_are_free():
    """The twin: what the list adds."""
    card()
    assert due("2026-09-30") == "2026-10-01" and due("2026-12-30") == "2026-12-31"


def test_a_list_counts_from_its_day_and_no_longer_once_it_is_ended():
    card()
    governed = listed("card", *NATIONAL, valid_from=date(2026, 9, 30))
    assert due("2026-09-29") == "2026-09-30" and due("2026-09-30") == "2026-10-09"
    assert due("2026-09-29", 2) == "2026-10-01"  # what will be in force later is not known yet
    governed_end(governed=governed, actor=user(is_checker=True), reason="tests", at=THEN + timedelta(days=10))
    assert due("2026-09-30") == "2026-10-01"


def test_what_was_changed_around_the_services_counts_for_nothing():
    card()
    governed = listed("card", *NATIONAL)
    with unguarded("audit_governeddocument") as cursor:
        cursor.execute("UPDATE audit_governeddocument SET content_hash = 'other' WHERE id = %s", [governed.pk])
    assert due("2026-09-30") == "2026-10-01"


def test_of_a_customer_the_days_count_that_every_list_names():
    card()
    other = product().code
    listed("card", *NATIONAL)
    assert due("2026-09-30", code=None) == "2026-10-09" and due("2026-09-30", code=other) == "2026-10-01"
    listed(other, *NATIONAL[:2])
    assert due("2026-09-30", code=None) == "2026-10-05"  # Saturday and Sunday follow the common two


def test_a_health_code_is_due_by_the_same_calendar():

    card()
    listed("card", *NATIONAL)
    at = datetime.fromisoformat("2026-09-30T12:00+08:00")
    due_add(
        [Customer.objects.create(wrapped_key=keys_new(1)[0], created_at=at).pk], cause=HealthDue.Cause.CORRECTION, at=at
    )
    assert HealthDue.objects.get().due_at == datetime.fromisoformat("2026-10-10T00:00+08:00")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    start=st.dates(date(2026, 9, 1), date(2027, 2, 1)),
    working_days=st.integers(1, 10),
    holidays=st.sets(st.dates(date(2026, 9, 1), date(2027, 3, 1)), max_size=40),
    worked=st.sets(st.dates(date(2026, 9, 1), date(2027, 3, 1)), max_size=40),
)
def test_it_agrees_with_counting_day_by_day(db, start, working_days, holidays, worked):
    """The whole function with the lists that the database would find put in their place."""
    day, left = start, working_days
    while left:
        day += timedelta(days=1)
        left -= (day.isoweekday() < 6 or day in worked) and day not in holidays
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE OR REPLACE FUNCTION listed_days(product_code text, on_day date, key text) RETURNS date[]"
            " LANGUAGE sql STABLE AS $$ SELECT CASE key WHEN 'holidays' THEN %s::date[] ELSE %s::date[] END $$",
            [sorted(holidays), sorted(worked)],
        )
    assert due(start.isoformat(), working_days) == str(day)
