"""Reports on the triggers of early warnings are never changed."""

from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_append_only'),
        ('monitoring', '0004_health_codes'),
    ]

    operations = [
        migrations.AlterField(
            model_name='triggerreport',
            name='document',
            field=models.JSONField(help_text='Figures per level and trigger', verbose_name='report'),
        ),
        freeze_table('monitoring_triggerreport'),
    ]
