"""A referral is resolved within an authority that two people agreed on, whatever path the row takes."""

from django.db import migrations

# Of an amount that is not known any authority will do here; the service asks for a second person.
GUARD = """
CREATE FUNCTION referral_resolution_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    person bigint := coalesce(NEW.confirmed_by_id, NEW.decided_by_id);
BEGIN
    IF NOT EXISTS (
        SELECT FROM rules_referral r
        JOIN rules_reviewauthority a ON a.product_id = r.product_id AND a.ended_at IS NULL
        JOIN audit_approval p ON p.id = a.approval_id AND p.state = 'APPROVED'
        WHERE r.decision_id = NEW.decision_id AND a.maximum_minor >= coalesce(NEW.amount_minor, r.amount_minor, 0)
            AND (a.user_id = person OR a.group_id IN (SELECT group_id FROM audit_user_groups WHERE user_id = person))
    ) THEN
        RAISE EXCEPTION 'the amount is above what this person may decide' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER referral_resolution_guard BEFORE INSERT ON rules_referralresolution
    FOR EACH ROW EXECUTE FUNCTION referral_resolution_guard();
ALTER TABLE rules_referralresolution ENABLE ALWAYS TRIGGER referral_resolution_guard;
"""
REVERSE = """
DROP TRIGGER referral_resolution_guard ON rules_referralresolution;
DROP FUNCTION referral_resolution_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("rules", "0007_emergency_stops")]

    operations = [migrations.RunSQL(GUARD, REVERSE)]
