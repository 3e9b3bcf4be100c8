"""A retired model may become champion again, by an approval of its own that is newer than its last."""

from importlib import import_module

from django.db import migrations

GUARD = import_module("scoring.migrations.0002_model_and_catalogue_guards").MODEL_GUARD
BODY_END = "END $$;"


def _function(sql: str) -> str:
    start = sql.index("CREATE FUNCTION")
    return sql[start : sql.index(BODY_END) + len(BODY_END)].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def _replaced(sql: str, old: str, new: str) -> str:
    if old not in sql:
        raise ValueError(old)
    return sql.replace(old, new)


BEFORE = _function(GUARD)
AFTER = _replaced(
    _replaced(
        BEFORE,
        "NEW.approval_id IS DISTINCT FROM OLD.approval_id AND OLD.state <> 'CANDIDATE'",
        "NEW.approval_id IS DISTINCT FROM OLD.approval_id AND OLD.state <> 'CANDIDATE'\n"
        "        AND (OLD.state, NEW.state) <> ('RETIRED', 'CHAMPION')",
    ),
    "('CHAMPION', 'RETIRED')\n    ) THEN",
    "('CHAMPION', 'RETIRED'), ('RETIRED', 'CHAMPION')\n    ) THEN",
)
AFTER = _replaced(
    AFTER,
    "    IF NEW.state = 'CHAMPION' AND NOT EXISTS (",
    "    IF OLD.state = 'RETIRED' AND NEW.state = 'CHAMPION'"
    " AND coalesce(NEW.approval_id, 0) <= coalesce(OLD.approval_id, 0) THEN\n"
    "        RAISE EXCEPTION 'a retired model needs a new approval' USING ERRCODE = 'restrict_violation';\n"
    "    END IF;\n"
    "    IF NEW.state = 'CHAMPION' AND NOT EXISTS (",
)


class Migration(migrations.Migration):
    dependencies = [("scoring", "0005_catalogue_draft")]
    operations = [migrations.RunSQL(AFTER, BEFORE)]
