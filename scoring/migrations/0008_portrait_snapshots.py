"""Portraits kept: sealed and frozen."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0002_append_only"),
        ('lending', '0005_consents'),
        ('scoring', '0007_not_truncated'),
    ]

    operations = [
        migrations.CreateModel(
            name='PortraitSnapshot',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateTimeField(verbose_name='as of')),
                ('taken_at', models.DateTimeField(verbose_name='taken')),
                ('sealed', models.BinaryField(verbose_name='sealed portrait')),
                ('content_hash', models.CharField(max_length=64, verbose_name='content hash')),
                ('catalogue_hash', models.CharField(max_length=64, verbose_name='catalogue')),
                ('model_hash', models.CharField(blank=True, max_length=64, verbose_name='model')),
                ('policy_hash', models.CharField(blank=True, max_length=64, verbose_name='policy')),
                ('product_code', models.CharField(blank=True, max_length=40, verbose_name='product')),
                ('segment', models.CharField(max_length=40, verbose_name='segment')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='portrait_snapshots', to='lending.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'portrait',
                'verbose_name_plural': 'portraits',
                'constraints': [models.UniqueConstraint(fields=('customer', 'as_of', 'content_hash'), name='portrait_snapshot_once'), models.CheckConstraint(condition=models.Q(('as_of__lte', models.F('taken_at'))), name='portrait_snapshot_is_past')],
            },
        ),
        freeze_table("scoring_portraitsnapshot"),
    ]
