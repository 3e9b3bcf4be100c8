"""An index of the looks at loans that were late, for vintages. Built beside the work that goes on."""

from django.db import migrations, models

_BROKEN = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('delinquency_late') AND NOT indisvalid) THEN
        DROP INDEX delinquency_late;
    END IF;
END $$
"""
_BUILD = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS delinquency_late ON monitoring_delinquencystate (loan_id, mob, dpd)
WHERE dpd > 0
"""


class Migration(migrations.Migration):
    # Not in one transaction: what an interrupted building left behind is dropped first.
    atomic = False

    dependencies = [("monitoring", "0023_pauses_sealed")]

    operations = [
        migrations.RunSQL(
            [_BROKEN, _BUILD],
            ["DROP INDEX CONCURRENTLY IF EXISTS delinquency_late"],
            state_operations=[
                migrations.AddIndex(
                    model_name="delinquencystate",
                    index=models.Index(
                        fields=["loan", "mob", "dpd"], name="delinquency_late", condition=models.Q(dpd__gt=0)
                    ),
                )
            ],
        )
    ]
