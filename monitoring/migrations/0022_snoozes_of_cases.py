"""A case that stands on no warning can be snoozed too, under the same guards."""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
CREATE OR REPLACE FUNCTION warning_snooze_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a snooze is ended, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.id, NEW.warning_id, NEW.level, NEW.until, NEW.needs_second, NEW.reason, NEW.asked_by_id, NEW.asked_at{new})
            IS DISTINCT FROM
        (OLD.id, OLD.warning_id, OLD.level, OLD.until, OLD.needs_second, OLD.reason, OLD.asked_by_id, OLD.asked_at{old})
        OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
        OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
    ) THEN
        RAISE EXCEPTION 'a snooze is ended, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT monitoring_is_approved(NEW.approval_id, 'warning_snooze', NEW.id) THEN
        RAISE EXCEPTION 'no other person approved this snooze' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0021_first_night")]

    operations = [
        migrations.AddField(
            model_name="warningsnooze",
            name="case",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                help_text="Empty where a warning names it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="snoozes",
                to="monitoring.warningcase",
                verbose_name="case",
            ),
        ),
        migrations.AlterField(
            model_name="warningsnooze",
            name="warning",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="snoozes",
                to="monitoring.earlywarning",
                verbose_name="early warning",
            ),
        ),
        migrations.AddConstraint(
            model_name="warningsnooze",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("case",),
                name="warning_snooze_one_at_a_time_of_a_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="warningsnooze",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("case__isnull", True), ("warning__isnull", False)),
                    models.Q(("case__isnull", False), ("warning__isnull", True)),
                    _connector="OR",
                ),
                name="warning_snooze_of_one",
            ),
        ),
        migrations.RunSQL(
            sql=GUARD.format(new=", NEW.case_id", old=", OLD.case_id"), reverse_sql=GUARD.format(new="", old="")
        ),
    ]
