"""A diversion is confirmed, and a confirmation lifted, by two persons, whatever path is taken."""

import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, connections, transaction

from audit.models import Approval, AuditEntry
from audit.services.approvals import AlreadyPendingError, NotTheMakerError, SamePersonError, StaleApprovalError
from lending.models import CustomerStanding, RiskEvent
from lending.services.customers import CustomerErasedError, customer_erase
from monitoring.models import DiversionFinding, DiversionProposal
from monitoring.services.diversion.decisions import (
    DiversionDecisionNotPermitted,
    DiversionMovedOn,
    DiversionNoteInvalid,
    DiversionWaits,
    diversion_lift,
    diversion_propose,
    diversion_withdraw,
    proposal_note,
    proposal_waiting,
)
from monitoring.services.diversion.findings import diversion_trace
from tests.diversion.diversion_book import NOW, line, officer
from tests.diversion.waiting_decision import NOTE, confirmed, decided, suspected, waiting
from tests.factories.audit import user
from tests.factories.triggers import unguarded

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def values_of(finding: DiversionFinding) -> dict[str, object]:
    return {field.attname: getattr(finding, field.attname) for field in DiversionFinding._meta.concrete_fields}


def claimed(finding: DiversionFinding, **more: object) -> DiversionFinding:
    """A row that says CONFIRMED in one person's name."""
    said = {"id": None, "follows_id": finding.pk, "state": "CONFIRMED", "note": b"x", "decided_by_id": officer().pk}
    return DiversionFinding(**values_of(finding) | said | more)


def test_a_proposal_alone_changes_nothing() -> None:
    finding = suspected()
    request = waiting(finding, officer())
    assert request.state == "PENDING"
    assert not DiversionFinding.objects.filter(follows=finding).exists()
    assert not RiskEvent.objects.filter(kind="diversion_confirmed").exists()
    standing = CustomerStanding.objects.filter(customer=finding.loan.customer, has_confirmed_diversion=True)
    assert not standing.exists()


def test_another_person_approves_and_both_are_on_record() -> None:
    finding, maker, checker = suspected(), officer(), user(is_checker=True)
    said = decided(finding, waiting(finding, maker), checker=checker)
    assert (said.state, said.decided_by, said.proposal.approval.maker) == ("CONFIRMED", checker, maker)
    entry = AuditEntry.objects.get(kind="diversion.confirmed")
    assert (entry.actor, entry.payload["maker"]) == (f"user:{checker.pk}", f"user:{maker.pk}")


def test_nobody_approves_what_they_proposed() -> None:
    finding, both = suspected(), officer(is_checker=True)
    request = waiting(finding, both)
    with pytest.raises(SamePersonError):
        decided(finding, request, checker=both)
    assert proposal_waiting(finding) is not None


def test_the_database_takes_no_confirmation_that_nobody_else_approved() -> None:
    finding = suspected()
    request = waiting(finding, officer())
    proposal = DiversionProposal.objects.get(approval=request)
    for row in (
        claimed(finding),
        claimed(finding, proposal_id=proposal.pk, note=proposal.note),
        claimed(finding, proposal_id=proposal.pk, note=proposal.note, decided_by_id=request.maker_id),
    ):
        with pytest.raises(DatabaseError, match=r"two persons|no other person"), transaction.atomic():
            row.save(force_insert=True)


def test_without_the_guard_one_person_would_confirm() -> None:
    """The twin."""
    finding = suspected()
    with unguarded("monitoring_diversionfinding"):
        claimed(finding).save(force_insert=True)
    assert DiversionFinding.objects.get(follows=finding).state == "CONFIRMED"


def test_an_approval_of_one_finding_confirms_no_other_and_no_other_words() -> None:
    first, second = suspected(), suspected()
    said = confirmed(first, officer())
    borrowed = {"proposal_id": said.proposal_id, "decided_by_id": said.decided_by_id}
    for row in (
        claimed(second, **borrowed, note=said.note),
        claimed(said, **borrowed, note=said.note, state="CONSISTENT"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)


def test_a_confirmation_is_lifted_by_two_persons_too() -> None:
    said = confirmed(suspected(), officer())
    with pytest.raises(DiversionMovedOn):
        diversion_lift(finding=said, decider=officer(), note=NOTE, at=LATER)
    with pytest.raises(DatabaseError, match="two persons"), transaction.atomic():
        claimed(said, state="CONSISTENT", proposal_id=None).save(force_insert=True)
    lifted = decided(said, waiting(said, officer(), "CONSISTENT", LATER), at=LATER)
    assert lifted.state == "CONSISTENT"
    latest = CustomerStanding.objects.filter(customer=said.loan.customer).order_by("-known_at", "-pk").first()
    assert latest is not None and not latest.has_confirmed_diversion


def test_what_is_rejected_or_taken_back_can_be_proposed_anew() -> None:
    finding, maker = suspected(), officer()
    assert decided(finding, waiting(finding, maker), is_approved=False, comment="look again") == finding
    waiting(finding, maker)
    with pytest.raises(NotTheMakerError):
        diversion_withdraw(finding=finding, maker=officer(), at=NOW)
    diversion_withdraw(finding=finding, maker=maker, at=NOW)
    with pytest.raises(DiversionWaits):
        diversion_withdraw(finding=finding, maker=maker, at=NOW)
    assert confirmed(finding, officer()).state == "CONFIRMED"
    assert [row.approval.state for row in finding.proposals.order_by("pk")] == ["REJECTED", "VOID", "APPROVED"]


def test_one_proposal_waits_at_a_time_and_holds_up_a_lifting() -> None:
    finding = suspected()
    waiting(finding, officer())
    with pytest.raises(AlreadyPendingError), transaction.atomic():
        waiting(finding, officer())
    with pytest.raises(DiversionWaits):
        diversion_lift(finding=finding, decider=officer(), note=NOTE, at=NOW)


def test_what_is_found_anew_ends_what_waited_on_the_old_finding() -> None:
    finding = suspected()
    request = waiting(finding, officer())
    line(finding.loan.customer.bank_accounts.order_by("pk").first(), 30, -500_00, counterparty="中信证券")
    assert diversion_trace(loan_id=finding.loan_id, at=LATER) is not None
    request.refresh_from_db()
    assert request.state == "VOID"
    with pytest.raises(DiversionWaits):
        decided(finding, request)


def test_a_proposal_needs_the_right_a_note_and_a_state_that_it_fits() -> None:
    finding = suspected()
    with pytest.raises(DiversionDecisionNotPermitted):
        waiting(finding, user())
    with pytest.raises(DiversionNoteInvalid):
        diversion_propose(finding=finding, outcome="CONFIRMED", maker=officer(), note=" too few ", at=NOW)
    for outcome in ("CONSISTENT", "SUSPECTED", ""):
        with pytest.raises(DiversionMovedOn):
            waiting(finding, officer(), outcome)
    assert not Approval.objects.exists() or not Approval.objects.filter(object_type="diversion_decision").exists()


def test_the_hash_of_other_content_approves_nothing() -> None:
    finding = suspected()
    request = waiting(finding, officer())
    request.content_hash = "0" * 64
    with pytest.raises(StaleApprovalError):
        decided(finding, request)


@pytest.mark.parametrize("changed", [{"outcome": "CONSISTENT"}, {"note": b"other words"}])
def test_a_proposal_that_changed_since_it_was_asked_for_is_not_approved(changed: dict[str, object]) -> None:
    finding = suspected()
    request = waiting(finding, officer())
    with unguarded("monitoring_diversionproposal"):
        DiversionProposal.objects.filter(approval=request).update(**changed)
    with pytest.raises(DiversionWaits):
        decided(finding, request)
    assert not DiversionFinding.objects.filter(follows=finding).exists()


def test_a_proposal_is_never_changed_and_unreadable_after_erasure() -> None:
    finding = suspected()
    request = waiting(finding, officer())
    proposal = DiversionProposal.objects.get(approval=request)
    assert proposal_note(proposal) == NOTE
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE monitoring_diversionproposal SET outcome = 'CONSISTENT' WHERE id = %s", [proposal.pk])
    customer_erase(customer=finding.loan.customer, at=NOW, actor="system:test")
    assert proposal_note(DiversionProposal.objects.get(pk=proposal.pk)) == ""
    with pytest.raises(CustomerErasedError):
        decided(DiversionFinding.objects.get(pk=finding.pk), request)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_propose_at_once_one_waits_for_the_second_person() -> None:
    finding, makers = suspected(), [officer(), officer()]
    barrier, errors = threading.Barrier(2), []

    def propose(maker) -> None:
        try:
            barrier.wait(30)
            waiting(finding, maker)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=propose, args=(maker,)) for maker in makers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [type(error) for error in errors] == [AlreadyPendingError]
    assert DiversionProposal.objects.filter(finding=finding).count() == 1
