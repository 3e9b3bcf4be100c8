"""A statement and its corrections: one index in place of another, built beside the table's work."""

from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("lending", "0013_changes_asked_for")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="loanmonth", name="loan_month_once"),
                migrations.AddConstraint(
                    model_name="loanmonth",
                    constraint=models.UniqueConstraint(
                        fields=("loan", "business_date", "replaced_known_at"),
                        name="loan_month_known_once",
                        nulls_distinct=False,
                    ),
                ),
            ],
            database_operations=[
                # A build that was broken off leaves a half-made index behind.
                migrations.RunSQL("DROP INDEX CONCURRENTLY IF EXISTS loan_month_known_once", migrations.RunSQL.noop),
                migrations.RunSQL(
                    "CREATE UNIQUE INDEX CONCURRENTLY loan_month_known_once"
                    " ON lending_loanmonth (loan_id, business_date, replaced_known_at) NULLS NOT DISTINCT",
                    "CREATE UNIQUE INDEX CONCURRENTLY loan_month_once ON lending_loanmonth (loan_id, business_date)",
                ),
                migrations.RunSQL(
                    "ALTER TABLE lending_loanmonth"
                    " ADD CONSTRAINT loan_month_known_once UNIQUE USING INDEX loan_month_known_once,"
                    " DROP CONSTRAINT loan_month_once",
                    "ALTER TABLE lending_loanmonth ADD CONSTRAINT loan_month_once UNIQUE USING INDEX loan_month_once,"
                    " DROP CONSTRAINT loan_month_known_once",
                ),
            ],
        )
    ]
