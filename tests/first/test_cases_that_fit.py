"""Which warnings open cases: by the policy's level and PD, as much as officers can work; the others are watched."""

import math

import numpy as np
import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from audit.models import GovernedDocument
from audit.services.governed import governed_approve, governed_draft, governed_submit
from monitoring.levels import LEVELS, level_rank
from monitoring.models import EarlyWarning, TriggerReport, WarningCase
from monitoring.services.warning_capacity import capacity_draft, capacity_of, thresholds_fitting
from monitoring.warning_policy import WarningPolicy
from riskengine.roles import roles_ensure
from tests.cases.factory import policy_live
from tests.factories.audit import user
from tests.factories.monitoring import AT, DAY, card, loans, months, post_loan_goes_live, reviewed
from tests.first.world import EARLIER


def opens(level: str, pd: float, case_from: str, case_pd: float) -> bool:
    rank, edge = level_rank(level), level_rank(case_from)
    return rank > edge or (rank == edge and (math.isnan(pd) or pd >= case_pd))


WARNINGS = st.lists(
    st.tuples(st.sampled_from(LEVELS[1:]), st.one_of(st.just(math.nan), st.floats(0.0, 1.0))), max_size=40
)


@given(WARNINGS, st.integers(0, 40))
def test_no_more_cases_open_than_fit_unless_their_pd_is_not_known(found, most):
    pds = {level: np.array([pd for one, pd in found if one == level]) for level in LEVELS[1:]}
    case_from, case_pd = thresholds_fitting(pds, most)
    opened = [(level, pd) for level, pd in found if opens(level, pd, case_from, case_pd)]
    unsure = [level for level, pd in opened if math.isnan(pd) or pd == 1.0]
    assert len(opened) <= most or (case_from == "RED" and len(opened) == len(unsure))


@given(WARNINGS)
def test_what_fits_whole_opens_whole(found):
    pds = {level: np.array([pd for one, pd in found if one == level]) for level in LEVELS[1:]}
    assert thresholds_fitting(pds, len(found)) == ("BLUE", 0.0)


def test_at_the_edge_the_higher_pds_open():
    pds = {"RED": np.array([0.9]), "ORANGE": np.array([0.3, 0.713, 0.5])}
    assert thresholds_fitting(pds, 2) == ("ORANGE", 0.71)
    assert thresholds_fitting({"RED": np.array([0.719, 0.712])}, 1) == ("RED", 0.72)
    assert thresholds_fitting(pds, 4) == ("BLUE", 0.0)
    assert thresholds_fitting({"RED": np.array([0.4, 0.4])}, 1) == ("RED", 1.0)


@pytest.mark.django_db
class TestInReviews:
    @pytest.fixture(autouse=True)
    def live(self, settings):
        settings.IS_OTP_REQUIRED = False
        card()
        post_loan_goes_live()

    def test_a_milder_warning_is_recorded_and_opens_no_case(self):
        policy_live(case_from="RED")
        loans(months(5, 0), months(2, 0), months(0, 1))
        reviewed()
        assert sorted(EarlyWarning.objects.values_list("level", flat=True)) == ["BLUE", "ORANGE", "RED"]
        assert [case.warning.level for case in WarningCase.objects.all()] == ["RED"]

    def test_without_thresholds_every_warning_opens_one(self):
        policy_live()
        loans(months(5, 0), months(2, 0), months(0, 1))
        reviewed()
        assert WarningCase.objects.count() == 3

    def test_a_watched_warning_that_rises_opens_its_case_once(self):
        policy_live(case_from="RED")
        loans(months(5, 2))
        reviewed(EARLIER)
        assert EarlyWarning.objects.get().level == "ORANGE"
        assert not WarningCase.objects.exists()
        reviewed(DAY)
        case = WarningCase.objects.get()
        assert (case.level_rank, case.warning.hit_count, case.state) == (4, 2, "OPEN")
        assert case.exposure_minor == 1_000_00

    def test_a_pd_that_is_not_known_opens_a_case_as_one_above_the_threshold(self):
        policy_live(case_from="RED", case_pd=0.99)
        loans(months(5, 0))
        assert reviewed().results.get().pd is None
        assert WarningCase.objects.count() == 1

    def test_the_proposal_fits_is_drafted_and_takes_a_second_person(self, client):
        policy_live(capacity_per_day=1, work_days=1)
        loans(months(5, 0), months(2, 0), months(0, 1))
        reviewed()
        found = capacity_of(card(), DAY)
        assert (found.now.cases, found.proposed.case_from, found.proposed.cases) == (3, "RED", 1)
        assert found.every.cases == 3 and found.most == 1
        maker = user(is_staff=True)
        maker.groups.add(roles_ensure()["maker"])
        client.force_login(maker)
        address = "/admin/monitoring/triggerreport/capacity/card/"
        page = client.get(address).content.decode()
        assert "too many" in page and "Draft the policy" in page
        assert client.post(address).status_code == 302
        draft = GovernedDocument.objects.filter(kind="warning_policy").latest("pk")
        assert (draft.state, draft.document["case_from"], draft.author) == ("DRAFT", "RED", maker)
        assert draft.document["capacity_per_day"] == 1

    def test_a_draft_shows_what_fits_the_capacity_that_it_states(self, client):
        policy_live(capacity_per_day=9, work_days=1)
        loans(months(5, 0), months(2, 0), months(0, 1))
        reviewed()
        steps = [[2, 2]] * 101
        levels = [{"level": level, "steps": [[3, 3]] * 101 if level == "BLUE" else steps} for level in LEVELS[1:]]
        document = {"cases": levels, "triggers": []}
        TriggerReport.objects.create(
            product=card(), as_of=DAY, bundle_hash="b" * 64, accounts=3, defaults=3, document=document, created_at=AT
        )
        maker = user(is_staff=True)
        maker.groups.add(roles_ensure()["maker"])
        client.force_login(maker)
        tight = WarningPolicy(capacity_per_day=1, work_days=1)
        draft = governed_draft(kind="warning_policy", name="card", document=tight, author=maker, at=AT, valid_from=DAY)
        address = f"/admin/audit/governeddocument/{draft.pk}/change/"
        page = client.get(address).content.decode()
        assert "The draft states so many cases a day: 1" in page and "too many" in page
        assert "66.67% of the accounts that came to default have a case, instead of 100%" in page
        waits = governed_submit(governed=draft, maker=maker, at=AT)
        checker = user(is_staff=True, is_checker=True)
        checker.groups.add(roles_ensure()["checker"])
        client.force_login(checker)
        decide = client.get(f"/admin/audit/governeddocument/{waits.pk}/decide/").content.decode()
        assert "The draft states so many cases a day: 1" in decide
        governed_approve(governed=waits, checker=checker, content_hash=waits.content_hash, at=AT)
        assert "The draft states" not in client.get(address).content.decode()

    def test_who_may_not_write_settings_drafts_nothing(self, client):
        loans(months(5, 0))
        reviewed()
        reviewer = user(is_staff=True)
        reviewer.groups.add(roles_ensure()["reviewer"])
        client.force_login(reviewer)
        address = "/admin/monitoring/triggerreport/capacity/card/"
        assert client.post(address).status_code == 403
        assert "Draft the policy" not in client.get(address).content.decode()

    def test_before_the_first_review_the_page_says_so_and_there_is_nothing_to_draft(self, client):
        reviewer = user(is_staff=True)
        reviewer.groups.add(roles_ensure()["reviewer"])
        client.force_login(reviewer)
        page = client.get("/admin/monitoring/triggerreport/capacity/card/").content.decode()
        assert "No review of this product is counted yet" in page
        assert capacity_draft(product=card(), author=reviewer, at=timezone.now()) is None

    def test_the_queue_says_how_many_days_of_work_it_holds_and_what_is_watched(self, client):
        policy_live(case_from="RED", capacity_per_day=1)
        loans(months(5, 0), months(5, 0), months(2, 0))
        reviewed()
        reviewer = user(is_staff=True)
        reviewer.groups.add(roles_ensure()["reviewer"])
        client.force_login(reviewer)
        page = client.get("/admin/monitoring/warningcase/").content.decode()
        assert "2 days of work" in page and "1 more warning is watched" in page


def test_a_policy_of_before_reads_as_a_case_for_every_warning():
    policy = WarningPolicy()
    assert (policy.case_from, policy.case_pd, policy.case_rank) == ("BLUE", 0.0, 1)
