"""Decisions and answered idempotency keys never change."""

from django.db import migrations

from audit.append_only import freeze_table


class Migration(migrations.Migration):
    dependencies = [("rules", "0002_rule_set_guards"), ("audit", "0002_append_only")]

    operations = [
        freeze_table("rules_decision"),
        # The answer is filled in once, in the transaction that inserted the key.
        freeze_table("rules_idempotencykey", when="OLD.response IS NOT NULL"),
    ]
