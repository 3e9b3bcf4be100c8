"""The life of a version through its services."""

from datetime import timedelta

import pytest

from audit.models import Approval, AuditEntry
from riskengine.errors import InvalidInput
from rules.models import RuleSetActivation, RuleSetVersion
from rules.services.versions.activations import activation_at, activation_planned
from rules.services.versions.errors import (
    StartHasPassed,
    StartIsTaken,
    VersionChanged,
    VersionHasProblems,
    VersionIsFrozen,
    VersionIsLive,
    VersionNotSubmitted,
    VersionUnchanged,
    WriterMayNotCheck,
)
from rules.services.versions.life import (
    version_approve,
    version_draft,
    version_edit,
    version_reject,
    version_retire,
    version_submit,
    version_withdraw,
)
from tests.factories.audit import AT
from tests.factories.decisions import catalogue_goes_live
from tests.factories.versions import checker, draft, maker, policy, rule_set, submitted

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(days=7)


@pytest.fixture(autouse=True)
def catalogue(db):
    return catalogue_goes_live()


def approved(largest=500_000, at=AT, **options):
    version = submitted(maker(), largest=largest, at=at, **options)
    version_approve(version=version, checker=checker(), content_hash=version.content_hash, at=at)
    return RuleSetVersion.objects.get(pk=version.pk)


def live_number(at):
    activation = activation_at(rule_set=rule_set(), at=at)
    return activation.version.number if activation else None


def kinds(version):
    entries = AuditEntry.objects.filter(object_type="rule_set_version", object_id=str(version.pk))
    return [entry.kind for entry in entries.order_by("pk")]


def test_a_first_draft_sends_everything_to_a_person():
    version = version_draft(rule_set=rule_set(), author=maker(), at=AT)
    assert version.number == 1
    assert version.document["default_outcome"] == "REFER"
    assert version.document["rules"] == []


def test_a_draft_copies_the_version_it_is_based_on():
    first = approved()
    second = version_draft(rule_set=rule_set(), author=maker(), at=AT, based_on=first)
    assert (second.number, second.content_hash, second.based_on) == (2, first.content_hash, first)


def test_a_draft_of_an_old_version_is_a_rollback():
    first, second = approved(), approved(largest=400_000, at=LATER)
    third = version_draft(rule_set=rule_set(), author=maker(), at=LATER, based_on=first)
    version_submit(version=third, maker=third.author, at=LATER)
    version_approve(version=third, checker=checker(), content_hash=first.content_hash, at=LATER)
    assert live_number(LATER) == 3
    assert second.content_hash != third.content_hash


def test_editing_saves_the_whole_document_and_its_hash():
    author = maker()
    version = draft(author)
    changed = version_edit(
        version=version,
        document=policy(400_000),
        editor=author,
        at=LATER,
        expected_hash=version.content_hash,
        note="Lower",
    )
    assert changed.document["parameters"][0]["value"] == 400_000
    assert changed.content_hash != version.content_hash
    assert (changed.changed_at, changed.note) == (LATER, "Lower")
    assert kinds(version) == ["rule_set_version.drafted", "rule_set_version.edited"]


def test_the_second_of_two_editors_is_told_and_nothing_of_theirs_is_saved():
    author, other = maker(), maker()
    version = draft(author)
    seen = version.content_hash
    version_edit(version=version, document=policy(400_000), editor=other, at=AT, expected_hash=seen)
    with pytest.raises(VersionChanged):
        version_edit(version=version, document=policy(300_000), editor=author, at=AT, expected_hash=seen)
    version.refresh_from_db()
    assert version.document["parameters"][0]["value"] == 400_000


def test_a_document_of_the_wrong_shape_is_refused_whole():
    author = maker()
    version = draft(author)
    with pytest.raises(InvalidInput) as caught:
        version_edit(version=version, document={"rules": 1}, editor=author, at=AT, expected_hash=version.content_hash)
    assert len(caught.value.facts["problems"]) > 1


def test_a_condition_that_does_not_parse_may_be_saved_but_not_submitted():
    author = maker()
    version = draft(author)
    broken = policy()
    broken["rules"][0]["when"] = "amount_minor >"
    broken["rules"][1]["when"] = "no_such_name > 1"
    version = version_edit(version=version, document=broken, editor=author, at=AT, expected_hash=version.content_hash)
    with pytest.raises(VersionHasProblems) as caught:
        version_submit(version=version, maker=author, at=AT)
    paths = [found["path"] for found in caught.value.facts["problems"]]
    assert "rules/0/when" in paths and "rules/1/when" in paths
    version.refresh_from_db()
    assert version.state == "DRAFT"


def test_a_version_whose_own_case_fails_is_not_submitted():
    author = maker()
    version = draft(author)
    document = policy() | {
        "cases": [{"name": "small", "inputs": {"amount_minor": 10_000}, "expect": {"outcome": "DECLINE"}}]
    }
    version = version_edit(version=version, document=document, editor=author, at=AT, expected_hash=version.content_hash)
    with pytest.raises(VersionHasProblems) as caught:
        version_submit(version=version, maker=author, at=AT)
    assert [found["code"] for found in caught.value.facts["problems"]] == ["case_failed"]


def test_submitting_freezes_and_asks_for_approval_of_exactly_this_content():
    version = submitted(maker(), effective_from=LATER, comment="Please")
    approval = Approval.objects.get(object_type="rule_set_version", object_id=str(version.pk))
    assert approval.content_hash == version.content_hash
    assert approval.effective_from == LATER
    assert approval.evidence["catalogue_hash"]
    with pytest.raises(VersionIsFrozen):
        version_edit(
            version=version, document=policy(1), editor=version.author, at=AT, expected_hash=version.content_hash
        )


def test_submitting_what_changed_meanwhile_is_refused():
    author = maker()
    version = draft(author)
    seen = version.content_hash
    version_edit(version=version, document=policy(400_000), editor=author, at=AT, expected_hash=seen)
    with pytest.raises(VersionChanged):
        version_submit(version=version, maker=author, at=AT, expected_hash=seen)


def test_a_version_that_says_what_is_live_is_not_submitted():
    approved()
    with pytest.raises(VersionUnchanged):
        submitted(maker())


def test_approval_by_another_person_puts_it_live_at_once():
    version = approved()
    assert version.state == "APPROVED"
    assert live_number(AT) == 1
    assert kinds(version)[-2:] == ["approval.approved", "rule_set_version.approved"]


def test_the_next_version_ends_the_one_before_in_the_same_instant():
    approved()
    approved(largest=400_000, at=LATER)
    before, after = RuleSetActivation.objects.order_by("from_at")
    assert before.until_at == after.from_at == LATER
    assert [live_number(LATER - timedelta(seconds=1)), live_number(LATER)] == [1, 2]


def test_a_start_in_the_future_waits_for_its_time():
    approved()
    approved(largest=400_000, effective_from=LATER)
    assert [live_number(AT), live_number(LATER - timedelta(microseconds=1)), live_number(LATER)] == [1, 1, 2]
    assert activation_planned(rule_set=rule_set(), at=AT).version.number == 2


def test_a_start_that_has_passed_when_approved_is_now():
    version = submitted(maker(), effective_from=AT + timedelta(hours=1))
    activation = version_approve(version=version, checker=checker(), content_hash=version.content_hash, at=LATER)
    assert activation.from_at == LATER


def test_a_start_that_has_passed_is_not_asked_for():
    with pytest.raises(StartHasPassed):
        submitted(maker(), effective_from=AT - timedelta(minutes=1))
    assert not Approval.objects.filter(object_type="rule_set_version").exists()


def test_who_wrote_an_approved_version_does_not_end_it_alone():
    approved()
    planned = approved(largest=400_000, effective_from=LATER)
    with pytest.raises(WriterMayNotCheck):
        version_retire(version=planned, actor=planned.author, at=AT)
    assert live_number(LATER) == planned.number


def test_a_planned_start_is_not_overtaken_in_silence():
    approved()
    approved(largest=400_000, effective_from=LATER)
    version = submitted(maker(), largest=300_000)
    with pytest.raises(StartIsTaken):
        version_approve(version=version, checker=checker(), content_hash=version.content_hash, at=AT)
    version.refresh_from_db()
    assert version.state == "SUBMITTED"
    assert live_number(LATER) == 2


def test_a_planned_start_called_off_leaves_the_present_version_live():
    approved()
    planned = approved(largest=400_000, effective_from=LATER)
    version_retire(version=planned, actor=maker(), at=AT)
    assert live_number(LATER) == 1
    approved(largest=300_000, effective_from=LATER)
    assert live_number(LATER) == 3


def test_rejecting_keeps_it_frozen_with_the_reason():
    version = submitted(maker())
    version_reject(version=version, checker=checker(), content_hash=version.content_hash, at=AT, comment="Too low")
    version.refresh_from_db()
    approval = Approval.objects.get(object_type="rule_set_version", object_id=str(version.pk))
    assert (version.state, approval.state, approval.decision_comment) == ("REJECTED", "REJECTED", "Too low")
    with pytest.raises(VersionNotSubmitted):
        version_approve(version=version, checker=checker(), content_hash=version.content_hash, at=AT)


def test_its_maker_takes_it_back_to_edit_and_the_request_is_void():
    author = maker()
    version = submitted(author)
    version = version_withdraw(version=version, maker=author, at=AT)
    assert version.state == "DRAFT"
    assert Approval.objects.get(object_type="rule_set_version", object_id=str(version.pk)).state == "VOID"
    version_edit(version=version, document=policy(1), editor=author, at=AT, expected_hash=version.content_hash)


def test_the_live_version_cannot_be_retired():
    with pytest.raises(VersionIsLive):
        version_retire(version=approved(), actor=maker(), at=AT)


def test_a_draft_is_discarded_and_stays_on_record():
    author = maker()
    version = version_retire(version=draft(author), actor=author, at=AT)
    assert version.state == "RETIRED"
    with pytest.raises(VersionIsFrozen):
        version_retire(version=version, actor=author, at=AT)
