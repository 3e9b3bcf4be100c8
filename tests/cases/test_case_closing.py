"""How a case ends: outcomes, four eyes on severe false alarms, opening again, labels, and the report of false ones."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import AuditEntry
from audit.services.approvals import StaleApprovalError
from monitoring.models import EarlyWarning, ReviewRun, WarningCase
from monitoring.services.cases.closing import case_close, case_reopen, closing_decide, closing_hash
from monitoring.services.cases.errors import CaseNotClosed, CaseNotYours, CaseSucceeded, CaseWordsInvalid
from monitoring.services.cases.false_closings import false_closings, tallies
from monitoring.services.cases.labels import case_labels
from monitoring.services.cases.work import case_claim
from tests.cases.factory import LATER, checker, mine, officer, policy_live, seen_again
from tests.factories.monitoring import card

pytestmark = pytest.mark.django_db
NOTE = "Spoke with the customer."
DAYS = timedelta(days=1)


@pytest.fixture(autouse=True)
def live(ladder):
    pass


def closed(status, outcome, at=LATER):
    case, person = mine(status)
    case = case_close(case=case, person=person, outcome=outcome, note=NOTE, at=at)
    if case.state == "CLOSING":
        case = closing_decide(case=case, checker=checker(), content_hash=closing_hash(case), is_approved=True, at=at)
    return case, person


@pytest.mark.parametrize("outcome", ["TRUE_TROUBLE", "CURED", "DUPLICATE"])
def test_it_closes_the_warning_on_record(outcome):
    case, person = closed(4, outcome)
    assert (case.state, case.outcome, case.closed_by, case.warning.state) == ("CLOSED", outcome, person, "CLOSED")
    assert AuditEntry.objects.get(kind="warning.closed").payload["outcome"] == outcome


@pytest.mark.parametrize(("status", "state"), [(1, "CLOSED"), (2, "CLOSED"), (3, "CLOSING"), (4, "CLOSING")])
def test_a_severe_one_called_false_waits_for_a_second_person(status, state):
    case, person = mine(status)
    case = case_close(case=case, person=person, outcome="FALSE_ALARM", note=NOTE, at=LATER)
    assert (case.state, case.warning.state == "OPEN") == (state, state == "CLOSING")


def test_the_second_person_returns_it():
    case, person = mine(4)
    case = case_close(case=case, person=person, outcome="FALSE_ALARM", note=NOTE, at=LATER)
    done = closing_decide(
        case=case, checker=checker(), content_hash=closing_hash(case), is_approved=False, at=LATER, comment="Look again"
    )
    assert (done.state, done.outcome, done.claimed_by) == ("CLAIMED", "", person)


def test_a_hit_in_between_makes_the_request_stale():
    case, person = mine(4)
    case = case_close(case=case, person=person, outcome="FALSE_ALARM", note=NOTE, at=LATER)
    before = closing_hash(case)
    seen_again(case, 4)
    with pytest.raises(StaleApprovalError):
        closing_decide(case=case, checker=checker(), content_hash=before, is_approved=True, at=LATER)


def test_the_database_refuses_a_severe_false_alarm_of_one_person():
    case, person = mine(4)
    with pytest.raises(IntegrityError), transaction.atomic():
        WarningCase.objects.filter(pk=case.pk).update(
            state="CLOSED", outcome="FALSE_ALARM", closed_by=person, closed_at=LATER
        )


def test_only_who_has_it_closes_it_with_an_outcome_and_words():
    case, person = mine(2)
    with pytest.raises(CaseNotYours):
        case_close(case=case, person=officer(), outcome="CURED", note=NOTE, at=LATER)
    for outcome, note in (("", NOTE), ("CURED", " "), ("MAYBE", NOTE)):
        with pytest.raises(CaseWordsInvalid):
            case_close(case=case, person=person, outcome=outcome, note=note, at=LATER)


class TestOpeningAgain:
    def test_warning_and_case_are_open_again(self):
        case, person = closed(4, "CURED")
        again = case_reopen(case=case, person=person, reason="Paid with another loan", at=LATER)
        assert (again.state, again.outcome, again.warning.state) == ("OPEN", "", "OPEN")
        with pytest.raises(CaseNotClosed):
            case_reopen(case=case, person=person, reason="Paid with another loan", at=LATER)

    def test_not_where_a_newer_warning_is_open(self):
        case, person = closed(3, "CURED")
        assert seen_again(case, 4).level == "RED"
        with pytest.raises(CaseSucceeded):
            case_reopen(case=case, person=person, reason="Paid with another loan", at=LATER)


class TestLabels:
    def test_the_last_word_by_an_instant_counts(self):
        case, person = closed(2, "FALSE_ALARM")
        later = LATER + DAYS
        case_reopen(case=case, person=person, reason="It was no false alarm", at=later)
        taken = case_claim(case=case, person=person, at=later)
        case_close(case=taken, person=person, outcome="TRUE_TROUBLE", note=NOTE, at=later + DAYS)
        told = [case_labels(LATER + days * DAYS).select("outcome", "is_trouble").rows() for days in (0, 1, 2)]
        assert told == [[("FALSE_ALARM", False)], [], [("TRUE_TROUBLE", True)]]
        assert case_labels(LATER - DAYS).is_empty()

    @pytest.mark.parametrize(
        ("outcome", "label"), [("TRUE_TROUBLE", True), ("CURED", True), ("FALSE_ALARM", False), ("DUPLICATE", None)]
    )
    def test_what_each_outcome_teaches(self, outcome, label):
        case, _person = closed(2, outcome)
        frame = case_labels(LATER, product="card")
        assert frame.select("loan_id", "level", "is_trouble").row(0) == (case.warning.loan_id, "YELLOW", label)


class TestFalseClosings:
    def found(self, at=None):
        return false_closings(product=card(), as_of=at or LATER + 400 * DAYS)

    def test_a_later_default_is_reported_by_officer_and_branch(self):
        policy_live(false_alarm_days=180)
        case, person = closed(2, "FALSE_ALARM")
        loan = case.warning.loan
        loan.branch = "North"
        loan.save()
        seen_again(case, 3)
        _reviewed_at(2, LATER + 10 * DAYS)
        (one,) = self.found()
        assert (one.officer_id, one.branch, one.default_at is not None) == (person.pk, "North", True)
        (by_branch,) = tallies([one], lambda row: row.branch)
        assert (by_branch.closed, by_branch.defaulted, by_branch.share, by_branch.rate) == (1, 1, 1.0, 1.0)

    @pytest.mark.parametrize(("days", "status", "expected"), [(181, 3, False), (180, 3, True), (10, 2, False)])
    def test_only_within_the_days_and_only_a_default(self, days, status, expected):
        policy_live(false_alarm_days=180)
        case, _person = closed(1, "FALSE_ALARM")
        seen_again(case, status)
        _reviewed_at(2, LATER + days * DAYS)
        assert (self.found()[0].default_at is not None) is expected

    def test_taken_back_before_the_default_it_was_not_wrong(self):
        case, person = closed(2, "FALSE_ALARM")
        case_reopen(case=case, person=person, reason="It was no false alarm", at=LATER + DAYS)
        seen_again(case, 3)
        _reviewed_at(2, LATER + 10 * DAYS)
        assert self.found()[0].default_at is None

    def test_severe_ones_name_who_agreed_and_days_that_have_not_passed_are_not_matured(self):
        policy_live(false_alarm_days=180)
        closed(4, "FALSE_ALARM")
        (one,) = self.found(LATER + DAYS)
        assert one.second_id not in (None, one.officer_id)
        assert (one.is_matured, one.default_at) == (False, None)
        assert tallies([one], lambda row: row.branch)[0].rate is None


def _reviewed_at(number, at):
    run = ReviewRun.objects.order_by("pk")[number - 1]
    ReviewRun.objects.filter(pk=run.pk).update(started_at=at)


def test_an_erased_customer_s_case_is_closed_without_words():
    case, person = mine(2)
    customer = case.warning.customer
    customer.wrapped_key, customer.erased_at = None, timezone.now()
    customer.save()
    done = case_close(case=case, person=person, outcome="CURED", note=NOTE, at=LATER)
    assert bytes(done.steps.get(kind="CLOSED").note) == b""
    assert EarlyWarning.objects.get().state == "CLOSED"
