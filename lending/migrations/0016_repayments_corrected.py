"""Room for the numbers of corrected repayments, and the time zone of fetches by schedule (UTC, as they were set)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lending", "0015_told_by_changes")]

    operations = [
        # A longer text takes no rewrite of the table.
        migrations.AlterField(
            model_name="repayment",
            name="external_id",
            field=models.CharField(max_length=100, verbose_name="payment number"),
        ),
        migrations.AddField(
            model_name="bookpull",
            name="zone",
            field=models.CharField(db_default="UTC", default="UTC", max_length=63, verbose_name="time zone"),
        ),
        migrations.AlterField(
            model_name="bookpull",
            name="at",
            field=models.TimeField(help_text="Time of the first fetch of a day, in its time zone", verbose_name="at"),
        ),
    ]
