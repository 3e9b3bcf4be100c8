"""What holds referrals, their resolutions and authorities true whatever path a change takes; old REFERs get a case."""

from django.db import migrations

from audit.append_only import freeze_table, truncate_trigger

# The end of the n-th working day (Monday to Friday) after the business date of an instant, where the product is lent.
DUE = """
CREATE FUNCTION referral_due(opened timestamptz, zone text, working_days integer) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT (day + 1)::timestamp AT TIME ZONE zone
    FROM (
        SELECT (opened AT TIME ZONE zone)::date + number AS day
        FROM generate_series(1, working_days * 2 + 7) AS number
    ) AS days
    WHERE extract(isodow FROM day) < 6 ORDER BY day OFFSET working_days - 1 LIMIT 1
$$;
"""

REFERRAL_GUARD = """
CREATE FUNCTION referral_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a referral is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        -- A decision's own statement inserts both rows: its decision is not to be seen from here yet.
        IF NEW.state <> 'OPEN' OR EXISTS (
            SELECT FROM rules_decision d WHERE d.id = NEW.decision_id AND d.outcome <> 'REFER'
        ) THEN
            RAISE EXCEPTION 'a referral begins free, with a decision that refers' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state = 'DECIDED' THEN
        RAISE EXCEPTION 'a decided referral is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.decision_id, NEW.product_id, NEW.opened_at, NEW.due_at)
        IS DISTINCT FROM (OLD.id, OLD.decision_id, OLD.product_id, OLD.opened_at, OLD.due_at)
        OR NEW.amount_minor IS DISTINCT FROM OLD.amount_minor THEN
        RAISE EXCEPTION 'what a referral is about never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'DECIDED' AND NOT EXISTS (
        SELECT FROM rules_referralresolution r WHERE r.id = NEW.resolution_id AND r.decision_id = NEW.decision_id
    ) THEN
        RAISE EXCEPTION 'the resolution is another decision''s' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_guard BEFORE INSERT OR UPDATE OR DELETE ON rules_referral
    FOR EACH ROW EXECUTE FUNCTION referral_guard();
ALTER TABLE rules_referral ENABLE ALWAYS TRIGGER referral_guard;
"""

AUTHORITY_GUARD = """
CREATE FUNCTION review_authority_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an authority is ended, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.id, NEW.product_id, NEW.maximum_minor, NEW.made_at)
            IS DISTINCT FROM (OLD.id, OLD.product_id, OLD.maximum_minor, OLD.made_at)
        OR NEW.user_id IS DISTINCT FROM OLD.user_id OR NEW.group_id IS DISTINCT FROM OLD.group_id
        OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    ) THEN
        RAISE EXCEPTION 'an authority is replaced, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM audit_approval a
        WHERE a.id = NEW.approval_id AND a.object_type = 'review_authority' AND a.object_id = NEW.id::text
            AND a.state = 'APPROVED' AND a.checker_id IS DISTINCT FROM NEW.user_id
    ) THEN
        RAISE EXCEPTION 'no other person approved this authority' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER review_authority_guard BEFORE INSERT OR UPDATE OR DELETE ON rules_reviewauthority
    FOR EACH ROW EXECUTE FUNCTION review_authority_guard();
ALTER TABLE rules_reviewauthority ENABLE ALWAYS TRIGGER review_authority_guard;
"""

# What was asked for is sealed in the old documents: their cases are without an amount.
OPEN_OLD = """
INSERT INTO rules_referral (decision_id, product_id, state, opened_at, due_at)
SELECT d.id, d.product_id, 'OPEN', d.decided_at, referral_due(d.decided_at, p.timezone, 2)
FROM rules_decision d JOIN lending_product p ON p.id = d.product_id
WHERE d.outcome = 'REFER'
"""


class Migration(migrations.Migration):
    dependencies = [("rules", "0005_referrals"), ("audit", "0002_append_only")]

    operations = [
        migrations.RunSQL(DUE, "DROP FUNCTION referral_due(timestamptz, text, integer)"),
        freeze_table("rules_referralresolution"),
        freeze_table("rules_referralstep"),
        migrations.RunSQL(
            REFERRAL_GUARD + truncate_trigger("rules_referral"),
            "DROP TRIGGER rules_referral_not_truncated ON rules_referral;"
            "DROP TRIGGER referral_guard ON rules_referral; DROP FUNCTION referral_guard()",
        ),
        migrations.RunSQL(
            AUTHORITY_GUARD + truncate_trigger("rules_reviewauthority"),
            "DROP TRIGGER rules_reviewauthority_not_truncated ON rules_reviewauthority;"
            "DROP TRIGGER review_authority_guard ON rules_reviewauthority; DROP FUNCTION review_authority_guard()",
        ),
        migrations.RunSQL(OPEN_OLD, migrations.RunSQL.noop),
    ]
