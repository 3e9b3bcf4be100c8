"""What holds rule-set versions and activations true whatever path a change takes: constraints and triggers."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import rules.models.rule_set

VERSION_GUARD = """
CREATE FUNCTION rule_set_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a rule set version is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- A version inserted in a later state would never have been checked.
        IF NEW.state <> 'DRAFT' THEN
            RAISE EXCEPTION 'a rule set version begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.rule_set_id, NEW.number, NEW.author_id, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.rule_set_id, OLD.number, OLD.author_id, OLD.created_at)
        OR NEW.based_on_id IS DISTINCT FROM OLD.based_on_id THEN
        RAISE EXCEPTION 'the identity of a rule set version never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'DRAFT' AND (
        NEW.document IS DISTINCT FROM OLD.document
        OR NEW.content_hash IS DISTINCT FROM OLD.content_hash
        OR NEW.note IS DISTINCT FROM OLD.note
        OR NEW.changed_at IS DISTINCT FROM OLD.changed_at
        OR (NEW.submitted_at IS DISTINCT FROM OLD.submitted_at AND NEW.state <> 'DRAFT')
    ) THEN
        RAISE EXCEPTION 'a rule set version is frozen once submitted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state THEN
        IF (OLD.state, NEW.state) NOT IN (
            ('DRAFT', 'SUBMITTED'), ('DRAFT', 'RETIRED'),
            ('SUBMITTED', 'DRAFT'), ('SUBMITTED', 'APPROVED'), ('SUBMITTED', 'REJECTED'),
            ('APPROVED', 'RETIRED'), ('REJECTED', 'RETIRED')
        ) THEN
            RAISE EXCEPTION 'a rule set version cannot go from % to %', OLD.state, NEW.state
                USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.state = 'APPROVED' AND NOT EXISTS (
            SELECT 1 FROM audit_approval a
            WHERE a.object_type = 'rule_set_version' AND a.object_id = NEW.id::text
                AND a.state = 'APPROVED' AND a.content_hash = NEW.content_hash
                AND rule_set_checker_is_another_person(NEW.id, NEW.author_id, a.maker_id, a.checker_id)
        ) THEN
            RAISE EXCEPTION 'nobody else approved exactly this content' USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
"""

ANOTHER_PERSON = """
CREATE FUNCTION rule_set_checker_is_another_person(version bigint, author bigint, maker bigint, checker bigint)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT checker IS NOT NULL AND checker <> author AND checker <> maker AND NOT EXISTS (
        SELECT 1 FROM rules_rulesetversion_editors e WHERE e.rulesetversion_id = version AND e.user_id = checker
    )
$$;
"""

EDITORS_GUARD = """
CREATE FUNCTION rule_set_version_editors_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version_state text;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        -- Taking an editor off the list would let them check what they wrote.
        RAISE EXCEPTION 'who edited a version is never forgotten' USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT state INTO version_state FROM rules_rulesetversion WHERE id = NEW.rulesetversion_id;
    IF version_state <> 'DRAFT' THEN
        RAISE EXCEPTION 'only a draft has new editors' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

ACTIVATION_GUARD = """
CREATE FUNCTION rule_set_activation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    version rules_rulesetversion;
    approval audit_approval;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an activation is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.id, NEW.rule_set_id, NEW.version_id, NEW.approval_id, NEW.from_at)
            IS DISTINCT FROM (OLD.id, OLD.rule_set_id, OLD.version_id, OLD.approval_id, OLD.from_at) THEN
            RAISE EXCEPTION 'of an activation only its end is set' USING ERRCODE = 'restrict_violation';
        END IF;
        -- The end is set once. It is taken back only when what was to follow was called off.
        IF OLD.until_at IS NOT NULL AND NEW.until_at IS DISTINCT FROM OLD.until_at AND NOT (
            NEW.until_at IS NULL AND OLD.until_at > OLD.from_at AND EXISTS (
                SELECT 1 FROM rules_rulesetactivation f
                WHERE f.rule_set_id = OLD.rule_set_id AND f.from_at = OLD.until_at AND f.until_at = f.from_at
            )
        ) THEN
            RAISE EXCEPTION 'the end of an activation is final' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO version FROM rules_rulesetversion WHERE id = NEW.version_id;
    SELECT * INTO approval FROM audit_approval WHERE id = NEW.approval_id;
    IF version.rule_set_id <> NEW.rule_set_id OR version.state <> 'APPROVED' THEN
        RAISE EXCEPTION 'only an approved version of this rule set goes live' USING ERRCODE = 'restrict_violation';
    END IF;
    IF approval.object_type <> 'rule_set_version' OR approval.object_id <> version.id::text
        OR approval.state <> 'APPROVED' OR approval.content_hash <> version.content_hash THEN
        RAISE EXCEPTION 'the approval is not one of exactly this content' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT rule_set_checker_is_another_person(version.id, version.author_id, approval.maker_id, approval.checker_id)
    THEN
        RAISE EXCEPTION 'the checker wrote this version' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.from_at < approval.decided_at OR NEW.from_at < approval.effective_from THEN
        RAISE EXCEPTION 'a version goes live no earlier than approved' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""

TRIGGERS = """
CREATE TRIGGER rule_set_version_guard BEFORE INSERT OR UPDATE OR DELETE ON rules_rulesetversion
    FOR EACH ROW EXECUTE FUNCTION rule_set_version_guard();
CREATE TRIGGER rule_set_version_editors_guard BEFORE INSERT OR UPDATE OR DELETE ON rules_rulesetversion_editors
    FOR EACH ROW EXECUTE FUNCTION rule_set_version_editors_guard();
CREATE TRIGGER rule_set_activation_guard BEFORE INSERT OR UPDATE OR DELETE ON rules_rulesetactivation
    FOR EACH ROW EXECUTE FUNCTION rule_set_activation_guard();
"""

DROP = """
DROP TRIGGER rule_set_activation_guard ON rules_rulesetactivation;
DROP TRIGGER rule_set_version_editors_guard ON rules_rulesetversion_editors;
DROP TRIGGER rule_set_version_guard ON rules_rulesetversion;
DROP FUNCTION rule_set_activation_guard();
DROP FUNCTION rule_set_version_editors_guard();
DROP FUNCTION rule_set_version_guard();
DROP FUNCTION rule_set_checker_is_another_person(bigint, bigint, bigint, bigint);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0001_initial"),
        ("rules", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.AddField(
            model_name="rulesetversion",
            name="editors",
            field=models.ManyToManyField(
                blank=True, related_name="edited_versions", to=settings.AUTH_USER_MODEL, verbose_name="edited by"
            ),
        ),
        migrations.AddConstraint(
            model_name="rulesetactivation",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    (
                        rules.models.rule_set.TsTzRange(
                            "from_at", "until_at", django.contrib.postgres.fields.ranges.RangeBoundary()
                        ),
                        "&&",
                    ),
                    ("rule_set", "="),
                ],
                name="activation_never_overlaps",
            ),
        ),
        migrations.RunSQL(
            [ANOTHER_PERSON, VERSION_GUARD, EDITORS_GUARD, ACTIVATION_GUARD, TRIGGERS], reverse_sql=DROP
        ),
    ]
