"""A model has a purpose, read off its card; each purpose of a product has a champion of its own."""

import django.db.models.fields.json
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0011_training_jobs")]
    operations = [
        migrations.AddField(
            model_name="modelpackage",
            name="purpose",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce(
                    django.db.models.fields.json.KT("card__purpose"), models.Value("MAIN", models.TextField())
                ),
                output_field=models.CharField(max_length=20),
                verbose_name="purpose",
            ),
        ),
        migrations.RemoveConstraint(model_name="modelpackage", name="model_one_champion"),
        migrations.AddConstraint(
            model_name="modelpackage",
            constraint=models.UniqueConstraint(
                condition=models.Q(state="CHAMPION"), fields=["product", "purpose"], name="model_one_champion"
            ),
        ),
        migrations.AddConstraint(
            model_name="modelpackage",
            constraint=models.CheckConstraint(
                condition=models.Q(purpose__in=["MAIN", "THIN_FILE", "AMOUNT_CONTROL"]), name="model_purpose_known"
            ),
        ),
    ]
