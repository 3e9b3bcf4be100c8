"""From transactions in the book to findings, decisions of persons, and what others read of them."""

import json
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import AuditEntry
from lending.models import CustomerStanding, RiskEvent
from lending.services.customers import customer_erase
from monitoring.models import DiversionFinding, DiversionWatch
from monitoring.services.diversion.decisions import (
    DiversionDecisionNotPermitted,
    DiversionMovedOn,
    DiversionNoteInvalid,
    diversion_lift,
    note_read,
)
from monitoring.services.diversion.findings import diversion_trace
from monitoring.services.diversion.reading import diversion_of
from monitoring.services.diversion.watching import loans_due
from tests.diversion.diversion_book import (
    NOW,
    PAID_OUT,
    account,
    customer,
    diverted,
    line,
    officer,
    paid_out,
    policy_goes_live,
)
from tests.diversion.waiting_decision import NOTE, confirmed
from tests.factories.audit import user

pytestmark = pytest.mark.django_db(transaction=False)
State = DiversionFinding.State


@pytest.fixture(autouse=True)
def _policy() -> None:
    policy_goes_live()


def traced(loan, at=NOW) -> DiversionFinding:
    found = diversion_trace(loan_id=loan.pk, at=at)
    assert found is not None
    return found


def state_of(loan, at=NOW) -> list[str]:
    return diversion_of([loan.pk], at)["state"].to_list()


def test_money_at_a_broker_by_way_of_savings_is_suspected_once() -> None:
    loan = diverted()
    found = traced(loan)
    assert (found.state, found.diverted_minor, found.diverted_share) == (State.SUSPECTED, 6_000_00, 0.6)
    assert found.path["used"] == {"education": 3_000_00, "securities": 6_000_00}
    assert [flow[3] for flow in found.path["flows"]][-1] == "use:securities"
    event = RiskEvent.objects.get(kind="diversion_suspected")
    assert (event.loan_id, event.category, event.amount_minor) == (loan.pk, "securities", 6_000_00)
    assert diversion_trace(loan_id=loan.pk, at=NOW + timedelta(hours=1)) is None


def test_what_is_kept_names_nobody() -> None:
    found = traced(diverted())
    kept = json.dumps(found.path) + json.dumps(list(AuditEntry.objects.values_list("payload", flat=True)), default=str)
    assert not any(word in kept for word in ("中信", "北京", "银证", "学费"))


def test_only_what_was_known_by_then_counts() -> None:
    owner = customer()
    main = account(owner, "main")
    loan = paid_out(owner, main)
    line(main, 3, -9_000_00, known_day=20, counterparty="Interactive Brokers")
    assert traced(loan, PAID_OUT + timedelta(days=10)).state == State.CONSISTENT
    assert traced(loan, PAID_OUT + timedelta(days=21)).state == State.SUSPECTED
    assert state_of(loan, PAID_OUT + timedelta(days=15)) == [State.CONSISTENT]


def test_the_account_of_another_customer_of_the_book_is_followed_too() -> None:
    owner, other = customer(), customer()
    main, theirs = account(owner, "main"), account(other, "theirs")
    loan = paid_out(owner, main)
    line(main, 1, -8_000_00, counterparty_account="theirs")
    line(theirs, 1.5, 8_000_00)
    line(theirs, 4, -8_000_00, text="购房首付")
    found = traced(loan)
    assert found.path["used"] == {"property": 8_000_00}
    assert found.state == State.SUSPECTED


def test_what_stood_there_before_the_statement_begins_is_counted_on() -> None:
    owner = customer()
    main = account(owner, "main", opening=5_000_00)
    line(main, -150, 5_000_00, text="salary")
    loan = paid_out(owner, main)
    line(main, 3, -10_000_00, counterparty="Interactive Brokers")
    assert traced(loan).diverted_minor == 5_000_00


def test_a_loan_whose_payout_reached_no_known_account_has_no_finding() -> None:
    owner = customer()
    loan = paid_out(owner, account(owner, "spouse", is_own=False))
    assert diversion_trace(loan_id=loan.pk, at=NOW) is None
    assert state_of(loan) == []


def test_what_two_persons_confirm_holds_and_the_next_application_knows_at_once() -> None:
    loan = diverted()
    found = traced(loan)
    said = confirmed(found, officer())
    assert state_of(loan, NOW) == [State.CONFIRMED]
    assert note_read(said) == NOTE
    assert CustomerStanding.objects.get(customer=loan.customer).has_confirmed_diversion
    assert RiskEvent.objects.filter(kind="diversion_confirmed", loan=loan).count() == 1
    assert diversion_trace(loan_id=loan.pk, at=NOW + timedelta(days=1)) is None


def test_what_is_lifted_stays_lifted_until_other_money_goes_astray() -> None:
    loan = diverted()
    diversion_lift(finding=traced(loan), decider=officer(), note="The customer showed a sale.", at=NOW)
    assert state_of(loan) == [State.CONSISTENT]
    assert diversion_trace(loan_id=loan.pk, at=NOW + timedelta(hours=2)) is None
    line(loan.customer.bank_accounts.order_by("pk").first(), 30, -900_00, counterparty="中信证券")
    assert traced(loan, NOW + timedelta(hours=3)).state == State.SUSPECTED


def test_a_suspicion_is_lifted_by_one_person_with_the_right_a_note_and_the_last_finding() -> None:
    loan = diverted()
    found = traced(loan)
    with pytest.raises(DiversionDecisionNotPermitted):
        diversion_lift(finding=found, decider=user(), note=NOTE, at=NOW)
    with pytest.raises(DiversionNoteInvalid):
        diversion_lift(finding=found, decider=officer(), note="  too few", at=NOW)
    diversion_lift(finding=found, decider=officer(), note=NOTE, at=NOW)
    with pytest.raises(DiversionMovedOn):
        diversion_lift(finding=found, decider=officer(), note=NOTE, at=NOW)


@pytest.mark.parametrize("change", [{"state": "CONFIRMED"}, {"note": b"x"}])
def test_the_database_takes_no_confirmation_without_a_person(change: dict[str, object]) -> None:
    found = traced(diverted())
    values = {field.attname: getattr(found, field.attname) for field in DiversionFinding._meta.concrete_fields}
    copy = DiversionFinding(**values | {"id": None, "follows_id": found.pk} | change)
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    DiversionFinding(**values | {"id": None, "follows_id": found.pk}).save(force_insert=True)


def test_a_finding_is_never_changed() -> None:
    found = traced(diverted())
    with pytest.raises(Exception, match="frozen"), transaction.atomic():
        DiversionFinding.objects.filter(pk=found.pk).update(state=State.CONSISTENT)


def test_after_erasure_the_note_is_gone_and_the_finding_stays() -> None:
    loan = diverted()
    said = confirmed(traced(loan), officer())
    customer_erase(customer=loan.customer, at=NOW, actor="system:test")
    assert note_read(DiversionFinding.objects.get(pk=said.pk)) == ""


def test_new_transactions_make_a_loan_due_and_a_closed_window_ends_it(
    django_capture_on_commit_callbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        loan = diverted()
    assert loans_due(at=NOW, most=10) == [loan.pk]
    traced(loan)
    assert loans_due(at=NOW, most=10) == []
    with django_capture_on_commit_callbacks(execute=True):
        line(loan.customer.bank_accounts.order_by("pk").first(), 100, -1_00, text="rent")
    assert loans_due(at=NOW, most=10) == []
    assert DiversionWatch.objects.get(loan=loan).until == PAID_OUT + timedelta(days=90)
