"""Lists and what was uploaded for them; the application that an event of ours came from."""


import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_outbox_by_key'),
        ('lending', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='riskevent',
            name='application',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.application', verbose_name='application'),
        ),
        migrations.CreateModel(
            name='ListImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uploaded_at', models.DateTimeField(verbose_name='uploaded')),
                ('state', models.CharField(choices=[('OPEN', 'Preview'), ('PROPOSED', 'Proposed'), ('DISCARDED', 'Discarded')], default='OPEN', max_length=10, verbose_name='state')),
                ('rows', models.JSONField(default=list, verbose_name='rows')),
                ('rejects', models.JSONField(default=list, verbose_name='rejected rows')),
                ('uploaded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='uploaded by')),
            ],
            options={
                'verbose_name': 'list import',
                'verbose_name_plural': 'list imports',
            },
        ),
        migrations.CreateModel(
            name='ListEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('BLACK', 'Black list'), ('WHITE', 'White list'), ('GREY', 'Grey list')], max_length=5, verbose_name='list')),
                ('dimension', models.CharField(choices=[('national_id', 'National ID'), ('phone', 'Phone'), ('device_id', 'Device'), ('address', 'Address'), ('bank_card', 'Bank card'), ('employer', 'Employer')], max_length=20, verbose_name='dimension')),
                ('blind_index', models.BinaryField(max_length=16, verbose_name='blind index')),
                ('hint', models.CharField(blank=True, max_length=4, verbose_name='ends in')),
                ('source', models.CharField(max_length=80, verbose_name='source')),
                ('reason', models.CharField(max_length=400, verbose_name='reason')),
                ('from_at', models.DateTimeField(verbose_name='starts')),
                ('until_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('content_hash', models.CharField(max_length=64, verbose_name='content hash')),
                ('state', models.CharField(choices=[('PROPOSED', 'Waiting for approval'), ('EFFECTIVE', 'Approved'), ('REJECTED', 'Rejected'), ('WITHDRAWN', 'Withdrawn'), ('ENDED', 'Ended')], default='PROPOSED', max_length=10, verbose_name='state')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('known_at', models.DateTimeField(blank=True, null=True, verbose_name='approved')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('approval', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.approval', verbose_name='approval')),
                ('end_approval', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.approval', verbose_name='approval of the end')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='proposed by')),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='lending.listimport', verbose_name='import')),
            ],
            options={
                'verbose_name': 'list entry',
                'verbose_name_plural': 'list entries',
                'indexes': [models.Index(condition=models.Q(('known_at__isnull', False)), fields=['blind_index', 'dimension'], name='list_entry_lookup'), models.Index(fields=['-recorded_at'], name='list_entry_latest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'PROPOSED')), fields=('kind', 'dimension', 'blind_index'), name='list_entry_one_proposal'), models.CheckConstraint(condition=models.Q(('until_at__isnull', True), ('until_at__gt', models.F('from_at')), _connector='OR'), name='list_entry_ends_after_it_starts'), models.CheckConstraint(condition=models.Q(models.Q(('approval__isnull', False), ('known_at__isnull', False), ('state__in', ['EFFECTIVE', 'ENDED'])), models.Q(('approval__isnull', True), ('known_at__isnull', True), ('state__in', ['PROPOSED', 'REJECTED', 'WITHDRAWN'])), _connector='OR'), name='list_entry_in_force_is_approved'), models.CheckConstraint(condition=models.Q(models.Q(('end_approval__isnull', False), ('ended_at__isnull', False), ('state', 'ENDED')), models.Q(models.Q(('state', 'ENDED'), _negated=True), ('end_approval__isnull', True), ('ended_at__isnull', True)), _connector='OR'), name='list_entry_end_is_approved')],
            },
        ),
    ]
