"""Days of cases are business dates where the product is lent: what is in force, and how many days over."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.case_topics import Topic
from monitoring.services.cases.raising import case_raise
from monitoring.warning_policy import KIND_CODE, WarningPolicy
from rules.admin.queue import days_overdue
from rules.services.working_days import working_day_end
from tests.cases.factory import in_force
from tests.cases.matters import WORDS
from tests.factories.monitoring import card

BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(("hours", "days"), [(-1, 0), (0, 1), (22, 1), (23, 2), (46, 2), (47, 3)])
def test_a_day_over_is_a_day_of_the_calendar_there_when_the_clocks_go_forward(hours: int, days: int) -> None:
    due = datetime(2026, 3, 29, tzinfo=ZoneInfo(BERLIN)).astimezone(UTC)  # a day of 23 hours
    assert days_overdue(due, due + timedelta(hours=hours), BERLIN) == days


@given(st.integers(0, 2_000))
def test_where_no_clock_changes_it_is_begun_days_of_24_hours(hours: int) -> None:
    due = datetime(2026, 3, 29, tzinfo=ZoneInfo("Asia/Taipei"))
    assert days_overdue(due, due + timedelta(hours=hours), "Asia/Taipei") == hours // 24 + 1


@pytest.mark.django_db
@pytest.mark.parametrize(("hour", "days"), [(15, 10), (17, 3)])
def test_a_policy_ends_with_its_last_day_where_the_product_is_lent(hour: int, days: int) -> None:
    """Taipei is eight hours ahead: at 16:00 UTC the next day, and with it the next policy, has begun there."""
    product = card()
    in_force(KIND_CODE, WarningPolicy(), until=date(2026, 3, 1))
    later = WarningPolicy(due_days_blue=3, due_days_yellow=3)
    in_force(KIND_CODE, later, since=date(2026, 3, 2))
    at = datetime(2026, 3, 1, hour, tzinfo=UTC)
    case = case_raise(topic=Topic.SCORES, key="k", product=product, level="BLUE", reasons=WORDS, at=at)
    assert case is not None
    assert case.due_at == working_day_end(at, zone=product.timezone, working_days=days, product_code=product.code)
