"""Who has a case: the most urgent next, nobody gets another's, released, taken over, noted."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from audit.models import AuditEntry
from monitoring.models import EarlyWarning, WarningCase, WarningCaseStep
from monitoring.services.cases import work
from monitoring.services.cases.errors import (
    CaseFresh,
    CaseNotPermitted,
    CaseNotYours,
    CaseTaken,
    CaseWordsInvalid,
)
from monitoring.services.cases.work import case_claim, case_next, case_note, case_release, case_take_over
from tests.cases.factory import LATER, checker, ladder_live, officer, raised
from tests.factories.monitoring import card

HOURS = timedelta(hours=1)


@pytest.mark.django_db
class TestNext:
    @pytest.fixture(autouse=True)
    def live(self, ladder):
        pass

    def test_the_most_severe_then_the_largest_loss_then_the_oldest(self):
        blue, red, larger, unknown = raised(1, 4, 4, 4)
        WarningCase.objects.filter(pk=red.pk).update(expected_loss_minor=10)
        WarningCase.objects.filter(pk=larger.pk).update(expected_loss_minor=20)
        WarningCase.objects.filter(pk=unknown.pk).update(expected_loss_minor=None)
        person = officer()
        taken = [case_next(person=person, at=LATER).pk for _ in range(4)]
        assert taken == [unknown.pk, larger.pk, red.pk, blue.pk]
        assert case_next(person=person, at=LATER) is None

    def test_only_of_the_product_asked_for(self):
        raised(4)
        assert case_next(person=officer(), at=LATER, product_id=card().pk + 1) is None
        assert case_next(person=officer(), at=LATER, product_id=card().pk) is not None

    def test_only_officers_take_cases(self):
        (case,) = raised(4)
        for person in (checker(), _switched_off()):
            with pytest.raises(CaseNotPermitted):
                case_next(person=person, at=LATER)
            with pytest.raises(CaseNotPermitted):
                case_claim(case=case, person=person, at=LATER)


@pytest.mark.django_db
class TestHands:
    @pytest.fixture(autouse=True)
    def live(self, ladder):
        pass

    def test_what_somebody_has_nobody_else_takes_before_eight_hours(self):
        (case,) = raised(4)
        first, second = officer(), officer()
        case_claim(case=case, person=first, at=LATER)
        with pytest.raises(CaseTaken):
            case_claim(case=case, person=second, at=LATER)
        with pytest.raises(CaseFresh):
            case_take_over(case=case, person=second, at=LATER + 8 * HOURS - timedelta(seconds=1))
        assert case_take_over(case=case, person=second, at=LATER + 8 * HOURS).claimed_by == second

    def test_it_is_given_back_by_who_has_it(self):
        (case,) = raised(4)
        first = officer()
        case_claim(case=case, person=first, at=LATER)
        with pytest.raises(CaseNotYours):
            case_release(case=case, person=officer(), at=LATER)
        assert case_release(case=case, person=first, at=LATER).state == "OPEN"

    def test_notes_are_sealed_and_every_step_is_in_the_log(self):
        (case,) = raised(4)
        person = officer()
        case_claim(case=case, person=person, at=LATER)
        case_note(case=case, person=person, note="The customer moved to Ulm.", at=LATER)
        assert b"Ulm" not in bytes(WarningCaseStep.objects.get(kind="NOTED").note)
        kinds = list(AuditEntry.objects.filter(object_type="warning_case").values_list("kind", flat=True))
        assert kinds == ["warning_case.claimed", "warning_case.noted"]
        assert "Ulm" not in str(list(AuditEntry.objects.values_list("payload", flat=True)))

    @pytest.mark.parametrize("note", ["", "  ok  ", "x" * 2_001])
    def test_a_note_says_something(self, note):
        (case,) = raised(4)
        with pytest.raises(CaseWordsInvalid):
            case_note(case=case, person=officer(), note=note, at=LATER)


def _switched_off():
    person = officer()
    person.is_active = False
    person.save()
    return person


def press_next(people, times):
    """Everybody presses "Next case" at once, again and again; what each got."""
    got, ready = [], threading.Barrier(len(people))

    def one(person):
        try:
            ready.wait(30)
            for _ in range(times):
                case = case_next(person=person, at=timezone.now())
                got.append(case.pk if case else None)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return [number for number in got if number is not None]


@pytest.mark.django_db(transaction=True)
def test_two_officers_never_get_the_same_case(monkeypatch):
    ladder_live()
    raised(*[4] * 12)
    people = [officer() for _ in range(4)]
    got = press_next(people, 3)
    assert sorted(got) == sorted(WarningCase.objects.values_list("pk", flat=True))
    # The twin: without the lock, some case goes to two people.
    WarningCase.objects.update(state="OPEN", claimed_by=None, claimed_at=None)
    slow = work._NEXT.replace(" FOR UPDATE SKIP LOCKED", "").replace(
        "WHERE c.state", "WHERE pg_sleep(0.05) IS NOT NULL AND c.state"
    )
    monkeypatch.setattr(work, "_NEXT", slow)
    got = press_next(people, 3)
    assert len(set(got)) < len(got)
    assert EarlyWarning.objects.count() == 12
