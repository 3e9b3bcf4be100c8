"""Rows of imports that refer to what is not in the book yet, and from where they are read again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lending", "0017_numbers_searched")]

    operations = [
        migrations.AddField(
            model_name="bookimport",
            name="waiting",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="rows that wait"),
        ),
        migrations.AddField(
            model_name="bookimport",
            name="again_from",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=80, verbose_name="read again later than"
            ),
        ),
    ]
