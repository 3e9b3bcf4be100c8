"""Changes of loans asked for by one person and decided by another, the way reported ones go; and their pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from audit.services.approvals import NotTheMakerError, SamePersonError, StaleApprovalError
from lending.models import Loan, LoanChange, LoanChangeRequest
from lending.services.book.inputs import ScheduledInstalment
from lending.services.book.loan_change_requests import (
    LoanChangeInvalid,
    LoanChangeNotWaiting,
    LoanChangeOvertaken,
    loan_change_ask,
    loan_change_decide,
    loan_change_withdraw,
)
from lending.services.book.loan_changes import loan_changes_record
from lending.services.book.reading import instalments_as_of
from lending.services.customers import CustomerErasedError, customer_erase
from tests.admin.conftest import PASSWORD, member
from tests.book.factory import CALL
from tests.book.test_loan_changes import change, paid, scheduled
from tests.delinquency import world
from tests.factories.audit import user
from tests.factories.triggers import unguarded

pytestmark = pytest.mark.django_db
PARTS = [ScheduledInstalment(number=n, due_on=date(2026, 1 + n, 5), principal_minor=8_000) for n in range(1, 8)]
IN_FORCE = [
    ScheduledInstalment(number=n, due_on=date(2026, 1 + n, 5), principal_minor=10_000, interest_minor=500)
    for n in (1, 2, 3)
]
TODAY = timezone.now().date()


def asked(loan: Loan, kind: str = "RESTRUCTURED", **more: Any) -> tuple[LoanChangeRequest, Any, Any]:
    maker, checker = user(), user(is_checker=True)
    told = {"schedule": PARTS if kind == "RESTRUCTURED" else (), "changed_on": TODAY, "reason": "lost work"} | more
    return loan_change_ask(loan=loan, kind=kind, maker=maker, at=timezone.now(), **told), maker, checker


def approved(request: LoanChangeRequest, checker: Any) -> LoanChangeRequest:
    told = {"checker": checker, "content_hash": request.content_hash, "at": timezone.now()}
    return loan_change_decide(request=request, is_approved=True, **told)


def test_a_restructuring_counts_once_another_approved_it() -> None:
    loan = scheduled()
    request, maker, checker = asked(loan)
    loan.refresh_from_db()
    assert (loan.restructured_on, LoanChange.objects.count()) == (None, 0)
    with pytest.raises(SamePersonError):
        approved(request, user_may_check(maker))
    request = approved(request, checker)
    loan.refresh_from_db()
    assert loan.restructured_on == TODAY
    assert request.change == LoanChange.objects.get()
    assert (request.change.source, request.change.external_id) == ("admin", f"asked/{request.pk}")
    assert instalments_as_of([loan.pk], timezone.now())["due_minor"].to_list() == [8_000] * 7
    assert instalments_as_of([loan.pk], request.made_at)["due_minor"].to_list() == [10_500] * 3
    with pytest.raises(LoanChangeNotWaiting):
        approved(request, checker)


def user_may_check(maker: Any) -> Any:
    maker.user_permissions.add(Permission.objects.get(codename="check_approval"))
    return type(maker).objects.get(pk=maker.pk)


def test_from_the_approval_on_the_loan_is_under_observation() -> None:
    world.settings_in_force()
    loan = world.loan(instalments=60)
    world.pays_on_time(loan, 1, 60)
    Loan.objects.filter(pk=loan.pk).update(closed_on=None, closed_cause="")
    LoanChange.objects.all().delete()
    parts = [
        ScheduledInstalment(number=n, due_on=world.add_months(world.OPENED, n), principal_minor=world.DUE)
        for n in range(1, 73)
    ]
    request, _maker, checker = asked(loan, schedule=parts)
    day = TODAY + timedelta(days=1)
    (before,) = world.delinquency_of([loan.pk], day, world.as_of(day))["causes"]
    approved(request, checker)
    (after,) = world.delinquency_of([loan.pk], day, world.as_of(day))["causes"]
    assert ("RESTRUCTURED" in (before or ""), "RESTRUCTURED" in (after or "")) == (False, True)


def test_the_cause_of_a_closing_from_before_causes_were_kept_can_be_told_once() -> None:
    loan = scheduled()
    Loan.objects.filter(pk=loan.pk).update(closed_on=TODAY)
    request, _maker, checker = asked(loan, "CLOSED", cause="WRITTEN_OFF")
    approved(request, checker)
    loan.refresh_from_db()
    assert (loan.closed_on, loan.closed_cause) == (TODAY, "WRITTEN_OFF")
    with pytest.raises(LoanChangeInvalid) as refused:
        asked(loan, "CLOSED", cause="SOLD")
    assert "closed_already" in {one["code"] for one in refused.value.facts["problems"]}


def test_a_closing_and_an_opening_go_the_same_way() -> None:
    loan = scheduled()
    request, _maker, checker = asked(loan, "CLOSED", cause="WRITTEN_OFF")
    approved(request, checker)
    loan.refresh_from_db()
    assert (loan.closed_on, loan.closed_cause) == (TODAY, "WRITTEN_OFF")
    request, _maker, checker = asked(loan, "REOPENED")
    approved(request, checker)
    loan.refresh_from_db()
    assert (loan.closed_on, loan.closed_cause, loan.has_reopened) == (None, "", True)


@pytest.mark.parametrize(
    ("more", "field", "code"),
    [
        ({"kind": "CLOSED", "cause": "REPAID"}, "cause", "money_owed"),
        ({"kind": "CLOSED"}, "cause", "out_of_range"),
        ({"kind": "REOPENED"}, "kind", "open_already"),
        ({"schedule": ()}, "schedule", "missing"),
        ({"schedule": PARTS[:1]}, "schedule", "paid_already"),
        ({"schedule": IN_FORCE}, "schedule", "unchanged"),
        ({"kind": "REOPENED", "schedule": PARTS}, "schedule", "only_restructured"),
        ({"reason": " "}, "reason", "missing"),
        ({"changed_on": TODAY + timedelta(days=2)}, "known_at", "known_before_it_happened"),
    ],
)
def test_what_would_be_refused_is_refused_when_asked_for_and_nothing_stays(
    more: dict[str, Any], field: str, code: str
) -> None:
    loan = paid(scheduled(), 9_000)
    with pytest.raises(LoanChangeInvalid) as refused:
        asked(loan, **more)
    assert (field, code) in {(one["field"], one["code"]) for one in refused.value.facts["problems"]}
    assert not LoanChangeRequest.objects.exists()
    assert not LoanChange.objects.exists()


def test_of_two_asked_for_at_once_the_second_is_overtaken_and_can_only_be_rejected() -> None:
    loan = scheduled()
    first, _maker, checker = asked(loan)
    second, _maker, _checker = asked(loan, "CLOSED", cause="SOLD")
    approved(first, checker)
    with pytest.raises(LoanChangeOvertaken):
        approved(second, checker)
    told = {"checker": checker, "content_hash": second.content_hash, "at": timezone.now(), "comment": "overtaken"}
    loan_change_decide(request=second, is_approved=False, **told)
    assert LoanChange.objects.count() == 1


def test_a_report_in_between_overtakes_too() -> None:
    loan = scheduled()
    request, _maker, checker = asked(loan)
    loan_changes_record(items=[change(loan)], **CALL)
    with pytest.raises(LoanChangeOvertaken):
        approved(request, checker)


def test_it_is_taken_back_by_who_asked_alone_and_decided_on_what_was_shown() -> None:
    request, maker, checker = asked(scheduled())
    with pytest.raises(StaleApprovalError):
        loan_change_decide(request=request, checker=checker, content_hash="0" * 64, is_approved=True, at=timezone.now())
    with pytest.raises(NotTheMakerError):
        loan_change_withdraw(request=request, maker=checker, at=timezone.now())
    loan_change_withdraw(request=request, maker=maker, at=timezone.now())
    with pytest.raises(LoanChangeNotWaiting):
        approved(request, checker)


AROUND = {
    "another schedule": "UPDATE lending_loanchangerequest SET schedule = '[]'",
    "no approval": "UPDATE lending_loanchangerequest SET change_id = (SELECT max(id) FROM lending_loanchange)",
    "deleted": "DELETE FROM lending_loanchangerequest",
    "self-approved": (
        "UPDATE lending_loanchangerequest SET approval_id = (SELECT max(id) FROM audit_approval),"
        " change_id = (SELECT max(id) FROM lending_loanchange)"
    ),
}


@pytest.mark.parametrize("statement", AROUND.values(), ids=AROUND)
def test_the_database_refuses_ways_around(statement: str) -> None:
    loan = scheduled()
    asked(loan)
    loan_changes_record(items=[change(loan, "RESTRUCTURED")], **CALL)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE lending_loanchangerequest DISABLE TRIGGER lending_loanchangerequest_guarded")
        cursor.execute("UPDATE lending_loanchangerequest SET schedule = '[]'")  # the twin without the guard
        assert cursor.rowcount == 1
        transaction.set_rollback(True)


def staff(role: str) -> Client:
    client = Client()
    client.force_login(member(role), backend=project.AUTHENTICATION_BACKENDS[-1])
    return client


TYPED = {
    "kind": "RESTRUCTURED",
    "changed_on": TODAY.isoformat(),
    "reason": "lost work",
    "schedule": "\n".join(f"2026-{month:02d}-05 80.00 1,000.5" for month in range(2, 6)),
}


def test_on_its_pages_one_asks_in_money_and_another_approves() -> None:
    loan = scheduled()
    maker, checker, add = staff("maker"), staff("checker"), f"/admin/lending/loanchangerequest/add/?loan={loan.pk}"
    shown = maker.get(f"/admin/lending/loan/{loan.pk}/change/").content.decode()
    assert add in shown
    assert add not in staff("auditor").get(f"/admin/lending/loan/{loan.pk}/change/").content.decode()
    assert "2026-02-05 100.00 5.00 0.00" in maker.get(add).content.decode()
    wrong = maker.post(add, {**TYPED, "schedule": "2026-02-05 80.00\nnext month 80"}).content.decode()
    assert "Line 2 is not a day" in wrong
    owes = maker.post(add, {**TYPED, "kind": "CLOSED", "cause": "REPAID"}).content.decode()
    assert "are still owed" in owes and "315.00 CNY" in owes
    answer = maker.post(add, TYPED)
    row = LoanChangeRequest.objects.get()
    path = f"/admin/lending/loanchangerequest/{row.pk}/change/"
    assert answer.headers["Location"] == path
    assert row.schedule[0]["interest_minor"] == 100_050
    assert "somebody else must decide" in maker.get(path).content.decode()
    assert "4,322.00 CNY" not in maker.get(path).content.decode()
    assert checker.get(add).status_code == 403
    told = {"decision": "approve", "content_hash": row.content_hash, "password": PASSWORD, "comment": "read"}
    assert maker.post(path, told).status_code == 403
    checker.post(path, told)
    loan.refresh_from_db()
    assert loan.restructured_on == TODAY
    assert "In force" in checker.get("/admin/lending/loanchangerequest/").content.decode()


def test_who_asked_takes_it_back_and_a_change_is_of_a_loan() -> None:
    maker = staff("maker")
    maker.post(f"/admin/lending/loanchangerequest/add/?loan={scheduled().pk}", TYPED)
    row = LoanChangeRequest.objects.get()
    maker.post(f"/admin/lending/loanchangerequest/{row.pk}/change/", {"step": "withdraw"})
    assert "Taken back" in maker.get(f"/admin/lending/loanchangerequest/{row.pk}/change/").content.decode()
    assert maker.get("/admin/lending/loanchangerequest/add/").headers["Location"] == "/admin/lending/loan/"


def test_why_is_sealed_under_the_customers_key_and_gone_with_it() -> None:
    asked(scheduled(), reason="lost work in May")
    row = LoanChangeRequest.objects.get()
    assert b"lost work" not in bytes(row.reason)
    path, auditor = f"/admin/lending/loanchangerequest/{row.pk}/change/", staff("auditor")
    assert "lost work in May" in auditor.get(path).content.decode()
    customer_erase(customer=row.loan.customer, at=timezone.now(), actor="system:test")
    page = auditor.get(path).content.decode()
    assert "lost work" not in page and "Erased" in page
    with pytest.raises(CustomerErasedError):
        asked(Loan.objects.get(pk=row.loan_id))


def test_what_was_asked_for_does_not_wait_under_another_reason() -> None:
    request, _maker, checker = asked(scheduled())
    with unguarded("lending_loanchangerequest"):
        LoanChangeRequest.objects.filter(pk=request.pk).update(reason=b"another")
    with pytest.raises(LoanChangeNotWaiting):
        approved(request, checker)
