"""How often in a row following the money of a loan has failed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0024_late_looks")]

    operations = [
        migrations.AddField(
            model_name="diversionwatch",
            name="failures",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="failed"),
        ),
    ]
