"""Models become approved, challengers or champion, each by an approval that names the role; retired ones say why."""

from importlib import import_module

from django.db import migrations, models

BEFORE = import_module("scoring.migrations.0006_model_rollback").AFTER


def _replaced(sql: str, old: str, new: str) -> str:
    if old not in sql:
        raise ValueError(old)
    return sql.replace(old, new)


def _after(sql: str) -> str:
    sql = _replaced(
        sql,
        "NEW.approval_id IS DISTINCT FROM OLD.approval_id AND OLD.state <> 'CANDIDATE'\n"
        "        AND (OLD.state, NEW.state) <> ('RETIRED', 'CHAMPION')",
        # A step forward brings an approval of its own; nothing else touches it.
        "NEW.approval_id IS DISTINCT FROM OLD.approval_id AND OLD.state <> 'CANDIDATE'\n"
        "        AND (NEW.state = OLD.state OR NEW.state NOT IN ('CHALLENGER', 'CHAMPION'))",
    )
    sql = _replaced(
        sql,
        "('CANDIDATE', 'CHAMPION'), ('CANDIDATE', 'RETIRED'),",
        "('CANDIDATE', 'APPROVED'), ('CANDIDATE', 'CHALLENGER'), ('CANDIDATE', 'CHAMPION'), ('CANDIDATE', 'RETIRED'),\n"
        "        ('APPROVED', 'CHALLENGER'), ('APPROVED', 'CHAMPION'), ('APPROVED', 'RETIRED'),\n"
        "        ('CHALLENGER', 'CHAMPION'), ('CHALLENGER', 'RETIRED'),",
    )
    sql = _replaced(
        sql,
        "IF OLD.state = 'RETIRED' AND NEW.state = 'CHAMPION' AND coalesce",
        "IF OLD.state IN ('APPROVED', 'CHALLENGER') AND NEW.state IN ('CHALLENGER', 'CHAMPION')\n"
        "        AND NEW.state <> OLD.state AND coalesce(NEW.approval_id, 0) <= coalesce(OLD.approval_id, 0) THEN\n"
        "        RAISE EXCEPTION 'each role of a model needs an approval of its own' USING ERRCODE = 'restrict_violation';\n"
        "    END IF;\n"
        "    IF OLD.state = 'RETIRED' AND NEW.state = 'CHAMPION' AND coalesce",
    )
    sql = _replaced(
        sql,
        "IF NEW.state = 'CHAMPION' AND NOT EXISTS (",
        "IF NEW.state IN ('APPROVED', 'CHALLENGER', 'CHAMPION') AND NOT EXISTS (",
    )
    return _replaced(
        sql,
        "a.state = 'APPROVED' AND a.content_hash = NEW.content_hash",
        "a.state = 'APPROVED' AND a.content_hash = NEW.content_hash\n"
        "            AND coalesce(a.evidence ->> 'role', 'CHAMPION') = NEW.state",
    )


STATES = [
    ("CANDIDATE", "Candidate"),
    ("APPROVED", "Approved"),
    ("CHALLENGER", "Challenger"),
    ("CHAMPION", "Champion"),
    ("RETIRED", "Retired"),
]


class Migration(migrations.Migration):
    dependencies = [("scoring", "0009_alternative")]
    operations = [
        migrations.RunSQL(_after(BEFORE), BEFORE),
        migrations.AlterField(
            model_name="modelpackage",
            name="state",
            field=models.CharField(choices=STATES, default="CANDIDATE", max_length=12, verbose_name="state"),
        ),
        migrations.AddField(
            model_name="modelpackage",
            name="retired_because",
            field=models.TextField(blank=True, editable=False, verbose_name="why retired"),
        ),
        migrations.RemoveConstraint(model_name="modelpackage", name="model_champion_is_approved"),
        migrations.AddConstraint(
            model_name="modelpackage",
            constraint=models.CheckConstraint(
                condition=~models.Q(state__in=["APPROVED", "CHALLENGER", "CHAMPION"])
                | models.Q(approval__isnull=False),
                name="model_in_use_is_approved",
            ),
        ),
    ]
