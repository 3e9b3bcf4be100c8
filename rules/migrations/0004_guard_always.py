"""Guards that hold in every session, and no TRUNCATE of what must be kept."""

from django.db import migrations

from audit.append_only import truncate_trigger

GUARDS = {
    "rules_rulesetversion": "rule_set_version_guard",
    "rules_rulesetversion_editors": "rule_set_version_editors_guard",
    "rules_rulesetactivation": "rule_set_activation_guard",
}


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only"), ("rules", "0003_decisions_frozen")]

    operations = [
        migrations.RunSQL(
            [
                f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}; {truncate_trigger(table)}"
                for table, trigger in GUARDS.items()
            ],
            reverse_sql=[
                f"ALTER TABLE {table} ENABLE TRIGGER {trigger}; DROP TRIGGER {table}_not_truncated ON {table};"
                for table, trigger in GUARDS.items()
            ],
        )
    ]
