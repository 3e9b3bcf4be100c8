"""Thresholds of events about many and about others: part of the policy on warnings, with the past left as it was."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from audit.services.governed import governed_end
from lending.business_dates import business_date_end
from lending.models import CustomerLink, CustomerStanding, Region, RegionMonth, RiskEvent
from monitoring.services.review_check import review_check
from monitoring.services.trigger_events import trigger_events_raise
from monitoring.triggers.events import SHIPPED
from monitoring.warning_policy import KIND, WarningPolicy
from tests.cases.factory import in_force, policy_live
from tests.factories.audit import user
from tests.factories.monitoring import AT, DAY, card, known, loans, months, post_loan_goes_live, reviewed
from tests.warn.test_trigger_events import AS_OF, earned, employed

pytestmark = pytest.mark.django_db


def raised(as_of=AS_OF, at=AT):
    return {kind: count for kind, count in trigger_events_raise(product=card(), as_of=as_of, at=at).items() if count}


def mates(stopped, of=4):
    """Colleagues, so many of whom lost their income in August."""
    found = loans(*[months(0, 0)] * of)
    for place, loan in enumerate(found):
        employed(loan, b"0123456789abcdef")
        earned(loan, 100, 100, 100, 0 if place < stopped else 100)
    return found


def rose(loan, indicator, before, after):
    region = Region.objects.create(code="R1", name_en="North", name_zh="北部")
    type(loan).objects.filter(pk=loan.pk).update(region=region)
    for month, value in ((5, before), (8, after)):
        at = known(date(2005, month + 1, 5))
        RegionMonth.objects.create(
            region=region, month=date(2005, month, 1), indicator=indicator, value=value, event_at=at, known_at=at,
            recorded_at=at, source="test",
        )  # fmt: skip


@pytest.mark.parametrize(("least", "share", "told"), [(3, 0.2, 0), (2, 0.2, 4), (2, 0.51, 0)])
def test_the_policy_says_from_where_an_employer_is_in_shock(least, share, told):
    mates(2)
    policy_live(employer_stopped_least=least, employer_stopped_share=share)
    assert raised().get("employer_shock", 0) == told


@pytest.mark.parametrize(("rise", "told"), [(2.0, 1), (2.1, 0)])
def test_the_policy_says_which_indicator_and_what_rise_is_a_shock_of_a_region(rise, told):
    (loan,) = loans(months(0))
    rose(loan, "unemployment", 5.0, 7.0)
    policy_live(region_indicator="unemployment", region_rise=rise)
    assert raised().get("region_shock", 0) == told


@pytest.mark.parametrize(("level", "late", "told"), [("ORANGE", 2, 0), ("YELLOW", 2, 1), ("ORANGE", 1, 1)])
def test_the_policy_says_when_a_guarantor_is_in_trouble(level, late, told):
    loan, other = loans(months(0), months(0))
    at = known(date(2005, 9, 20))
    CustomerLink.objects.create(
        customer=loan.customer, other=other.customer, kind="GUARANTOR", is_liable=True, since=date(2005, 1, 1),
        known_at=at, source="test",
    )  # fmt: skip
    CustomerStanding.objects.create(
        customer=other.customer, product=card(), as_of=at, known_at=at, warning_level="YELLOW", open_warnings=1,
        months_late=1,
    )  # fmt: skip
    policy_live(linked_level=level, linked_months_late=late)
    assert raised().get("guarantor_trouble", 0) == told


def test_without_a_policy_and_in_documents_of_before_the_shipped_thresholds_hold():
    assert msgspec.convert({"cooldown_days": 3}, WarningPolicy).events == SHIPPED
    mates(2)
    assert "employer_shock" not in raised()


def test_new_thresholds_make_an_old_fact_known_from_then_on_and_earlier_reviews_repeat():
    post_loan_goes_live()
    mates(2)
    run = reviewed(DAY)
    later = datetime(2005, 10, 20, 3, tzinfo=UTC)
    in_force("warning_policy", WarningPolicy(employer_stopped_least=2))
    assert raised(AS_OF, later)["employer_shock"] == 4
    assert set(RiskEvent.objects.values_list("known_at", flat=True)) == {AT}  # when the policy was approved
    checked = review_check(run, at=later)
    assert checked.alike == checked.rows == 4


def test_the_same_thresholds_under_a_new_policy_change_no_time():
    mates(3)
    policy_live(cooldown_days=5)
    raised()
    assert max(RiskEvent.objects.values_list("known_at", flat=True)) < AT - timedelta(hours=1)


@pytest.mark.parametrize("how", ["ended", "lapsed", "lapsed to an older one"])
def test_where_a_stricter_policy_ended_or_lapsed_an_old_fact_is_known_from_then_on(how):
    post_loan_goes_live()
    mates(3, of=3)
    ended, last = datetime(2005, 9, 18, 4, tzinfo=UTC), date(2005, 9, 17)
    strict = WarningPolicy(employer_stopped_least=1_000)
    if how == "lapsed to an older one":
        policy_live()
    governed = in_force("warning_policy", strict, None if how == "ended" else last)
    run = reviewed(date(2005, 9, 5))
    if how == "ended":
        governed_end(governed=governed, actor=user(), at=ended, reason="No longer.")
    assert raised()["employer_shock"] == 3
    gone = ended if how == "ended" else business_date_end(last, card().timezone)
    assert set(RiskEvent.objects.values_list("known_at", flat=True)) == {gone}
    checked = review_check(run, at=AT)
    assert checked.alike == checked.rows == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"employer_stopped_least": 1},
        {"employer_stopped_share": 1.1},
        {"region_indicator": "No Code"},
        {"region_months": 0},
        {"region_rise": 0.0},
        {"linked_level": "NONE"},
        {"linked_months_late": 13},
    ],
)
def test_a_threshold_outside_its_range_is_refused(wrong):
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, WarningPolicy)


def test_every_threshold_is_named_for_people():
    assert {*SHIPPED.__struct_fields__} <= set(KIND.labels)
