"""What stays quiet and what never does: cooldown after a closing, snoozes, merged hits, falling levels."""

from datetime import timedelta

import pytest

from audit.models import Approval, AuditEntry
from audit.services.approvals import NotACheckerError, SamePersonError
from monitoring.models import EarlyWarning, WarningCase, WarningHit, WarningSnooze
from monitoring.services.cases.closing import case_close
from monitoring.services.cases.errors import NothingWaits, SnoozeOutdated, SnoozeRunning, SnoozeTooLong
from monitoring.services.cases.snoozes import snooze_begin, snooze_decide, snooze_end, snooze_hash
from monitoring.services.cases.work import case_claim, cases_free
from tests.cases.factory import AT, LATER, checker, mine, policy_live, raised, seen_again
from tests.factories.triggers import unguarded

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=1)


@pytest.fixture(autouse=True)
def live(ladder):
    pass


def closed(status, outcome="TRUE_TROUBLE"):
    case, person = mine(status)
    return case_close(case=case, person=person, outcome=outcome, note="Spoke with the customer.", at=LATER)


class TestCooldown:
    @pytest.mark.parametrize("later", [1, 2, 3])
    def test_the_same_or_a_milder_level_stays_quiet_and_is_kept(self, later):
        policy_live(cooldown_days=14)
        case = closed(3)
        assert seen_again(case, later) is None
        hit = WarningHit.objects.get()
        assert (hit.cause, hit.warning_id, hit.level) == (
            "COOLDOWN",
            case.warning_id,
            ["BLUE", "YELLOW", "ORANGE"][later - 1],
        )
        entry = AuditEntry.objects.filter(kind="warning.merged").latest("id")
        assert entry.payload["cooling"] == 1

    def test_a_worse_level_is_never_blocked(self):
        policy_live(cooldown_days=14)
        again = seen_again(closed(3), 4)
        assert (again.level, again.hit_count) == ("RED", 1)
        assert again.case.state == "OPEN"

    def test_after_it_the_same_level_raises_again(self):
        policy_live(cooldown_days=14)
        case = closed(3)
        EarlyWarning.objects.filter(pk=case.warning_id).update(closed_at=AT - 15 * DAYS)
        assert seen_again(case, 3).level == "ORANGE"

    def test_without_a_policy_nothing_is_blocked(self):
        assert seen_again(closed(3), 1).level == "BLUE"


class TestSnooze:
    def test_a_short_one_is_one_persons_word_and_leaves_the_queue(self):
        policy_live(snooze_days=7)
        case, person = mine(3)
        snooze = snooze_begin(case=case, person=person, until=LATER + 7 * DAYS, reason="Salary is late", at=LATER)
        assert (snooze.needs_second, snooze.started_at) == (False, LATER)
        assert not cases_free(LATER).exists()
        assert cases_free(LATER + 8 * DAYS).get() == case

    def test_hits_of_the_same_level_merge_unheard(self):
        policy_live(snooze_days=7)
        case, person = mine(3)
        snooze_begin(case=case, person=person, until=LATER + 7 * DAYS, reason="Salary is late", at=LATER)
        warning = seen_again(case, 3)
        assert (warning.hit_count, WarningHit.objects.get().cause) == (2, "SNOOZE")
        assert not cases_free(LATER).exists()

    def test_a_worse_level_wakes_it(self):
        policy_live(snooze_days=7)
        case, person = mine(3)
        snooze_begin(case=case, person=person, until=LATER + 7 * DAYS, reason="Salary is late", at=LATER)
        assert seen_again(case, 4).level == "RED"
        assert WarningSnooze.objects.get().end_cause == "WOKEN"
        assert cases_free(LATER).get() == case
        assert not WarningHit.objects.exists()

    def test_a_long_one_takes_another_person(self):
        policy_live(snooze_days=7)
        case, person = mine(3)
        snooze = snooze_begin(case=case, person=person, until=LATER + 8 * DAYS, reason="Works abroad", at=LATER)
        assert (snooze.needs_second, snooze.started_at) == (True, None)
        word = {"snooze": snooze, "content_hash": snooze_hash(snooze), "is_approved": True, "at": LATER}
        with pytest.raises(NotACheckerError):
            snooze_decide(checker=person, **word)
        person.user_permissions.add(*_check())
        with pytest.raises(SamePersonError):
            snooze_decide(checker=type(person).objects.get(pk=person.pk), **word)
        assert snooze_decide(checker=checker(), **word).started_at == LATER
        assert not cases_free(LATER).exists()

    def test_it_is_not_approved_once_the_level_is_worse(self):
        policy_live(snooze_days=0)
        case, person = mine(3)
        snooze = snooze_begin(case=case, person=person, until=LATER + 8 * DAYS, reason="Works abroad", at=LATER)
        seen_again(case, 4)
        with pytest.raises(SnoozeOutdated):
            snooze_decide(
                snooze=snooze, checker=checker(), content_hash=snooze_hash(snooze), is_approved=True, at=LATER
            )

    def test_rejected_it_is_over(self):
        case, person = mine(3)
        snooze = snooze_begin(case=case, person=person, until=LATER + DAYS, reason="Works abroad", at=LATER)
        snooze_decide(snooze=snooze, checker=checker(), content_hash=snooze_hash(snooze), is_approved=False, at=LATER)
        snooze.refresh_from_db()
        assert (snooze.end_cause, WarningCase.objects.get().state) == ("REFUSED", "CLAIMED")

    def test_it_is_ended_by_one_person(self):
        policy_live(snooze_days=7)
        case, person = mine(3)
        snooze = snooze_begin(case=case, person=person, until=LATER + DAYS, reason="Salary is late", at=LATER)
        assert snooze_end(snooze=snooze, person=person, at=LATER).end_cause == "ENDED"
        assert cases_free(LATER).get() == case

    def test_short_ones_in_a_row_take_a_second_person(self):
        policy_live(snooze_days=7)
        case, person = mine(3)
        snooze_begin(case=case, person=person, until=LATER + 5 * DAYS, reason="Salary is late", at=LATER)
        again = LATER + 5 * DAYS
        case_claim(case=case, person=person, at=again)
        snooze = snooze_begin(case=case, person=person, until=again + 5 * DAYS, reason="Salary is late", at=again)
        assert (snooze.needs_second, snooze.started_at) == (True, None)

    def test_one_changed_after_it_was_asked_for_is_not_approved(self):
        policy_live(snooze_days=7)
        case, person = mine(3)
        snooze = snooze_begin(case=case, person=person, until=LATER + 8 * DAYS, reason="Works abroad", at=LATER)
        asked = snooze_hash(snooze)
        with unguarded("monitoring_warningsnooze"):
            WarningSnooze.objects.update(until=LATER + 80 * DAYS)
        with pytest.raises(NothingWaits):
            snooze_decide(snooze=snooze, checker=checker(), content_hash=asked, is_approved=True, at=LATER)

    def test_there_is_one_at_a_time_and_none_beyond_the_longest(self):
        policy_live(snooze_days=7, snooze_days_most=30)
        case, person = mine(3)
        for until in (LATER, LATER + 31 * DAYS):
            with pytest.raises(SnoozeTooLong):
                snooze_begin(case=case, person=person, until=until, reason="Works abroad", at=LATER)
        snooze_begin(case=case, person=person, until=LATER + 20 * DAYS, reason="Works abroad", at=LATER)
        with pytest.raises(SnoozeRunning):
            snooze_begin(case=case, person=person, until=LATER + DAYS, reason="Works abroad", at=LATER)

    def test_one_that_waited_too_long_makes_room_and_its_request_is_void(self):
        case, person = mine(3)
        snooze_begin(case=case, person=person, until=LATER + DAYS, reason="Works abroad", at=LATER)
        snooze_begin(case=case, person=person, until=LATER + 5 * DAYS, reason="Works abroad", at=LATER + 2 * DAYS)
        states = Approval.objects.filter(object_type="warning_snooze").order_by("pk").values_list("state", flat=True)
        assert list(states) == ["VOID", "PENDING"]


class TestFalling:
    def test_one_review_is_enough_where_the_policy_says_so(self):
        policy_live(fall_reviews=1)
        assert seen_again(raised(4)[0], 2).level == "YELLOW"

    def test_three_are_needed_where_the_policy_says_so(self):
        policy_live(fall_reviews=3)
        (case,) = raised(4)
        levels = [seen_again(case, status, month).level for month, status in ((1, 2), (2, 1), (3, 1))]
        assert levels == ["RED", "RED", "YELLOW"]


def test_the_case_follows_its_warning():
    policy_live(loss_given_default=1.0)
    (case,) = raised(2)
    assert (case.level_rank, case.exposure_minor) == (2, 1_000_00)
    before = case.due_at
    seen_again(case, 4)
    case.refresh_from_db()
    assert case.level_rank == 4
    assert case.due_at < before


def _check():
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename="check_approval")
