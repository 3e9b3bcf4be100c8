"""The one place that raises what is no warning: merged, fallen slowly, kept quiet after a closing, once where asked."""

import threading

import pytest
from django.db import connections
from django.utils import timezone

from audit.models import AuditEntry
from monitoring.case_topics import Topic
from monitoring.models import WarningCase
from monitoring.services.cases.raising import case_raise
from tests.cases.factory import officer, policy_live
from tests.cases.matters import DAY, WORDS, closed, drift, lent, payout, together
from tests.factories.monitoring import AT, card


@pytest.mark.django_db
class TestRaising:
    def test_hits_of_one_matter_merge_into_one_case_whose_level_rises_at_once(self):
        first = drift("YELLOW", occasion="2026-09")
        for number in range(11):
            drift("RED" if number == 5 else "YELLOW", AT + (number + 1) * DAY, f"2026-{number}")
        case = WarningCase.objects.get()
        assert (case.pk, case.hits, case.level) == (first.pk, 12, "YELLOW")
        assert AuditEntry.objects.filter(kind="warning_case.opened").count() == 1

    def test_it_falls_after_as_many_milder_looks_as_the_policy_says_to_the_worst_and_never_to_nothing(self):
        card()
        policy_live(fall_reviews=2)
        drift("RED")
        levels = [drift(level, AT + n * DAY).level for n, level in enumerate(["YELLOW", "BLUE", "NONE", "NONE"], 1)]
        assert levels == ["RED", "YELLOW", "BLUE", "BLUE"]
        assert drift("NONE", AT + 9 * DAY).level == "BLUE"
        assert drift("NONE", AT + 10 * DAY).level == "BLUE"

    def test_a_higher_level_is_due_earlier_and_a_lower_one_not_later(self):
        case = drift("BLUE")
        blue = case.due_at
        assert drift("RED").due_at < blue and drift("BLUE").due_at < blue

    def test_one_occasion_counts_once(self):
        drift(occasion="2026-10")
        again = drift("RED", occasion="2026-10")
        assert (again.hits, again.level) == (1, "RED")

    def test_nothing_found_opens_nothing(self):
        assert drift("NONE") is None and not WarningCase.objects.exists()

    def test_after_a_closing_the_same_or_a_milder_level_stays_quiet_for_the_policys_days(self):
        card()
        policy_live(cooldown_days=14)
        closed(drift())
        assert drift(at=AT + 13 * DAY) is None
        assert AuditEntry.objects.get(kind="warning_case.kept_quiet").payload["key"].startswith("drift/")
        assert drift("RED", AT + 13 * DAY) is not None

    def test_without_days_in_the_policy_it_is_raised_anew(self):
        """The twin of the quiet: no policy in force."""
        closed(drift())
        assert drift(at=AT + DAY) is not None

    def test_two_matters_are_two_cases(self):
        drift()
        drift(key="drift/SCORES/card/POST_LOAN/abc")
        assert WarningCase.objects.count() == 2

    def test_what_is_raised_once_is_never_raised_again(self):
        loan = lent()
        closed(payout(loan), "CORRECTED", officer())
        assert payout(loan, at=AT + 400 * DAY) is None


@pytest.mark.django_db(transaction=True)
def test_found_by_several_at_once_it_is_one_case_with_every_hit():
    product, ready = card(), threading.Barrier(4)

    def found(number):
        try:
            ready.wait(30)
            case_raise(
                topic=Topic.RANKING, key="one", product=product, level="BLUE", reasons=WORDS, at=timezone.now(),
                occasion=str(number),
            )  # fmt: skip
        finally:
            connections.close_all()

    together(found, range(4))
    assert WarningCase.objects.get().hits == 4
