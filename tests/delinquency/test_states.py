"""What is kept of each look, and that a category never rises by a payment, whatever path a row takes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from lending.business_dates import business_date_of
from lending.models import Instalment, RiskEvent
from lending.services.book.inputs import LoanChangeInput
from lending.services.book.loan_changes import loan_changes_record
from monitoring.models import DelinquencyState
from monitoring.services.delinquency.reading import delinquency_of
from tests.delinquency.world import DUE, KNOWN, as_of, loan, looked, months, pays, pays_on_time, settings_in_force

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_force() -> None:
    settings_in_force()


def said(*loans, day: date) -> list[tuple]:
    frame = delinquency_of([one.pk for one in loans], day, as_of(day))
    return frame.select("dpd", "bucket", "category", "is_derived").rows()


def test_a_loan_without_a_payment_goes_down_at_each_edge() -> None:
    unpaid, due = loan(), date(2024, 2, 15)
    expected = {
        0: "NORMAL",
        1: "SPECIAL_MENTION",
        90: "SPECIAL_MENTION",
        91: "SUBSTANDARD",
        271: "DOUBTFUL",
        361: "LOSS",
    }
    for days, category in expected.items():
        assert said(unpaid, day=due + timedelta(days=days))[0][::2] == (days, category)


def test_what_was_not_known_then_does_not_count() -> None:
    paid, day = loan(), date(2024, 2, 20)
    pays(paid, date(2024, 2, 15))
    assert said(paid, day=day) == [(0, "M0", "NORMAL", False)]
    before = delinquency_of([paid.pk], day, as_of(date(2024, 2, 14)))
    assert before["dpd"].to_list() == [5]


def test_a_schedule_known_later_takes_the_place_of_the_first() -> None:
    moved, later = loan(), as_of(date(2024, 2, 18))
    Instalment.objects.create(
        loan=moved, number=1, due_on=date(2024, 3, 1), principal_minor=DUE, known_at=later, recorded_at=later
    )
    assert said(moved, day=date(2024, 2, 17))[0][0] == 2
    assert said(moved, day=date(2024, 3, 4))[0][0] == 3


def test_loans_with_months_only_are_derived_and_marked() -> None:
    late, fine, unknown = loan(instalments=0), loan(instalments=0), loan(instalments=0)
    months(late, 0, 1, 2)
    months(fine, 0, -1)
    assert said(late, fine, unknown, day=date(2024, 5, 1)) == [
        (31, "M2", "SPECIAL_MENTION", True),
        (0, "M0", "NORMAL", True),
        (None, None, None, False),
    ]
    assert len(looked(date(2024, 5, 1), late, fine, unknown)) == 2


def test_without_settings_days_are_known_and_categories_are_not() -> None:
    unpaid, old = loan(opened_on=date(2023, 1, 1)), date(2023, 3, 1)
    Instalment.objects.filter(loan=unpaid).update(known_at=as_of(date(2023, 1, 2)))
    assert said(unpaid, day=old) == [(28, "M1", None, False)]


def test_a_payment_lowers_the_days_and_not_the_category() -> None:
    one = loan()
    (bad,) = looked(date(2024, 6, 1), one)
    assert (bad.dpd, bad.category, bad.arrears_minor, bad.mob) == (107, "SUBSTANDARD", 4 * DUE, 4)
    pays(one, date(2024, 6, 2), 4 * DUE)
    (better,) = looked(date(2024, 6, 3), one)
    assert (better.dpd, better.bucket, better.category, better.causes) == (0, "M0", "SUBSTANDARD", "KEPT")


def _insert(one, day: date, severity: int, category: str) -> None:
    DelinquencyState.objects.create(
        loan=one, business_date=day, as_of=as_of(day), dpd=0, bucket="M0", category=category, severity=severity,
        causes="", arrears_minor=0, mob=1, is_derived=False,
    )  # fmt: skip


def test_the_database_refuses_a_better_row_without_an_upgrade() -> None:
    one = loan()
    looked(date(2024, 6, 1), one)
    with pytest.raises(IntegrityError, match="approved upgrade"), transaction.atomic():
        _insert(one, date(2024, 6, 2), 1, "SPECIAL_MENTION")
    _insert(one, date(2024, 5, 30), 0, "NORMAL")  # an earlier look says nothing of later ones


def test_without_the_trigger_the_better_row_would_stand() -> None:
    one = loan()
    looked(date(2024, 6, 1), one)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE monitoring_delinquencystate DISABLE TRIGGER monitoring_delinquencystate_no_silent_upgrade"
        )
    _insert(one, date(2024, 6, 2), 1, "SPECIAL_MENTION")
    assert DelinquencyState.objects.filter(severity=1).exists()


@pytest.mark.parametrize("change", ["UPDATE {} SET severity = 0, category = 'NORMAL'", "DELETE FROM {}"])
def test_history_is_frozen(change: str) -> None:
    looked(date(2024, 6, 1), loan())
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change.format("monitoring_delinquencystate"))


def test_a_look_is_kept_once() -> None:
    one = loan()
    looked(date(2024, 6, 1), one)
    with pytest.raises(IntegrityError), transaction.atomic():
        looked(date(2024, 6, 1), one)


def _event(one, kind: str, category: str = "") -> None:
    RiskEvent.objects.create(
        customer=one.customer, loan=one, kind=kind, event_at=KNOWN, known_at=KNOWN, source="test", category=category
    )


@pytest.mark.parametrize(
    ("kind", "category", "expected"),
    [
        ("diversion_confirmed", "", "DIVERTED"),
        ("evergreening", "declared", "REFINANCED"),
        ("evergreening", "suspected", ""),
        ("diversion_suspected", "", ""),
    ],
)
def test_what_is_confirmed_is_special_mention_and_a_suspicion_is_not(kind: str, category: str, expected: str) -> None:
    one = loan()
    _event(one, kind, category)
    (state,) = looked(date(2024, 2, 10), one)
    assert (state.category, state.causes) == ("SPECIAL_MENTION" if expected else "NORMAL", expected)


def test_a_restructured_loan_is_watched_for_a_year_and_then_only_kept() -> None:
    one = loan(restructured_on=date(2024, 2, 20))
    pays_on_time(one, 1, 14)
    (watched,) = looked(date(2025, 3, 14), one)
    (after,) = looked(date(2025, 3, 15), one)
    assert (watched.causes, after.causes, after.category) == ("RESTRUCTURED", "KEPT", "SPECIAL_MENTION")


def test_a_restructuring_told_later_counts_once_it_is_known() -> None:
    one = loan()
    pays_on_time(one, 1, 14)
    told = LoanChangeInput(
        loan_id=one.pk,
        external_id="C-1",
        kind="RESTRUCTURED",
        changed_on=date(2024, 2, 20),
        known_at=datetime(2024, 4, 1, 9, tzinfo=UTC),
    )
    loan_changes_record(items=[told], source="t", at=told.known_at, actor="system:test")
    (before,), (after,) = looked(date(2024, 3, 20), one), looked(date(2024, 4, 2), one)
    assert (before.causes, after.causes) == ("", "RESTRUCTURED")


@pytest.mark.parametrize(("zone", "dpd"), [("Asia/Shanghai", 1), ("America/Los_Angeles", 0)])
def test_the_business_date_is_the_products(zone: str, dpd: int) -> None:
    one = loan()
    type(one.product).objects.update(timezone=zone)
    instant = datetime(2024, 2, 15, 17, tzinfo=UTC)
    assert delinquency_of([one.pk], business_date_of(instant, zone), instant)["dpd"].item() == dpd
