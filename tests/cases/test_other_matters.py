"""Cases that stand on a loan, a customer or a product without a warning: raised once, merged, closed, kept quiet."""

import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.utils import timezone

from audit.services.approvals import StaleApprovalError
from lending.models import Customer
from monitoring.case_topics import ON_PRODUCT, OUTCOMES, Topic
from monitoring.models import ProposedMeasure, WarningCase, WarningCaseStep
from monitoring.services.cases.closing import case_close, case_reopen, closing_decide, closing_hash
from monitoring.services.cases.errors import (
    CaseNotPermitted,
    CaseSucceeded,
    CaseTaken,
    CaseWordsInvalid,
)
from monitoring.services.cases.raising import case_raise
from monitoring.services.cases.work import case_claim, case_next, case_note, cases_free
from monitoring.services.cases.writing import words_read
from tests.cases.factory import checker, officer, raised, scheme_live
from tests.cases.matters import DAY, closed, drift, lent, modeller, override, payout, together
from tests.cases.test_case_hands import press_next
from tests.factories.monitoring import AT, card


@pytest.mark.django_db
class TestSubjects:
    @pytest.mark.parametrize("topic", [*ON_PRODUCT, Topic.PAYOUT, Topic.OVERRIDE])
    def test_it_stands_on_what_its_topic_says_and_on_nothing_else(self, topic):
        loan = lent()
        subjects = {"loan": loan, "customer": loan.customer, "": None}
        wanted = {Topic.PAYOUT: "loan", Topic.OVERRIDE: "customer"}.get(topic, "")
        for name, thing in subjects.items():
            given = {name: thing} if name else {}
            try:
                with transaction.atomic():
                    made = case_raise(
                        topic=topic, key=f"k{name}", product=card(), level="BLUE", reasons=[], at=AT, **given
                    )
            except IntegrityError:
                made = None
            assert (made is not None) == (name == wanted)

    def test_the_twin_without_the_check_takes_a_drift_that_names_a_customer(self):
        customer = lent().customer
        _without("warning_case_stands_on_one")
        assert drift(customer=customer).customer == customer

    @pytest.mark.parametrize("change", ["topic = 'RANKING'", "key = 'other'", "product_id = product_id + 1"])
    def test_what_a_case_is_about_never_changes(self, change):
        drift()
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE monitoring_warningcase SET {change}")

    def test_two_open_cases_of_one_matter_are_refused_by_the_database(self):
        case = drift()
        case.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            case.save(force_insert=True)


@pytest.mark.django_db
class TestHands:
    def test_models_and_rules_are_worked_by_modellers_and_makers_loans_and_customers_by_officers(self):
        product_case, loan_case, customer_case = drift(), payout(), override()
        for person, own, others in (
            (modeller(), [product_case], [loan_case, customer_case]),
            (officer(), [loan_case, customer_case], [product_case]),
        ):
            for case in others:
                for refused in (case_claim, lambda **given: case_note(note="A note on it", **given)):
                    with pytest.raises(CaseNotPermitted):
                        refused(case=case, person=person, at=AT)
            for case in own:
                assert case_claim(case=case, person=person, at=AT).claimed_by == person

    def test_next_gives_everybody_their_own_kind(self):
        product_case, loan_case = drift("RED"), payout()
        assert case_next(person=officer(), at=AT) == loan_case
        assert case_next(person=officer(), at=AT) is None
        assert case_next(person=modeller(), at=AT, topics=[Topic.RANKING]) is None
        with pytest.raises(CaseNotPermitted):
            case_next(person=modeller(), at=AT, topics=[Topic.PAYOUT])
        assert case_next(person=modeller(), at=AT) == product_case
        assert not cases_free(AT).exists()

    def test_warnings_and_other_matters_stand_in_one_order(self, ladder):
        (warning,) = raised(3)
        red, blue = payout(level="RED"), payout(level="BLUE")
        person = officer()
        assert [case_next(person=person, at=AT + DAY) for _ in range(3)] == [red, warning, blue]

    def test_words_on_a_loan_or_customer_are_sealed_those_on_a_product_name_nobody(self):
        for case, person, is_sealed in (
            (payout(), officer(), True),
            (override(), officer(), True),
            (drift(), modeller(), False),
        ):
            case_note(case=case, person=person, note="Called Ulm about it", at=AT)
            note = bytes(WarningCaseStep.objects.get(case=case).note)
            assert (b"Ulm" not in note) == is_sealed and words_read(case, note) == "Called Ulm about it"
        Customer.objects.update(wrapped_key=None, erased_at=AT)
        kept = {step.case.topic: words_read(step.case, step.note) for step in WarningCaseStep.objects.all()}
        assert kept == {"PAYOUT": "", "OVERRIDE": "", "SCORES": "Called Ulm about it"}

    def test_no_measures_are_proposed_without_a_warning(self):
        card()
        scheme_live()
        case, person = payout(), officer()
        case_claim(case=case, person=person, at=AT)
        assert not ProposedMeasure.objects.exists()


@pytest.mark.django_db
class TestClosing:
    def test_each_kind_ends_in_its_own_outcomes(self):
        person = modeller()
        case = case_claim(case=drift("YELLOW"), person=person, at=AT)
        for outcome in ("TRUE_TROUBLE", "RULE_CHANGED", "", "CURED"):
            with pytest.raises(CaseWordsInvalid):
                case_close(case=case, person=person, outcome=outcome, note="what was done", at=AT)
        case = case_close(case=case, person=person, outcome="RETRAINED", note="trained on 2026", at=AT)
        assert (case.state, case.outcome) == ("CLOSED", "RETRAINED")
        assert all(OUTCOMES[topic] for topic in Topic)

    def test_accepting_something_severe_takes_a_second_person(self):
        person = modeller()
        case = case_claim(case=drift("ORANGE"), person=person, at=AT)
        case = case_close(case=case, person=person, outcome="ACCEPTED", note="a campaign of ours", at=AT)
        assert case.state == "CLOSING"
        drift("ORANGE", AT + DAY)
        with pytest.raises(StaleApprovalError):  # hit again since
            _agreed(case)
        with pytest.raises(IntegrityError), transaction.atomic():
            WarningCase.objects.filter(pk=case.pk).update(state="CLOSED", closed_at=AT, closed_by=person)

    def test_agreed_to_it_is_closed_and_the_twin_without_the_check_needs_nobody(self):
        person = modeller()
        case = case_claim(case=drift("ORANGE"), person=person, at=AT)
        case = case_close(case=case, person=person, outcome="ACCEPTED", note="a campaign of ours", at=AT)
        assert _agreed(case).state == "CLOSED"
        _without("warning_case_severe_has_second")
        other = drift("ORANGE", key="other")
        WarningCase.objects.filter(pk=other.pk).update(
            state="CLOSED", outcome="ACCEPTED", closed_at=AT, closed_by=person, claimed_by=person, claimed_at=AT
        )

    def test_accepting_something_mild_takes_one_person(self):
        assert closed(drift("YELLOW"), "ACCEPTED").state == "CLOSED"

    def test_it_is_opened_again_unless_a_newer_case_is_open(self):
        case = closed(drift())
        person = modeller()
        reopened = case_reopen(case=case, person=person, reason="not trained after all", at=AT + DAY)
        assert reopened.state == "OPEN"
        closed(reopened, at=AT + DAY)
        drift(at=AT + 2 * DAY)
        with pytest.raises(CaseSucceeded):
            case_reopen(case=case, person=person, reason="not trained after all", at=AT + 3 * DAY)


def _without(constraint):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE monitoring_warningcase DROP CONSTRAINT {constraint}")


def _agreed(case):
    case.refresh_from_db()
    return closing_decide(case=case, checker=checker(), content_hash=closing_hash(case), is_approved=True, at=AT)


@pytest.mark.django_db(transaction=True)
def test_two_modellers_never_get_the_same_case():
    for number in range(8):
        drift(key=f"drift/{number}")
    got = press_next([modeller() for _ in range(4)], 2)
    assert sorted(got) == sorted(WarningCase.objects.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_of_two_who_claim_one_case_at_once_one_gets_it():
    case, people, outcomes, ready = payout(), [officer(), officer()], [], threading.Barrier(2)

    def claim(person):
        try:
            ready.wait(30)
            outcomes.append(case_claim(case=case, person=person, at=timezone.now()).claimed_by_id)
        except CaseTaken:
            outcomes.append(None)
        finally:
            connections.close_all()

    together(claim, people)
    case.refresh_from_db()
    assert sorted(outcomes, key=bool) == [None, case.claimed_by_id]
