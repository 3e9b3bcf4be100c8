"""A version is approved beside what is live now, and an earlier one comes back by a draft and two people."""

import pytest
from django.utils import timezone

from audit.models import Approval
from rules.models import RuleSetVersion
from rules.services.versions.errors import VersionEvidenceOutdated
from rules.services.versions.life import version_approve
from rules.services.versions.resubmission import version_resubmit
from tests.admin.conftest import BASE, PASSWORD, member, submitted
from tests.factories.audit import user
from tests.factories.decisions import policy_goes_live
from tests.factories.versions import policy

pytestmark = pytest.mark.django_db
STALE = "went live after this was submitted"


@pytest.fixture
def waiting(live):
    """Version 2 waits; then version 3 goes live."""
    version = submitted(live, member("maker"))
    policy_goes_live(policy(300_000))
    return version


def word(version, **changes):
    return {"password": PASSWORD, "content_hash": version.content_hash, "decision": "approve"} | changes


def state(version):
    return RuleSetVersion.objects.get(pk=version.pk).state


def test_the_service_refuses_what_was_compared_with_another_live_version(waiting):
    with pytest.raises(VersionEvidenceOutdated):
        version_approve(
            version=waiting, checker=user(is_checker=True), content_hash=waiting.content_hash, at=timezone.now()
        )
    assert state(waiting) == "SUBMITTED"


def test_the_page_says_so_compares_anew_and_takes_no_word_on_another_live_version(live, waiting, as_role):
    client, _checker = as_role("checker")
    page = client.get(f"{BASE}/{waiting.pk}/approve/")
    text = page.content.decode()
    for words in (STALE, "Its maker can submit it again.", "Certified at submission", "What the cases reach"):
        assert words in text
    client.post(f"{BASE}/{waiting.pk}/approve/", word(waiting))
    client.post(f"{BASE}/{waiting.pk}/approve/", word(waiting, live_hash=live.content_hash))
    assert state(waiting) == "SUBMITTED"
    client.post(f"{BASE}/{waiting.pk}/approve/", word(waiting, live_hash=page.context["live_hash"]))
    assert state(waiting) == "APPROVED"


def test_its_maker_submits_it_again_with_new_evidence(waiting, as_role):
    first = Approval.objects.get(object_type="rule_set_version", object_id=str(waiting.pk))
    version_resubmit(version=waiting, maker=first.maker, at=timezone.now())
    first.refresh_from_db()
    second = Approval.objects.filter(object_id=str(waiting.pk), object_type="rule_set_version").latest("pk")
    assert (first.state, second.state, state(waiting)) == ("VOID", "PENDING", "SUBMITTED")
    assert second.evidence["compared_with"] != first.evidence["compared_with"]
    client, _checker = as_role("checker")
    assert STALE not in client.get(f"{BASE}/{waiting.pk}/approve/").content.decode()


def test_only_a_writer_submits_again(waiting, as_role):
    client, _maker = as_role("maker")
    assert client.post(f"{BASE}/{waiting.pk}/resubmit/").status_code == 403


def test_an_earlier_version_comes_back_by_a_draft_that_says_so(live, as_role):
    policy_goes_live(policy(300_000))
    client, _maker = as_role("maker")
    for address in (f"/admin/rules/ruleset/{live.rule_set_id}/change/", f"{BASE}/{live.pk}/change/"):
        assert client.get(address).content.decode().count("Roll back to this version") == 1
    page = client.post(f"{BASE}/{live.pk}/draft/", {"rollback": "1"}, follow=True)
    made = RuleSetVersion.objects.latest("pk")
    assert (made.note, made.content_hash, made.based_on_id) == ("Back to version 1", live.content_hash, live.pk)
    text = page.content.decode()
    assert "What changes against version 2" in text
    assert "Back to version 1" in text
    assert "No difference." not in text
