"""A diversion is confirmed, and a confirmation lifted, by two persons: what one proposed, another approved."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import freeze_table

# Rows from before stay as they are: the rule is on what is added.
GUARD = """
CREATE FUNCTION diversion_by_two_persons() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.proposal_id IS NULL THEN
        IF NEW.state = 'CONFIRMED' OR (NEW.follows_id IS NOT NULL AND EXISTS (
            SELECT FROM monitoring_diversionfinding f WHERE f.id = NEW.follows_id AND f.state = 'CONFIRMED'
        )) THEN
            RAISE EXCEPTION 'diversion is confirmed, or a confirmation lifted, by two persons'
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM monitoring_diversionproposal p JOIN audit_approval a ON a.id = p.approval_id
        WHERE p.id = NEW.proposal_id AND p.finding_id = NEW.follows_id AND p.outcome = NEW.state
            AND p.note = NEW.note AND a.object_type = 'diversion_decision' AND a.object_id = NEW.follows_id::text
            AND a.state = 'APPROVED' AND a.checker_id = NEW.decided_by_id AND a.checker_id <> a.maker_id
    ) THEN
        RAISE EXCEPTION 'no other person approved this decision on the use of a loan'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER diversion_by_two_persons BEFORE INSERT ON monitoring_diversionfinding
    FOR EACH ROW EXECUTE FUNCTION diversion_by_two_persons();
ALTER TABLE monitoring_diversionfinding ENABLE ALWAYS TRIGGER diversion_by_two_persons;
"""
UNGUARD = """
DROP TRIGGER diversion_by_two_persons ON monitoring_diversionfinding;
DROP FUNCTION diversion_by_two_persons();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_governed_documents"),
        ("monitoring", "0019_what_was_only_on_the_log"),
    ]

    operations = [
        migrations.CreateModel(
            name="DiversionProposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("outcome", models.CharField(choices=[("CONFIRMED", "Confirm diversion"), ("CONSISTENT", "Lift the confirmation")], max_length=11, verbose_name="proposed")),
                ("note", models.BinaryField(verbose_name="sealed note")),
                ("approval", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audit.approval", verbose_name="approval")),
                ("finding", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="monitoring.diversionfinding", verbose_name="use of a loan")),
            ],
            options={
                "verbose_name": "proposed decision on the use of a loan",
                "verbose_name_plural": "proposed decisions on the use of loans",
                "default_permissions": (),
            },
        ),
        migrations.AddField(
            model_name="diversionfinding",
            name="proposal",
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="result", to="monitoring.diversionproposal", verbose_name="proposal"),
        ),
        freeze_table("monitoring_diversionproposal"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
