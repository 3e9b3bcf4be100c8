"""Findings on the use of loans, never changed; when each loan was looked at last."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ('lending', '0008_confirmed_diversion'),
        ('monitoring', '0010_reviews'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DiversionWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('traced_at', models.DateTimeField(blank=True, null=True, verbose_name='followed')),
                ('until', models.DateTimeField(blank=True, null=True, verbose_name='until')),
                ('loan', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='diversion_watch', to='lending.loan', verbose_name='loan')),
            ],
            options={
                'verbose_name': 'watch on the use of a loan',
                'verbose_name_plural': 'watches on the use of loans',
            },
        ),
        migrations.CreateModel(
            name='DiversionFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateTimeField(verbose_name='as of')),
                ('known_at', models.DateTimeField(verbose_name='found')),
                ('state', models.CharField(choices=[('CONSISTENT', 'Consistent with the purpose'), ('SUSPECTED', 'Diversion suspected'), ('CONFIRMED', 'Diversion confirmed'), ('UNTRACEABLE', 'Not to be told')], max_length=11, verbose_name='state')),
                ('purpose', models.CharField(blank=True, max_length=40, verbose_name='declared purpose')),
                ('method', models.CharField(choices=[('HAIRCUT', 'Haircut (in proportion)'), ('FIFO', 'First in, first out')], max_length=7, verbose_name='method')),
                ('disbursed_minor', models.BigIntegerField(verbose_name='paid out')),
                ('diverted_minor', models.BigIntegerField(verbose_name='in prohibited uses')),
                ('untraceable_minor', models.BigIntegerField(verbose_name='cannot be followed')),
                ('off_purpose_minor', models.BigIntegerField(verbose_name='in other than the declared uses')),
                ('circular_minor', models.BigIntegerField(verbose_name='came back')),
                ('diverted_share', models.FloatField(verbose_name='diverted share')),
                ('untraceable_share', models.FloatField(verbose_name='untraceable share')),
                ('other_method_share', models.FloatField(verbose_name='diverted share by the other method')),
                ('causes', models.JSONField(default=list, verbose_name='causes')),
                ('path', models.JSONField(default=dict, verbose_name='path')),
                ('policy_hash', models.CharField(max_length=64, verbose_name='loan use policy')),
                ('note', models.BinaryField(null=True, verbose_name='sealed note')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='decided by')),
                ('follows', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='monitoring.diversionfinding', verbose_name='follows')),
                ('loan', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='diversion_findings', to='lending.loan', verbose_name='loan')),
            ],
            options={
                'verbose_name': 'use of a loan',
                'verbose_name_plural': 'use of loans',
                'permissions': [('decide_diversion', 'Confirm or lift diversion of loan money')],
                'indexes': [models.Index(fields=['loan', '-known_at', '-id'], name='diversion_finding_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_by__isnull', False), ('follows__isnull', False), ('note__isnull', False)), models.Q(('decided_by__isnull', True), ('note__isnull', True), models.Q(('state', 'CONFIRMED'), _negated=True)), _connector='OR'), name='diversion_confirmed_by_a_person'), models.UniqueConstraint(fields=('follows',), name='diversion_finding_followed_once'), models.UniqueConstraint(condition=models.Q(('follows__isnull', True)), fields=('loan',), name='diversion_finding_one_first'), models.CheckConstraint(condition=models.Q(('diverted_share__gte', 0), ('diverted_share__lte', 1), ('disbursed_minor__gt', 0), ('untraceable_share__gte', 0), ('untraceable_share__lte', 1)), name='diversion_shares_in_range')],
            },
        ),
        freeze_table('monitoring_diversionfinding'),
    ]
