"""Drift reports, their references and proposals of new models; an early warning may stand on a product's drift."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_append_only'),
        ('lending', '0001_initial'),
        ('monitoring', '0002_review_detail'),
        ('scoring', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='RetrainingProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateField(verbose_name='as of')),
                ('state', models.CharField(choices=[('PROPOSED', 'Proposed'), ('NOT_ENOUGH_DATA', 'Not enough data'), ('REFUSED', 'Refused by its checks')], max_length=16, verbose_name='state')),
                ('outcomes', models.PositiveIntegerField(verbose_name='matured outcomes')),
                ('bads', models.PositiveIntegerField(verbose_name='of them bad')),
                ('evidence', models.JSONField(blank=True, default=dict, verbose_name='evidence')),
                ('error_code', models.CharField(blank=True, max_length=60, verbose_name='error')),
                ('error_text', models.TextField(blank=True, verbose_name='what went wrong')),
                ('created_at', models.DateTimeField(verbose_name='created')),
            ],
            options={
                'verbose_name': 'retraining proposal',
                'verbose_name_plural': 'retraining proposals',
            },
        ),
        migrations.AddField(
            model_name='earlywarning',
            name='product',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.product', verbose_name='drifting product'),
        ),
        migrations.AlterField(
            model_name='earlywarning',
            name='customer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='early_warnings', to='lending.customer', verbose_name='customer'),
        ),
        migrations.AlterField(
            model_name='earlywarning',
            name='first_run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='monitoring.reviewrun', verbose_name='first seen in'),
        ),
        migrations.AlterField(
            model_name='earlywarning',
            name='last_run',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='monitoring.reviewrun', verbose_name='last seen in'),
        ),
        migrations.AlterField(
            model_name='earlywarning',
            name='loan',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='early_warnings', to='lending.loan', verbose_name='loan'),
        ),
        migrations.CreateModel(
            name='DriftReference',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=10, verbose_name='stage')),
                ('subject', models.CharField(choices=[('MODEL', 'Model'), ('RULES', 'Rules')], max_length=8, verbose_name='subject')),
                ('content_hash', models.CharField(max_length=64, verbose_name='content hash')),
                ('cases', models.PositiveIntegerField(verbose_name='cases')),
                ('since', models.DateField(verbose_name='from')),
                ('until', models.DateField(verbose_name='to')),
                ('document', models.JSONField(help_text='Bins and counts, or hits by rule', verbose_name='counts')),
                ('frozen_at', models.DateTimeField(verbose_name='frozen')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'drift reference',
                'verbose_name_plural': 'drift references',
            },
        ),
        migrations.CreateModel(
            name='DriftReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='from')),
                ('until', models.DateField(help_text='Last business date of the period; what was known by its end counts', verbose_name='to')),
                ('policy_hash', models.CharField(max_length=64, verbose_name='policy hash')),
                ('model_hash', models.CharField(blank=True, max_length=64, verbose_name='model hash')),
                ('rule_set_hash', models.CharField(blank=True, max_length=64, verbose_name='rule set hash')),
                ('state', models.CharField(choices=[('STABLE', 'Stable'), ('DRIFTING', 'Drifting'), ('NOT_ENOUGH_DATA', 'Not enough data')], max_length=16, verbose_name='state')),
                ('level', models.CharField(choices=[('NONE', 'None'), ('BLUE', 'Blue'), ('YELLOW', 'Yellow'), ('ORANGE', 'Orange'), ('RED', 'Red')], max_length=8, verbose_name='level')),
                ('decisions', models.PositiveIntegerField(verbose_name='decisions')),
                ('matured', models.PositiveIntegerField(verbose_name='matured outcomes')),
                ('notes', models.JSONField(blank=True, default=list, help_text='Codes of what limits the report', verbose_name='notes')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='drift_reports', to='lending.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'drift report',
                'verbose_name_plural': 'drift reports',
            },
        ),
        migrations.CreateModel(
            name='DriftFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(max_length=10, verbose_name='stage')),
                ('measure', models.CharField(choices=[('PSI', 'Population stability (PSI)'), ('CSI', 'Stability of a variable (CSI)'), ('HIT_RATE', 'Hit rate of a rule'), ('KS', 'KS on matured outcomes'), ('SLOPE', 'Calibration slope'), ('IN_THE_LARGE', 'PDs against outcomes, log odds'), ('GRADE', 'Bad rate of a grade')], max_length=14, verbose_name='measure')),
                ('subject', models.CharField(blank=True, help_text='Variable, rule or grade', max_length=80, verbose_name='of')),
                ('value', models.FloatField(null=True, verbose_name='value')),
                ('reference', models.FloatField(null=True, verbose_name='reference')),
                ('limit', models.FloatField(null=True, verbose_name='limit')),
                ('critical', models.FloatField(null=True, verbose_name='critical value')),
                ('p_value', models.FloatField(null=True, verbose_name='p-value')),
                ('cases', models.PositiveIntegerField(verbose_name='cases')),
                ('reference_cases', models.PositiveIntegerField(verbose_name='reference cases')),
                ('state', models.CharField(choices=[('STABLE', 'Stable'), ('DRIFTING', 'Drifting'), ('NOT_ENOUGH_DATA', 'Not enough data')], max_length=16, verbose_name='state')),
                ('is_large', models.BooleanField(default=False, verbose_name='large')),
                ('distribution', models.JSONField(blank=True, default=dict, help_text='Bins with the counts of then and now', verbose_name='distribution')),
                ('report', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='monitoring.driftreport', verbose_name='report')),
            ],
            options={
                'verbose_name': 'drift figure',
                'verbose_name_plural': 'drift figures',
            },
        ),
        migrations.AddField(
            model_name='earlywarning',
            name='first_report',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='monitoring.driftreport', verbose_name='first seen in report'),
        ),
        migrations.AddField(
            model_name='earlywarning',
            name='last_report',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='monitoring.driftreport', verbose_name='last seen in report'),
        ),
        migrations.AddConstraint(
            model_name='earlywarning',
            constraint=models.UniqueConstraint(condition=models.Q(('product__isnull', False), ('state', 'OPEN')), fields=('product',), name='early_warning_one_open_per_product'),
        ),
        migrations.AddConstraint(
            model_name='earlywarning',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('customer__isnull', False), ('first_report__isnull', True), ('first_run__isnull', False), ('last_report__isnull', True), ('last_run__isnull', False), ('loan__isnull', False), ('product__isnull', True)), models.Q(('customer__isnull', True), ('first_report__isnull', False), ('first_run__isnull', True), ('last_report__isnull', False), ('last_run__isnull', True), ('loan__isnull', True), ('product__isnull', False)), _connector='OR'), name='early_warning_on_loan_or_product'),
        ),
        migrations.AddField(
            model_name='retrainingproposal',
            name='package',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='scoring.modelpackage', verbose_name='model'),
        ),
        migrations.AddField(
            model_name='retrainingproposal',
            name='product',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.product', verbose_name='product'),
        ),
        migrations.AddConstraint(
            model_name='driftreference',
            constraint=models.UniqueConstraint(fields=('product', 'stage', 'subject', 'content_hash'), name='drift_reference_once'),
        ),
        migrations.AddConstraint(
            model_name='driftreport',
            constraint=models.UniqueConstraint(fields=('product', 'since', 'until', 'policy_hash'), name='drift_report_once'),
        ),
        migrations.AddConstraint(
            model_name='driftfigure',
            constraint=models.UniqueConstraint(fields=('report', 'stage', 'measure', 'subject'), name='drift_figure_once'),
        ),
        migrations.AddConstraint(
            model_name='retrainingproposal',
            constraint=models.UniqueConstraint(fields=('product', 'until'), name='retraining_once'),
        ),
        migrations.AddConstraint(
            model_name='retrainingproposal',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('package__isnull', False), ('state', 'PROPOSED')), models.Q(models.Q(('state', 'PROPOSED'), _negated=True), ('package__isnull', True)), _connector='OR'), name='retraining_proposed_has_model'),
        ),
        freeze_table("monitoring_driftreference"),
        freeze_table("monitoring_driftreport"),
        freeze_table("monitoring_driftfigure"),
        freeze_table("monitoring_retrainingproposal"),
    ]
