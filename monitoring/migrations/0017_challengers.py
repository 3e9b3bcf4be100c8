"""What challengers say of the decisions of a drift report's period."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('monitoring', '0016_warnings_written_in_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='driftreport',
            name='challengers',
            field=models.JSONField(blank=True, default=list, help_text='Each beside the champion on the same decisions', verbose_name='challengers'),
        ),
    ]
