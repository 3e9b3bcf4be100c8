"""How good the triggers of early warnings were: reports that are never changed."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_append_only'),
        ('lending', '0001_initial'),
        ('monitoring', '0004_health_codes'),
    ]

    operations = [
        migrations.CreateModel(
            name='TriggerReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('bundle_hash', models.CharField(max_length=64, verbose_name='bundle hash')),
                ('accounts', models.PositiveIntegerField(verbose_name='accounts')),
                ('defaults', models.PositiveIntegerField(verbose_name='defaults')),
                ('document', models.JSONField(help_text='Figures per level and trigger', verbose_name='report')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='trigger_reports', to='lending.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'report on triggers',
                'verbose_name_plural': 'reports on triggers',
                'indexes': [models.Index(fields=['product', '-created_at'], name='trigger_report_latest')],
            },
        ),
        freeze_table('monitoring_triggerreport'),
    ]
