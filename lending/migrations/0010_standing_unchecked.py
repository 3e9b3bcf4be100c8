"""Standings are written from the book itself, a million a review: not checked row by row, nor indexed twice."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lending", "0009_book_imports")]

    operations = [
        migrations.AlterField(
            model_name="customerstanding",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="standings",
                to="lending.customer",
                verbose_name="customer",
            ),
        )
    ]
