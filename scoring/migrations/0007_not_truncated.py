"""No TRUNCATE of models and catalogues, which decisions name."""

from django.db import migrations

from audit.append_only import truncate_trigger

TABLES = ("scoring_modelpackage", "scoring_catalogueversion")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only"), ("scoring", "0006_model_rollback")]

    operations = [
        migrations.RunSQL(truncate_trigger(table), f"DROP TRIGGER {table}_not_truncated ON {table}") for table in TABLES
    ]
