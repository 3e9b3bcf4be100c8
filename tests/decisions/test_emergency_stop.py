"""An emergency stop: one person sends everything to people at once; nothing resumes without a second one."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from audit.models import AuditEntry
from audit.services.approvals import AlreadyPendingError, SamePersonError
from rules.models import Decision, EmergencyStop, RuleSet
from rules.services import emergency_stops as stops
from rules.services.decisions.document import document_open
from rules.services.decisions.replay import decisions_replay
from rules.services.versions.life import _locked
from tests.factories import decisions as make
from tests.factories.audit import user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rule_set(lender):
    assert lender.post(make.body()).json()["outcome"] == "APPROVE"
    return RuleSet.objects.get(product__code="instalment", stage="PRE_LOAN")


def decided(lender):
    answer = lender.post(make.body(external_id=f"A-{uuid.uuid4()}"))
    assert answer.status_code == 201
    return answer.json()


def declared(rule_set, by=None):
    return stops.stop_declare(rule_set=rule_set, by=by or user(), reason="Wrong rates are offered", at=timezone.now())


def word(act, stop, who, **more):
    act(stop=stop, checker=who, content_hash=stop.content_hash, at=timezone.now(), **more)


def test_the_very_next_decision_goes_to_a_person_and_says_why(lender, rule_set):
    declared(rule_set)
    answer = decided(lender)
    assert (answer["outcome"], answer["offer"]) == ("REFER", None)
    document = document_open(bytes(Decision.objects.latest("decided_at").document))
    assert [(cause.stage, cause.code) for cause in document.causes] == [("stopped", "emergency_stop")]
    assert document.reasons == ["PERSON_REVIEW"]


def test_a_stopped_decision_replays(lender, rule_set):
    declared(rule_set)
    decided(lender)
    report = decisions_replay()
    assert report.same == report.total == 2


def test_another_person_who_refuses_it_lets_the_rules_decide_again(lender, rule_set):
    stop = declared(rule_set)
    word(stops.stop_refuse, stop, user(is_checker=True), comment="The rates are right")
    assert decided(lender)["outcome"] == "APPROVE"


def test_a_confirmed_stop_goes_on_until_two_persons_lift_it(lender, rule_set):
    stop, maker, checker = declared(rule_set), user(is_checker=True), user(is_checker=True)
    word(stops.stop_confirm, stop, checker)
    assert decided(lender)["outcome"] == "REFER"
    stops.lift_request(stop=stop, by=maker, comment="Corrected", at=timezone.now())
    assert decided(lender)["outcome"] == "REFER"
    with pytest.raises(SamePersonError):
        word(stops.lift_approve, stop, maker)
    word(stops.lift_reject, stop, checker, comment="Not yet")
    assert decided(lender)["outcome"] == "REFER"
    stops.lift_request(stop=stop, by=maker, comment="Corrected now", at=timezone.now())
    with pytest.raises(AlreadyPendingError):
        stops.lift_request(stop=stop, by=checker, comment="Me too", at=timezone.now())
    word(stops.lift_approve, stop, checker)
    assert decided(lender)["outcome"] == "APPROVE"
    kinds = AuditEntry.objects.filter(object_type="emergency_stop").values_list("kind", flat=True)
    assert set(kinds) == {"emergency_stop.declared", "emergency_stop.lifted", "approval.requested", "approval.approved"}


def test_nobody_confirms_their_own_stop_and_the_deadline_lets_nothing_through(lender, rule_set):
    who = user(is_checker=True)
    stop = stops.stop_declare(rule_set=rule_set, by=who, reason="Odd", at=timezone.now() - timedelta(days=3))
    with pytest.raises(SamePersonError):
        word(stops.stop_refuse, stop, who, comment="It was me")
    assert stop.deadline_at < timezone.now()
    assert decided(lender)["outcome"] == "REFER"


def test_a_second_stop_and_a_stop_without_a_reason_are_refused(rule_set):
    with pytest.raises(stops.StopNotPossible):
        stops.stop_declare(rule_set=rule_set, by=user(), reason="  ", at=timezone.now())
    stop = declared(rule_set)
    with pytest.raises(stops.AlreadyStopped):
        declared(rule_set)
    with pytest.raises(stops.StopNotConfirmed):
        stops.lift_request(stop=stop, by=user(), comment="", at=timezone.now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE rules_emergencystop SET lifted_at = now()",
        "UPDATE rules_emergencystop SET lifted_at = now(), lifted_on_id = (SELECT id FROM audit_approval WHERE "
        "object_type = 'emergency_stop')",
        "UPDATE rules_emergencystop SET lifted_at = now(), lifted_on_id = (SELECT id FROM audit_approval WHERE "
        "state = 'APPROVED' LIMIT 1)",
        "UPDATE rules_emergencystop SET declared_at = now() + interval '1 day'",
        "DELETE FROM rules_emergencystop",
    ],
)
def test_no_statement_ends_it_alone(rule_set, statement):
    declared(rule_set)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert EmergencyStop.objects.get().lifted_at is None


def test_without_the_trigger_one_statement_would_end_it(lender, rule_set):
    declared(rule_set)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE rules_emergencystop DISABLE TRIGGER emergency_stop_guard")
        cursor.execute(
            "UPDATE rules_emergencystop SET lifted_at = now(), lifted_on_id = (SELECT id FROM audit_approval WHERE "
            "object_type = 'emergency_stop')"
        )
    assert decided(lender)["outcome"] == "APPROVE"


@pytest.mark.django_db(transaction=True)
def test_a_stop_does_not_wait_for_a_submission_that_takes_its_time(committing_lender):
    rule_set = RuleSet.objects.get(product__code="instalment", stage="PRE_LOAN")
    version = rule_set.versions.get()
    is_held, may_end = threading.Event(), threading.Event()

    def submission():
        try:
            with transaction.atomic():
                _locked(version)
                is_held.set()
                may_end.wait(10)
        finally:
            connection.close()

    busy = threading.Thread(target=submission)
    busy.start()
    try:
        assert is_held.wait(5)
        declared(rule_set)
        with pytest.raises(stops.AlreadyStopped):
            declared(rule_set)
    finally:
        may_end.set()
        busy.join()
    assert EmergencyStop.objects.count() == 1
