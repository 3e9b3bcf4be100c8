"""What reviews write by the million from the book itself is not checked row by row."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0012_portfolio_figures")]

    operations = [
        migrations.AlterField(
            model_name="delinquencystate",
            name="loan",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="delinquency_states",
                to="lending.loan",
                verbose_name="loan",
            ),
        ),
        migrations.AlterField(
            model_name="delinquencystate",
            name="run",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                help_text="Empty: seen between reviews",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="delinquency_states",
                to="monitoring.reviewrun",
                verbose_name="review",
            ),
        ),
    ]
