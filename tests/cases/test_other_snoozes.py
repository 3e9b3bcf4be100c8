"""Cases without a warning are left alone until a day under the rules that hold for warnings."""

import pytest
from django.db import IntegrityError, transaction

from monitoring.models import WarningCase, WarningSnooze
from monitoring.services.cases.closing import case_close
from monitoring.services.cases.errors import CaseNotPermitted, SnoozeOutdated, SnoozeRunning, SnoozeTooLong
from monitoring.services.cases.snoozes import snooze_begin, snooze_decide, snooze_end, snooze_hash
from monitoring.services.cases.work import case_claim, cases_free
from monitoring.services.cases.writing import words_read
from tests.cases.factory import checker, officer, policy_live
from tests.cases.matters import DAY, drift, modeller, override, payout
from tests.factories.monitoring import AT, card
from tests.factories.triggers import unguarded

pytestmark = pytest.mark.django_db
KINDS = [(payout, officer), (override, officer), (drift, modeller)]


@pytest.fixture(autouse=True)
def live():
    card()
    policy_live(snooze_days=7, snooze_days_most=30)


def in_work(make=drift, who=modeller):
    person = who()
    return case_claim(case=make(), person=person, at=AT), person


def snoozed(case, person, days, at=AT):
    return snooze_begin(case=case, person=person, until=at + days * DAY, reason="Waits for the branch", at=at)


@pytest.mark.parametrize(("make", "who"), KINDS)
def test_a_short_one_leaves_the_queue_and_comes_back_by_itself(make, who):
    case, person = in_work(make, who)
    snooze = snoozed(case, person, 7)
    assert (snooze.needs_second, snooze.started_at) == (False, AT)
    assert not cases_free(AT).exists() and cases_free(AT + 8 * DAY).get() == case
    assert words_read(case, snooze.reason) == "Waits for the branch"


@pytest.mark.parametrize(("make", "who"), KINDS)
def test_a_long_one_takes_another_person(make, who):
    case, person = in_work(make, who)
    snooze = snoozed(case, person, 8)
    assert (snooze.needs_second, snooze.started_at, cases_free(AT).exists()) == (True, None, False)
    done = snooze_decide(snooze=snooze, checker=checker(), content_hash=snooze_hash(snooze), is_approved=True, at=AT)
    assert done.started_at == AT and WarningCase.objects.get().state == "OPEN"
    assert not cases_free(AT).exists()


def test_short_ones_in_a_row_take_a_second_person():
    case, person = in_work()
    snoozed(case, person, 5)
    again = AT + 5 * DAY
    case_claim(case=case, person=person, at=again)
    assert snoozed(case, person, 5, at=again).needs_second


def test_a_worse_level_wakes_it_and_the_same_does_not():
    case, person = in_work()
    snoozed(case, person, 7)
    drift("ORANGE", at=AT + DAY, occasion="later")
    assert WarningSnooze.objects.get().ended_at is None and not cases_free(AT + DAY).exists()
    drift("RED", at=AT + 2 * DAY, occasion="later still")
    assert WarningSnooze.objects.get().end_cause == "WOKEN"
    assert cases_free(AT + 2 * DAY).get() == case


def test_a_long_one_is_not_approved_once_the_level_is_worse():
    case, person = in_work()
    snooze = snoozed(case, person, 9)
    drift("RED", at=AT + DAY)
    with pytest.raises(SnoozeOutdated):
        snooze_decide(snooze=snooze, checker=checker(), content_hash=snooze_hash(snooze), is_approved=True, at=AT + DAY)


def test_one_person_ends_it_and_closing_ends_it():
    case, person = in_work()
    assert snooze_end(snooze=snoozed(case, person, 3), person=person, at=AT).end_cause == "ENDED"
    case_claim(case=case, person=person, at=AT)
    snoozed(case, person, 3)
    case = case_claim(case=case, person=person, at=AT)
    case_close(case=case, person=person, outcome="RETRAINED", note="A new model is live", at=AT)
    assert list(WarningSnooze.objects.order_by("pk").values_list("end_cause", flat=True)) == ["ENDED", "CLOSED"]


def test_there_is_one_at_a_time_within_the_longest_by_who_works_on_it():
    case, person = in_work()
    with pytest.raises(SnoozeTooLong):
        snoozed(case, person, 31)
    with pytest.raises(CaseNotPermitted):
        snoozed(case, officer(), 3)
    snoozed(case, person, 20)
    with pytest.raises(SnoozeRunning):
        snoozed(case, person, 3)


def test_the_database_holds_what_it_is_of():
    case, person = in_work()
    other = drift(key="drift/SCORES/card/PRE_LOAN/def")
    snooze = snoozed(case, person, 3)
    for change in ({"case": other}, {"case": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            WarningSnooze.objects.filter(pk=snooze.pk).update(**change)
    with unguarded("monitoring_warningsnooze"):
        WarningSnooze.objects.filter(pk=snooze.pk).update(case=other)
    snooze.refresh_from_db()
    assert snooze.about_case == other
