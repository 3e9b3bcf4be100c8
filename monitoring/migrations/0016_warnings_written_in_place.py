"""Warnings are written over every day: in place, with room on each page, and no index on what changes."""

import django.db.models.deletion
from django.db import migrations, models

# About as much again as its rows take, so that the day's versions lie beside those of the day before. No rewrite: pages
# fill to this from now on.
ROOM = "ALTER TABLE monitoring_earlywarning SET (fillfactor = 45)"
NO_ROOM = "ALTER TABLE monitoring_earlywarning RESET (fillfactor)"


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0015_portfolio_loans")]

    operations = [
        migrations.AlterField(
            model_name="earlywarning",
            name="last_run",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.reviewrun",
                verbose_name="last seen in",
            ),
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
    ]
