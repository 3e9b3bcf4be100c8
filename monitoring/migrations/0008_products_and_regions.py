"""Products by region and month, and what regions do to repayment; fits are written once."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_append_only'),
        ('lending', '0006_book'),
        ('monitoring', '0007_warning_case_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='RegionInfluence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('as_of', models.DateField(verbose_name='as of')),
                ('policy_hash', models.CharField(max_length=64, verbose_name='policy hash')),
                ('state', models.CharField(choices=[('ASSESSED', 'Assessed'), ('NOT_ASSESSED', 'Not assessed')], max_length=12, verbose_name='state')),
                ('why', models.CharField(blank=True, max_length=20, verbose_name='why not')),
                ('loans', models.PositiveIntegerField(verbose_name='matured loans')),
                ('bads', models.PositiveIntegerField(verbose_name='of them bad')),
                ('document', models.JSONField(verbose_name='reference and effects')),
                ('is_synthetic', models.BooleanField(default=False, verbose_name='made up')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'regional influence',
                'verbose_name_plural': 'regional influences',
            },
        ),
        migrations.CreateModel(
            name='RegionFigure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('yxtz', models.FloatField(help_text='0 to 1, higher is riskier', null=True, verbose_name='Yxtz')),
                ('features', models.JSONField(verbose_name='features')),
                ('parts', models.JSONField(verbose_name='what each adds')),
                ('missing', models.JSONField(verbose_name='unknown features')),
                ('loans', models.PositiveIntegerField(verbose_name='matured loans')),
                ('region', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='lending.region', verbose_name='region')),
                ('influence', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='figures', to='monitoring.regioninfluence', verbose_name='fit')),
            ],
            options={
                'verbose_name': 'figure of a region',
                'verbose_name_plural': 'figures of regions',
            },
        ),
        migrations.CreateModel(
            name='ProductMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day', verbose_name='month')),
                ('applications', models.PositiveIntegerField(default=0, verbose_name='applications')),
                ('decided', models.PositiveIntegerField(default=0, verbose_name='of them decided')),
                ('approved', models.PositiveIntegerField(default=0, verbose_name='of them approved')),
                ('taken_up', models.PositiveIntegerField(default=0, verbose_name='of them taken up')),
                ('contracts', models.PositiveIntegerField(default=0, verbose_name='new contracts')),
                ('amount_minor', models.BigIntegerField(default=0, verbose_name='amount of new contracts')),
                ('rated', models.PositiveIntegerField(default=0, verbose_name='contracts with a rate')),
                ('rated_minor', models.BigIntegerField(default=0, verbose_name='their amount')),
                ('rate_amount', models.FloatField(default=0.0, verbose_name='their amount × annual rate')),
                ('term_amount', models.FloatField(default=0.0, verbose_name='their amount × months')),
                ('customers_due', models.PositiveIntegerField(default=0, verbose_name='customers with a due date')),
                ('customers_missed', models.PositiveIntegerField(default=0, verbose_name='of them missed one')),
                ('as_of', models.DateField(verbose_name='counted as of')),
                ('is_synthetic', models.BooleanField(default=False, verbose_name='made up')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.product', verbose_name='product')),
                ('region', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='lending.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'month of a product',
                'verbose_name_plural': 'months of products',
                'constraints': [models.UniqueConstraint(fields=('product', 'month', 'region'), name='product_month_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('month__day', 1)), name='product_month_first_day'), models.CheckConstraint(condition=models.Q(('approved__lte', models.F('decided')), ('customers_missed__lte', models.F('customers_due')), ('decided__lte', models.F('applications')), ('rated__lte', models.F('contracts'))), name='product_month_parts')],
            },
        ),
        migrations.AddConstraint(
            model_name='regioninfluence',
            constraint=models.UniqueConstraint(fields=('product', 'as_of', 'policy_hash'), name='region_influence_once'),
        ),
        migrations.AddConstraint(
            model_name='regionfigure',
            constraint=models.UniqueConstraint(fields=('influence', 'region'), name='region_figure_once'),
        ),
        migrations.AddConstraint(
            model_name='regionfigure',
            constraint=models.CheckConstraint(condition=models.Q(('yxtz__isnull', True), models.Q(('yxtz__gte', 0.0), ('yxtz__lte', 1.0)), _connector='OR'), name='region_figure_range'),
        ),
        freeze_table("monitoring_regioninfluence"),
        freeze_table("monitoring_regionfigure"),
    ]
