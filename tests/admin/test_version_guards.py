"""What the database holds whatever path a change takes; each guard has a twin that switches it off and sees red."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from audit.models import Approval
from rules.models import RuleSetActivation, RuleSetVersion
from rules.services.versions.life import version_approve, version_edit
from tests.factories.audit import AT, user
from tests.factories.decisions import catalogue_goes_live
from tests.factories.versions import checker, draft, maker, policy, submitted

pytestmark = pytest.mark.django_db
GUARDS = {
    "rules_rulesetversion": "rule_set_version_guard",
    "rules_rulesetversion_editors": "rule_set_version_editors_guard",
    "rules_rulesetactivation": "rule_set_activation_guard",
}


@pytest.fixture(autouse=True)
def catalogue(db):
    return catalogue_goes_live()


def run(sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


@contextmanager
def without(table):
    """The guard of one table switched off, as the twin of a test does."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run(f"ALTER TABLE {table} DISABLE TRIGGER {GUARDS[table]}")
    try:
        yield
    finally:
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {GUARDS[table]}")


def refused(table, sql, *parameters):
    """The statement is refused by the guard of `table`, and passes (the twin) without it."""
    with pytest.raises(DatabaseError), transaction.atomic():
        run(sql, *parameters)
    with transaction.atomic():
        with without(table):
            run(sql, *parameters)
        transaction.set_rollback(True)


def live(largest=500_000, at=AT, **options):
    version = submitted(maker(), largest=largest, at=at, **options)
    return version_approve(version=version, checker=checker(), content_hash=version.content_hash, at=at)


VERSIONS, EDITORS, ACTIVATIONS = GUARDS


@pytest.mark.parametrize(
    "change",
    [
        "document = '{}'",
        "content_hash = repeat('0', 64)",
        "note = 'other'",
        "number = 99",
        "author_id = author_id + 1",
        "changed_at = now()",
    ],
)
def test_a_submitted_version_does_not_change(change):
    version = submitted(maker())
    user()
    refused(VERSIONS, f"UPDATE rules_rulesetversion SET {change} WHERE id = %s", version.pk)


def test_an_approved_version_does_not_change():
    activation = live()
    refused(VERSIONS, "UPDATE rules_rulesetversion SET document = '{}' WHERE id = %s", activation.version_id)


def test_a_draft_is_never_renumbered_nor_given_to_somebody_else():
    version = draft(maker())
    refused(VERSIONS, "UPDATE rules_rulesetversion SET number = 7 WHERE id = %s", version.pk)
    refused(VERSIONS, "UPDATE rules_rulesetversion SET author_id = %s WHERE id = %s", user().pk, version.pk)


@pytest.mark.parametrize("state", ["APPROVED", "REJECTED"])
def test_a_draft_does_not_skip_the_approval(state):
    version = draft(maker())
    refused(VERSIONS, "UPDATE rules_rulesetversion SET state = %s WHERE id = %s", state, version.pk)


def test_a_submitted_version_is_approved_only_with_an_approval():
    version = submitted(maker())
    refused(VERSIONS, "UPDATE rules_rulesetversion SET state = 'APPROVED' WHERE id = %s", version.pk)


def test_a_version_is_not_born_approved():
    version = draft(maker())
    refused(
        VERSIONS,
        "INSERT INTO rules_rulesetversion (rule_set_id, number, document, content_hash, state, note, author_id,"
        " created_at, changed_at) SELECT rule_set_id, 50, document, content_hash, 'APPROVED', '', author_id,"
        " created_at, changed_at FROM rules_rulesetversion WHERE id = %s",
        version.pk,
    )


def test_versions_and_activations_are_not_deleted():
    activation = live()
    refused(ACTIVATIONS, "DELETE FROM rules_rulesetactivation WHERE id = %s", activation.pk)
    refused(VERSIONS, "DELETE FROM rules_rulesetversion WHERE id = %s", draft(maker()).pk)


@pytest.mark.parametrize("table", GUARDS)
def test_nothing_of_it_is_truncated(table):
    run("SET LOCAL riskengine.refuse_truncate = 'on'")
    with pytest.raises(DatabaseError, match="TRUNCATE"), transaction.atomic():
        run(f"TRUNCATE {table} CASCADE")


def test_who_edited_a_version_is_not_forgotten():
    author, editor = maker(), maker()
    version = draft(author)
    version_edit(version=version, document=policy(1), editor=editor, at=AT, expected_hash=version.content_hash)
    refused(EDITORS, "DELETE FROM rules_rulesetversion_editors WHERE rulesetversion_id = %s", version.pk)


def test_nobody_is_added_as_editor_of_a_frozen_version():
    version = submitted(maker())
    refused(
        EDITORS,
        "INSERT INTO rules_rulesetversion_editors (rulesetversion_id, user_id) VALUES (%s, %s)",
        version.pk,
        user().pk,
    )


INSERT = (
    "INSERT INTO rules_rulesetactivation (rule_set_id, version_id, approval_id, from_at) "
    "SELECT v.rule_set_id, v.id, %s, %s FROM rules_rulesetversion v WHERE v.id = %s"
)


def test_a_pending_approval_puts_nothing_live():
    version = submitted(maker())
    approval = Approval.objects.get(object_id=str(version.pk), object_type="rule_set_version")
    refused(ACTIVATIONS, INSERT, approval.pk, AT, version.pk)


def test_an_approval_of_another_version_puts_nothing_live():
    first = live()
    second = live(largest=400_000, at=AT + timedelta(days=1))
    run("UPDATE rules_rulesetactivation SET until_at = %s WHERE id = %s", AT + timedelta(days=2), second.pk)
    refused(ACTIVATIONS, INSERT, first.approval_id, AT + timedelta(days=3), second.version_id)


def test_it_does_not_go_live_before_its_approval_or_its_date():
    activation = live(effective_from=AT + timedelta(days=9))
    run("UPDATE rules_rulesetactivation SET until_at = from_at WHERE id = %s", activation.pk)
    refused(ACTIVATIONS, INSERT, activation.approval_id, AT + timedelta(days=8), activation.version_id)


def test_an_approval_by_an_editor_approves_nothing():
    """Even where the approval itself was written around the services."""
    author, editor = maker(), maker()
    version = draft(author)
    version = version_edit(
        version=version, document=policy(20_000), editor=editor, at=AT, expected_hash=version.content_hash
    )
    from rules.services.versions.life import version_submit

    approval = version_submit(version=version, maker=author, at=AT)
    run(
        "UPDATE audit_approval SET state = 'APPROVED', checker_id = %s, decided_at = %s WHERE id = %s",
        editor.pk,
        AT,
        approval.pk,
    )
    refused(VERSIONS, "UPDATE rules_rulesetversion SET state = 'APPROVED' WHERE id = %s", version.pk)


def test_the_maker_as_checker_is_refused_by_the_table_of_approvals():
    version = submitted(maker())
    with pytest.raises(DatabaseError, match="approval_maker_is_not_checker"), transaction.atomic():
        run(
            "UPDATE audit_approval SET state = 'APPROVED', checker_id = maker_id, decided_at = %s"
            " WHERE object_id = %s AND object_type = 'rule_set_version'",
            AT,
            str(version.pk),
        )


def test_two_versions_are_never_live_at_one_instant():
    first = live()
    second = live(largest=400_000, at=AT + timedelta(days=1))
    with pytest.raises(DatabaseError, match="activation_never_overlaps"), transaction.atomic():
        RuleSetActivation.objects.create(
            rule_set_id=first.rule_set_id,
            version_id=second.version_id,
            approval_id=second.approval_id,
            from_at=AT + timedelta(days=1),
            until_at=AT + timedelta(days=2),
        )


def test_of_an_activation_only_the_end_is_set_and_only_once():
    first = live()
    live(largest=400_000, at=AT + timedelta(days=1))
    earlier = AT - timedelta(hours=1)
    refused(ACTIVATIONS, "UPDATE rules_rulesetactivation SET from_at = %s WHERE id = %s", earlier, first.pk)
    refused(
        ACTIVATIONS,
        "UPDATE rules_rulesetactivation SET until_at = %s WHERE id = %s",
        AT + timedelta(hours=1),
        first.pk,
    )
    with pytest.raises(DatabaseError), transaction.atomic():
        run("UPDATE rules_rulesetactivation SET until_at = NULL WHERE id = %s", first.pk)


def test_a_document_edited_behind_the_services_is_not_approved():
    """With the guard off a document changes under its hash; the service still refuses to approve it."""
    from rules.services.versions.errors import VersionChanged

    version = submitted(maker())
    with without(VERSIONS):
        run(
            "UPDATE rules_rulesetversion SET document = jsonb_set(document, '{default_outcome}', '\"DECLINE\"')"
            " WHERE id = %s",
            version.pk,
        )
    with pytest.raises(VersionChanged):
        version_approve(
            version=RuleSetVersion.objects.get(pk=version.pk),
            checker=checker(),
            content_hash=version.content_hash,
            at=AT,
        )
