"""Two unique indexes that an earlier upgrade took away with the index of a column: one current health code a customer,
one open warning a product. Where two stood beside each other meanwhile, the newest counts."""

from django.db import migrations

# What the triggers let through: a code ceases to be current, a warning is closed.
_CODES = """
UPDATE monitoring_healthcode c SET is_current = false
WHERE c.is_current AND EXISTS (
    SELECT FROM monitoring_healthcode n WHERE n.customer_id = c.customer_id AND n.is_current AND n.id > c.id
)
"""
_WARNINGS = """
UPDATE monitoring_earlywarning w SET state = 'CLOSED', closed_at = now()
WHERE w.state = 'OPEN' AND w.product_id IS NOT NULL AND EXISTS (
    SELECT FROM monitoring_earlywarning n WHERE n.product_id = w.product_id AND n.state = 'OPEN' AND n.id > w.id
)
"""
_BUILD = (
    "CREATE UNIQUE INDEX IF NOT EXISTS health_code_one_current ON monitoring_healthcode (customer_id) WHERE is_current",
    "CREATE UNIQUE INDEX IF NOT EXISTS early_warning_one_open_per_product ON monitoring_earlywarning (product_id)"
    " WHERE state = 'OPEN' AND product_id IS NOT NULL",
)


class Migration(migrations.Migration):
    # One transaction: nobody writes a second one between the look and the index.
    dependencies = [("monitoring", "0026_results_counted")]

    operations = [
        migrations.RunSQL(
            [
                "LOCK TABLE monitoring_healthcode, monitoring_earlywarning IN SHARE ROW EXCLUSIVE MODE",
                _CODES,
                _WARNINGS,
                *_BUILD,
            ],
            migrations.RunSQL.noop,
        )
    ]
