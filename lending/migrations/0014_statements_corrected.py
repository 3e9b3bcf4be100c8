"""A statement and its corrections: one index in place of another, built beside the table's work.

A book with corrected statements cannot go back, and says so: two rows of a month would then be one too many.
"""

from django.db import migrations, models

_TABLE = "ALTER TABLE lending_loanmonth"
_NOW = ("loan_month_known_once", "(loan_id, business_date, replaced_known_at) NULLS NOT DISTINCT")
_BEFORE = ("loan_month_once", "(loan_id, business_date)")
_ONLY_UNCORRECTED = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM lending_loanmonth WHERE replaced_known_at IS NOT NULL) THEN
        RAISE EXCEPTION 'statements were corrected: this book cannot go back' USING ERRCODE = 'restrict_violation';
    END IF;
END $$
"""


def _built(name: str, columns: str) -> list[str]:
    """A unique constraint, each step of which may have been taken already."""
    # An index whose building was cut off is there, but not valid.
    drop_broken = f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{name}') AND NOT indisvalid) THEN
                DROP INDEX {name};
            END IF;
        END $$
    """
    constrain = f"""
        DO $$ BEGIN
            IF NOT EXISTS (
                SELECT FROM pg_constraint WHERE conname = '{name}' AND conrelid = 'lending_loanmonth'::regclass
            ) THEN
                {_TABLE} ADD CONSTRAINT {name} UNIQUE USING INDEX {name};
            END IF;
        END $$
    """
    index = f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS {name} ON lending_loanmonth {columns}"
    return [drop_broken, index, constrain]


def _dropped(name: str) -> list[str]:
    """With its index, or the index alone where it never came to be a constraint."""
    return [f"{_TABLE} DROP CONSTRAINT IF EXISTS {name}", f"DROP INDEX CONCURRENTLY IF EXISTS {name}"]


class Migration(migrations.Migration):
    # Not in one transaction, so each step may have been taken already when it is run again.
    atomic = False

    dependencies = [("lending", "0013_changes_asked_for")]

    operations = [
        migrations.RunSQL(
            [*_built(*_NOW), *_dropped(_BEFORE[0])],
            [_ONLY_UNCORRECTED, *_built(*_BEFORE), *_dropped(_NOW[0])],
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
        )
    ]
