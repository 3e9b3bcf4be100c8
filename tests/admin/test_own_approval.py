"""Nobody approves their own change, by whatever way through the services; forms and SQL have tests of their own."""

import pytest

from audit.services.approvals import NotACheckerError, StaleApprovalError
from rules.models import RuleSetActivation, RuleSetVersion
from rules.services.versions.errors import WriterMayNotCheck
from rules.services.versions.life import version_approve, version_edit, version_reject, version_submit, version_withdraw
from tests.factories.audit import AT, user
from tests.factories.decisions import catalogue_goes_live
from tests.factories.versions import checker, draft, maker, policy, submitted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    return catalogue_goes_live()


def refused(version, person, error=WriterMayNotCheck):
    with pytest.raises(error):
        version_approve(version=version, checker=person, content_hash=version.content_hash, at=AT)
    assert not RuleSetActivation.objects.exists()


def both():
    return user(permissions=("rules.change_rulesetversion",), is_checker=True)


def test_the_author_is_refused():
    author = both()
    refused(submitted(author), author)


def test_a_superuser_is_refused():
    author = user(is_superuser=True)
    refused(submitted(author), author)


def test_who_edited_it_is_refused_even_if_another_submits():
    author, editor = maker(), both()
    version = draft(author)
    version = version_edit(
        version=version, document=policy(20_000), editor=editor, at=AT, expected_hash=version.content_hash
    )
    version_submit(version=version, maker=author, at=AT)
    refused(RuleSetVersion.objects.get(pk=version.pk), editor)


def test_who_submitted_it_is_refused():
    author, sender = maker(), both()
    version = draft(author)
    version_submit(version=version, maker=sender, at=AT)
    refused(RuleSetVersion.objects.get(pk=version.pk), sender)


def test_who_submitted_it_before_it_was_taken_back_is_refused():
    author, sender = maker(), both()
    version = draft(author)
    version_submit(version=version, maker=sender, at=AT)
    version = version_withdraw(version=RuleSetVersion.objects.get(pk=version.pk), maker=author, at=AT)
    version_submit(version=version, maker=author, at=AT)
    refused(RuleSetVersion.objects.get(pk=version.pk), sender)


def test_somebody_without_the_right_is_refused():
    refused(submitted(maker()), user(), NotACheckerError)


def test_a_checker_who_left_is_refused():
    person = user(is_checker=True, is_active=False)
    refused(submitted(maker()), person, NotACheckerError)


def test_another_content_than_the_checker_saw_is_refused():
    author = maker()
    version = submitted(author)
    seen = version.content_hash
    version = version_withdraw(version=version, maker=author, at=AT)
    version_edit(version=version, document=policy(20_000), editor=author, at=AT, expected_hash=seen)
    version_submit(version=RuleSetVersion.objects.get(pk=version.pk), maker=author, at=AT)
    with pytest.raises(StaleApprovalError):
        version_approve(version=version, checker=checker(), content_hash=seen, at=AT)
    assert not RuleSetActivation.objects.exists()


def test_the_author_cannot_reject_either():
    author = both()
    version = submitted(author)
    with pytest.raises(WriterMayNotCheck):
        version_reject(version=version, checker=author, content_hash=version.content_hash, at=AT, comment="no")
