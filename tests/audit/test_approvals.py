"""Four eyes: nobody approves their own change, and what is approved is what was asked for."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError

from audit.models import Approval, AuditEntry, User
from audit.services.approvals import (
    AlreadyDecidedError,
    AlreadyPendingError,
    NotACheckerError,
    SamePersonError,
    StaleApprovalError,
    approval_approve,
    approval_reject,
    approval_request,
    approval_void,
)
from tests.factories.audit import AT, user

HASH = "a" * 64
db = pytest.mark.django_db


def _request(maker: User, **fields) -> Approval:
    values = {"object_type": "thing", "object_id": "1", "content_hash": HASH, "maker": maker, "at": AT}
    return approval_request(**values | fields)


@db
def test_another_person_approves_and_the_log_says_so():
    maker, checker = user(), user(is_checker=True)
    start = AT + timedelta(days=3)
    asked = _request(maker, effective_from=start, evidence={"cases": 12}, comment="Lower the limit")
    approved = approval_approve(approval=asked, checker=checker, content_hash=HASH, at=AT, comment="Fine")
    assert (approved.state, approved.checker, approved.effective_from) == ("APPROVED", checker, start)
    entries = list(AuditEntry.objects.order_by("id").values_list("kind", "actor", "object_type", "object_id"))
    assert entries == [
        ("approval.requested", f"user:{maker.pk}", "thing", "1"),
        ("approval.approved", f"user:{checker.pk}", "thing", "1"),
    ]
    assert AuditEntry.objects.latest("id").payload["effective_from"] == "2026-03-05T09:30:00.000000Z"
    assert "Fine" not in str(list(AuditEntry.objects.values_list("payload", flat=True)))


@db
@pytest.mark.parametrize("decide", [approval_approve, approval_reject])
def test_nobody_decides_their_own_change(decide):
    maker = user(is_checker=True)
    with pytest.raises(SamePersonError):
        decide(approval=_request(maker), checker=maker, content_hash=HASH, at=AT)
    assert Approval.objects.get().state == "PENDING"


@db
def test_a_superuser_does_not_decide_their_own_change_either():
    maker = user(is_superuser=True)
    with pytest.raises(SamePersonError):
        approval_approve(approval=_request(maker), checker=maker, content_hash=HASH, at=AT)


@db
@pytest.mark.parametrize("spelling", ["e-17", "E-17", " E-17"])
def test_one_person_cannot_have_a_second_account(spelling):
    user(person_id="E-17")
    with pytest.raises(IntegrityError), transaction.atomic():
        user(person_id=spelling)


@db
def test_an_account_cannot_move_to_another_person():
    account = user()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=account.pk).update(person_id="somebody-else")


@db
def test_a_checker_needs_the_permission_and_an_active_account():
    asked = _request(user())
    for checker in (user(), user(is_checker=True, is_active=False)):
        with pytest.raises(NotACheckerError):
            approval_approve(approval=asked, checker=checker, content_hash=HASH, at=AT)


@db
def test_other_content_than_asked_for_is_stale():
    with pytest.raises(StaleApprovalError):
        approval_approve(approval=_request(user()), checker=user(is_checker=True), content_hash="b" * 64, at=AT)


@db
def test_a_second_request_is_refused_in_words():
    maker = user()
    first = _request(maker)
    with pytest.raises(AlreadyPendingError) as caught:
        _request(user())
    assert caught.value.facts["approval"] == first.pk
    assert "waits for approval already" in caught.value.message
    _request(maker, object_id="2")


@db
def test_an_edit_voids_the_request_and_a_new_one_may_follow():
    maker, checker = user(), user(is_checker=True)
    asked = _request(maker)
    voided = approval_void(object_type="thing", object_id="1", at=AT, reason="edited", actor=f"user:{maker.pk}")
    assert voided is not None
    assert (voided.state, voided.decision_comment) == ("VOID", "edited")
    with pytest.raises(AlreadyDecidedError):
        approval_approve(approval=asked, checker=checker, content_hash=HASH, at=AT)
    assert approval_void(object_type="thing", object_id="1", at=AT, reason="edited") is None
    _request(maker)


@db
def test_a_decision_is_final():
    checker = user(is_checker=True)
    asked = _request(user())
    approval_reject(approval=asked, checker=checker, content_hash=HASH, at=AT)
    with pytest.raises(AlreadyDecidedError):
        approval_approve(approval=asked, checker=checker, content_hash=HASH, at=AT)


@db
@pytest.mark.parametrize(
    "change",
    [
        {"content_hash": "b" * 64},
        {"effective_from": AT},
        {"evidence": {"forged": True}},
        {"object_id": "9"},
        {"request_comment": "other"},
        {"requested_at": AT + timedelta(days=1)},
    ],
)
def test_what_was_asked_for_never_changes_in_sql(change):
    asked = _request(user())
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(**change)


@db
def test_a_decided_approval_is_frozen_in_sql():
    asked = _request(user())
    approval_reject(approval=asked, checker=user(is_checker=True), content_hash=HASH, at=AT)
    for change in ({"state": "APPROVED"}, {"state": "PENDING"}, {"decision_comment": "x"}, {"decided_at": AT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Approval.objects.filter(pk=asked.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).delete()


@db
def test_an_approval_cannot_be_born_approved():
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.create(
            object_type="thing",
            object_id="1",
            content_hash=HASH,
            maker=user(),
            checker=user(),
            requested_at=AT,
            decided_at=AT,
            state="APPROVED",
        )


@db
def test_the_constraint_is_what_stops_self_approval_in_sql():
    maker = user(is_checker=True)
    asked = _request(maker)
    approve_in_sql = "UPDATE audit_approval SET state = 'APPROVED', checker_id = maker_id, decided_at = now()"
    with pytest.raises(IntegrityError, match="approval_maker_is_not_checker"), transaction.atomic():
        _execute(approve_in_sql)
    # The twin: without the constraint the same statement goes through, and the service still refuses.
    _execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE audit_approval DROP CONSTRAINT approval_maker_is_not_checker")
    with pytest.raises(SamePersonError):
        approval_approve(approval=asked, checker=maker, content_hash=HASH, at=AT)
    _execute(approve_in_sql)
    asked.refresh_from_db()
    assert (asked.state, asked.checker_id) == ("APPROVED", maker.pk)


@db
def test_the_account_of_a_maker_cannot_be_deleted():
    maker = user()
    _request(maker)
    with pytest.raises(ProtectedError):
        maker.delete()


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.mark.django_db(transaction=True)
def test_of_many_requests_at_once_one_is_made():
    makers = [user() for _ in range(4)]
    results = _at_once([lambda maker=maker: _request(maker) for maker in makers])
    assert sorted(type(result).__name__ for result in results) == ["AlreadyPendingError"] * 3 + ["Approval"]


@pytest.mark.django_db(transaction=True)
def test_of_many_checkers_at_once_one_decides():
    asked = _request(user())
    checkers = [user(is_checker=True) for _ in range(4)]
    results = _at_once(
        [
            lambda checker=checker, decide=decide: decide(approval=asked, checker=checker, content_hash=HASH, at=AT)
            for checker, decide in zip(checkers, [approval_approve, approval_reject] * 2, strict=True)
        ]
    )
    assert sorted(type(result).__name__ for result in results) == ["AlreadyDecidedError"] * 3 + ["Approval"]
    assert AuditEntry.objects.count() == 2


def _at_once(calls):
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))
