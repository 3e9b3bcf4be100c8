"""Drafts of the catalogue."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scoring', '0004_variable_profile'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CatalogueDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('document', models.JSONField(verbose_name='document')),
                ('content_hash', models.CharField(max_length=64, verbose_name='content hash')),
                ('state', models.CharField(choices=[('OPEN', 'Draft'), ('SUBMITTED', 'Submitted'), ('DISCARDED', 'Discarded')], default='OPEN', max_length=10, verbose_name='state')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('changed_at', models.DateTimeField(verbose_name='last changed')),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='author')),
                ('based_on', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoring.catalogueversion', verbose_name='based on')),
                ('editors', models.ManyToManyField(blank=True, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='edited by')),
                ('version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='drafts', to='scoring.catalogueversion', verbose_name='version')),
            ],
            options={
                'verbose_name': 'catalogue draft',
                'verbose_name_plural': 'catalogue drafts',
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'OPEN')), fields=('state',), name='catalogue_draft_one_open')],
            },
        ),
    ]
