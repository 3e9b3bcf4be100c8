"""Tables that only grow: triggers which refuse UPDATE, DELETE and TRUNCATE, for the migrations of any app.

    operations = [freeze_table("rules_decision")]
    operations = [freeze_table("rules_rulesetversion", when="OLD.state <> 'DRAFT'")]

A migration that uses it depends on ("audit", "0002_append_only"), which makes the functions. The triggers fire in
every session (ENABLE ALWAYS), also where `session_replication_role` switches ordinary ones off.
"""

import re

from django.db import migrations

IDENTIFIER = re.compile(r"[a-z_][a-z0-9_]{0,50}\Z")

# TRUNCATE is let through in databases named test_*, which Django's test runner makes and empties between tests; a
# database in use has no such name, and renaming one takes its owner and no open connection. The setting can only
# make a session stricter: it lets tests see the refusal, and nobody gains by it.
FUNCTIONS = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are frozen: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION audit_refuse_truncate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_database() LIKE 'test\\_%'
        AND current_setting('riskengine.refuse_truncate', true) IS DISTINCT FROM 'on' THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'rows of % are frozen: TRUNCATE refused', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
"""
FUNCTIONS_REVERSE = "DROP FUNCTION audit_refuse_truncate(); DROP FUNCTION audit_refuse_change();"


def freeze_table(table: str, *, when: str = "") -> migrations.RunSQL:
    """Refuse UPDATE and DELETE of the table's rows, and TRUNCATE of the table.

    `when` is a condition on OLD (SQL, part of our own code) under which a row is frozen; all rows without it.
    A refused statement raises django.db.IntegrityError and aborts its transaction. Raises ValueError on a bad name.
    """
    if not IDENTIFIER.match(table):
        raise ValueError(f"Not a table name: {table!r}")
    condition = f"WHEN ({when}) " if when else ""
    return migrations.RunSQL(
        f"""
        CREATE TRIGGER {table}_frozen BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW {condition}EXECUTE FUNCTION audit_refuse_change();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_frozen;
        {truncate_trigger(table)}
        """,
        f"DROP TRIGGER {table}_frozen ON {table}; DROP TRIGGER {table}_not_truncated ON {table};",
    )


def truncate_trigger(table: str) -> str:
    """The SQL that refuses TRUNCATE of the table alone, where rows follow rules of their own."""
    return f"""
        CREATE TRIGGER {table}_not_truncated BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_truncate();
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_not_truncated;
    """
