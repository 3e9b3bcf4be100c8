"""Pauses and technical overdues count once a second person approved them, and only become shorter."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from audit.services.approvals import SamePersonError
from monitoring.models import LoanPause
from monitoring.services.delinquency.errors import PauseInvalid, PauseNotWaiting
from monitoring.services.delinquency.pauses import pause_ask, pause_cut, pause_decide, pause_withdraw
from monitoring.services.delinquency.reading import delinquency_of
from tests.delinquency.world import as_of, loan, people, settings_in_force
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
NOW = as_of(date(2024, 2, 16))
DAY = date(2024, 3, 6)


@pytest.fixture(autouse=True)
def in_force() -> None:
    settings_in_force()


def asked(kind: str = "PAUSE", first: date = date(2024, 2, 20), last: date = date(2024, 2, 29)):
    maker, checker = people()
    one = loan()
    pause = pause_ask(loan=one, kind=kind, first_on=first, last_on=last, reason="flood", maker=maker, at=NOW)
    return one, pause, maker, checker


def approved(pause: LoanPause, checker) -> LoanPause:
    return pause_decide(pause=pause, checker=checker, content_hash=pause.content_hash, is_approved=True, at=NOW)


def said(one, day: date = DAY) -> tuple:
    return delinquency_of([one.pk], day, as_of(day)).select("dpd", "category").row(0)


def test_a_request_counts_for_nothing_and_an_approved_pause_stops_the_count() -> None:
    one, pause, _maker, checker = asked()
    assert said(one)[0] == 20
    approved(pause, checker)
    assert said(one)[0] == 10
    assert delinquency_of([one.pk], DAY, as_of(date(2024, 2, 15)))["dpd"].item() == 20  # not approved by then


@pytest.mark.parametrize(("days", "category"), [(1, "NORMAL"), (7, "NORMAL"), (8, "SPECIAL_MENTION")])
def test_a_technical_overdue_shows_its_days_and_keeps_the_category_for_seven(days: int, category: str) -> None:
    one, pause, _maker, checker = asked("TECHNICAL", date(2024, 2, 15), date(2024, 2, 29))
    day = date(2024, 2, 15 + days)
    assert said(one, day) == (days, "SPECIAL_MENTION")
    approved(pause, checker)
    assert said(one, day) == (days, category)


def test_who_asked_does_not_approve() -> None:
    maker = user(is_checker=True)
    pause = pause_ask(
        loan=loan(), kind="PAUSE", first_on=DAY, last_on=DAY, reason="flood", maker=maker, at=NOW
    )  # fmt: skip
    with pytest.raises(SamePersonError):
        approved(pause, maker)


@pytest.mark.parametrize(
    "change",
    [{"reason": " "}, {"last_on": date(2024, 2, 19)}, {"last_on": date(2025, 2, 20)}, {"kind": "EVER"}],
)
def test_what_is_no_pause_is_refused(change: dict) -> None:
    content = {"kind": "PAUSE", "first_on": date(2024, 2, 20), "last_on": date(2024, 2, 29), "reason": "x", **change}
    with pytest.raises(PauseInvalid):
        pause_ask(loan=loan(), maker=people()[0], at=NOW, **content)


def test_it_is_cut_short_by_one_person_and_never_made_longer() -> None:
    one, pause, maker, checker = asked()
    approved(pause, checker)
    cut = pause_cut(pause=pause, last_on=date(2024, 2, 22), actor=maker, at=NOW)
    assert said(one)[0] == 17
    with pytest.raises(PauseNotWaiting):
        pause_cut(pause=cut, last_on=date(2024, 2, 25), actor=maker, at=NOW)
    pause_cut(pause=cut, last_on=date(2024, 1, 1), actor=maker, at=NOW)
    assert said(one)[0] == 20


def test_a_request_is_taken_back_or_rejected() -> None:
    _one, pause, maker, checker = asked()
    pause_withdraw(pause=pause, maker=maker, at=NOW)
    with pytest.raises(PauseNotWaiting):
        approved(pause, checker)
    _one, second, _maker, checker = asked()
    pause_decide(pause=second, checker=checker, content_hash=second.content_hash, is_approved=False, at=NOW)
    assert LoanPause.objects.filter(approval__isnull=False).count() == 0


SIDE_DOORS = {
    "longer": "UPDATE monitoring_loanpause SET last_on = last_on + 30",
    "another loan": "UPDATE monitoring_loanpause SET loan_id = loan_id + 1",
    "another approval": "UPDATE monitoring_loanpause SET approval_id = (SELECT max(id) FROM audit_approval)",
    "deleted": "DELETE FROM monitoring_loanpause",
}


@pytest.mark.parametrize("statement", SIDE_DOORS.values(), ids=SIDE_DOORS.keys())
def test_sql_around_the_services_is_refused(statement: str) -> None:
    asked()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_without_its_trigger_a_pause_made_longer_counts_for_nothing() -> None:
    """The row is no longer what was approved: it is not read."""
    one, pause, _maker, checker = asked()
    approved(pause, checker)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE monitoring_loanpause DISABLE TRIGGER monitoring_loanpause_guarded")
        cursor.execute("UPDATE monitoring_loanpause SET last_on = last_on + 30")
    assert said(one)[0] == 20
