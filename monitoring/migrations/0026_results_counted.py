"""Indexes from which the page of a review counts its results. Built beside the work that goes on."""

from django.db import migrations, models

_COLUMNS = {
    "review_result_levels": "(run_id, level)",
    "review_result_unscored": "(run_id) WHERE pd IS NULL",
}


def _added(index: models.Index) -> migrations.RunSQL:
    """Not in one transaction: what an interrupted building left behind is dropped first."""
    name = index.name
    drop_broken = f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{name}') AND NOT indisvalid) THEN
                DROP INDEX {name};
            END IF;
        END $$
    """
    build = f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON monitoring_reviewresult {_COLUMNS[name]}"
    return migrations.RunSQL(
        [drop_broken, build],
        [f"DROP INDEX CONCURRENTLY IF EXISTS {name}"],
        state_operations=[migrations.AddIndex(model_name="reviewresult", index=index)],
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("monitoring", "0025_failed_traces")]

    operations = [
        _added(models.Index(fields=["run", "level"], name="review_result_levels")),
        _added(models.Index(fields=["run"], name="review_result_unscored", condition=models.Q(pd__isnull=True))),
    ]
