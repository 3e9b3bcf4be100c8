"""What is kept of alternative data: measurements of its value, and for which applications it was opened."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_governed_documents'),
        ('lending', '0005_consents'),
        ('scoring', '0008_portrait_snapshots'),
    ]

    operations = [
        migrations.CreateModel(
            name='ValueReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=20, verbose_name='source')),
                ('content_hash', models.CharField(max_length=64, unique=True, verbose_name='content hash')),
                ('document', models.JSONField(verbose_name='figures')),
                ('created_at', models.DateTimeField(verbose_name='measured')),
            ],
            options={
                'verbose_name': 'value report',
                'verbose_name_plural': 'value reports',
            },
        ),
        migrations.CreateModel(
            name='AlternativeUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('used_at', models.DateTimeField(verbose_name='used')),
                ('application', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.application', verbose_name='application')),
                ('pilot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.governeddocument', verbose_name='pilot')),
            ],
            options={
                'verbose_name': 'use of alternative data',
                'verbose_name_plural': 'uses of alternative data',
                'constraints': [models.UniqueConstraint(fields=('pilot', 'application'), name='alternative_use_once')],
            },
        ),
        freeze_table("scoring_valuereport"),
        freeze_table("scoring_alternativeuse"),
    ]
