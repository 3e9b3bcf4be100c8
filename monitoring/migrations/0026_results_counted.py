"""An index of results without a PD, which the page of a review counts. Built beside the work that goes on."""

from django.db import migrations, models

_BROKEN = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('review_result_unscored') AND NOT indisvalid) THEN
        DROP INDEX review_result_unscored;
    END IF;
END $$
"""
_BUILD = """
CREATE INDEX CONCURRENTLY IF NOT EXISTS review_result_unscored ON monitoring_reviewresult (run_id) WHERE pd IS NULL
"""


class Migration(migrations.Migration):
    # Not in one transaction: what an interrupted building left behind is dropped first.
    atomic = False

    dependencies = [("monitoring", "0025_failed_traces")]

    operations = [
        migrations.RunSQL(
            [_BROKEN, _BUILD],
            ["DROP INDEX CONCURRENTLY IF EXISTS review_result_unscored"],
            state_operations=[
                migrations.AddIndex(
                    model_name="reviewresult",
                    index=models.Index(
                        fields=["run"], name="review_result_unscored", condition=models.Q(pd__isnull=True)
                    ),
                )
            ],
        )
    ]
