"""A standing speaks of one product; a loan says since when it is known. No table is rewritten or locked for long."""

import django.db.models.deletion
from django.db import migrations, models

# Old rows say not of which product they are. The newest of each customer is taken to speak of every product they have a
# loan of, so that what was bad stays so until that product is reviewed; older ones still tell what was known then.
_NEWEST = """
INSERT INTO lending_customerstanding (customer_id, product_id, as_of, known_at, warning_level, open_warnings,
    months_late, dpd, loan_category, has_confirmed_diversion)
SELECT s.customer_id, held.product_id, s.as_of, s.known_at, s.warning_level, s.open_warnings, s.months_late, s.dpd,
    s.loan_category, s.has_confirmed_diversion
FROM (
    SELECT DISTINCT ON (customer_id) * FROM lending_customerstanding WHERE product_id IS NULL
    ORDER BY customer_id, as_of DESC, known_at DESC
) s JOIN (SELECT DISTINCT customer_id, product_id FROM lending_loan WHERE closed_on IS NULL) held
    ON held.customer_id = s.customer_id
ON CONFLICT DO NOTHING
"""
# A confirmed diversion stays though the loan it was of is closed, as it did for the customer.
_DIVERTED = """
INSERT INTO lending_customerstanding (customer_id, product_id, as_of, known_at, warning_level, open_warnings,
    months_late, dpd, loan_category, has_confirmed_diversion)
SELECT s.customer_id, closed.product_id, s.as_of, s.known_at, 'NONE', 0, 0, 0, '', true
FROM (
    SELECT DISTINCT ON (customer_id) * FROM lending_customerstanding WHERE product_id IS NULL
    ORDER BY customer_id, as_of DESC, known_at DESC
) s JOIN (
    SELECT DISTINCT l.customer_id, l.product_id FROM lending_loan l JOIN lending_riskevent e ON e.loan_id = l.id
    WHERE l.closed_on IS NOT NULL AND e.kind = 'diversion_confirmed'
) closed ON closed.customer_id = s.customer_id
WHERE s.has_confirmed_diversion
ON CONFLICT DO NOTHING
"""
_TABLE = "ALTER TABLE lending_customerstanding"
_ONCE = "customer_id, product_id, as_of, known_at"
# An index whose building was cut off is there, but not valid.
_DROP_BROKEN = """
DO $$ BEGIN
    IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('standing_once') AND NOT indisvalid) THEN
        DROP INDEX standing_once;
    END IF;
END $$
"""
_CONSTRAIN = f"""
DO $$ BEGIN
    IF NOT EXISTS (
        SELECT FROM pg_constraint WHERE conname = 'standing_once' AND conrelid = 'lending_customerstanding'::regclass
    ) THEN
        {_TABLE} ADD CONSTRAINT standing_once UNIQUE USING INDEX standing_once;
    END IF;
END $$
"""


def _added(table: str, column: str, kind: str, field: migrations.AddField) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {kind}",
        f"ALTER TABLE {table} DROP COLUMN IF EXISTS {column}",
        state_operations=[field],
    )


class Migration(migrations.Migration):
    # Not in one transaction, so each step may have been taken already when it is run again.
    atomic = False

    dependencies = [("lending", "0010_standing_unchecked")]

    operations = [
        _added(
            "lending_loan",
            "known_at",
            "timestamptz",
            migrations.AddField(
                "loan",
                "known_at",
                models.DateTimeField(
                    blank=True, help_text="Empty: known since the day it was opened", null=True, verbose_name="known"
                ),
            ),
        ),
        _added(
            "lending_customerstanding",
            "product_id",
            "bigint",
            migrations.AddField(
                "customerstanding",
                "product",
                models.ForeignKey(
                    blank=True,
                    db_constraint=False,
                    db_index=False,
                    help_text="Empty: written before standings were kept by product",
                    null=True,
                    on_delete=django.db.models.deletion.PROTECT,
                    related_name="+",
                    to="lending.product",
                    verbose_name="product",
                ),
            ),
        ),
        _added(
            "lending_customerstanding",
            "category_severity",
            "smallint CHECK (category_severity >= 0)",
            migrations.AddField(
                "customerstanding",
                "category_severity",
                models.PositiveSmallIntegerField(
                    blank=True,
                    help_text="Place on the product's scale, 0 the best",
                    null=True,
                    verbose_name="severity of the category",
                ),
            ),
        ),
        _added(
            "lending_customerstanding",
            "grx",
            "double precision",
            migrations.AddField(
                "customerstanding",
                "grx",
                models.FloatField(
                    blank=True,
                    help_text="0 to 1 on the portrait policy's scale, 1 the riskiest",
                    null=True,
                    verbose_name="risk coefficient",
                ),
            ),
        ),
        migrations.RunSQL(
            f"{_TABLE} DROP CONSTRAINT IF EXISTS standing_once_per_as_of",
            f"{_TABLE} ADD CONSTRAINT standing_once_per_as_of UNIQUE (customer_id, as_of)",
            state_operations=[migrations.RemoveConstraint("customerstanding", "standing_once_per_as_of")],
        ),
        migrations.RunSQL(
            [
                _DROP_BROKEN,
                f"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS standing_once ON lending_customerstanding ({_ONCE})",
                _CONSTRAIN,
            ],
            f"{_TABLE} DROP CONSTRAINT IF EXISTS standing_once",
            state_operations=[
                migrations.AddConstraint(
                    "customerstanding",
                    models.UniqueConstraint(fields=("customer", "product", "as_of", "known_at"), name="standing_once"),
                )
            ],
        ),
        migrations.RunSQL(
            "DROP INDEX CONCURRENTLY IF EXISTS standing_latest",
            "CREATE INDEX standing_latest ON lending_customerstanding (customer_id, known_at DESC)",
            state_operations=[migrations.RemoveIndex("customerstanding", "standing_latest")],
        ),
        migrations.RunSQL([_NEWEST, _DIVERTED], migrations.RunSQL.noop),
    ]
