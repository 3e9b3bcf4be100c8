"""Facts about customers, sealed and only added to."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import freeze_table


class Migration(migrations.Migration):

    dependencies = [
        ("audit", "0002_append_only"),
        ('lending', '0003_list_entry_guards'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerFact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('variable', models.CharField(max_length=64, verbose_name='variable')),
                ('sealed', models.BinaryField(verbose_name='sealed value')),
                ('event_at', models.DateTimeField(verbose_name='true from')),
                ('known_at', models.DateTimeField(verbose_name='known')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
                ('provenance', models.CharField(choices=[('SELF_DECLARED', 'Declared by the customer'), ('THIRD_PARTY', 'Told by a third party'), ('OBSERVED', 'Observed by us'), ('DERIVED', 'Worked out from other facts')], max_length=13, verbose_name='provenance')),
                ('is_verified', models.BooleanField(default=False, verbose_name='verified')),
                ('confirmed_by', models.CharField(blank=True, help_text='An independent source that says the same', max_length=40, verbose_name='confirmed by')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='facts', to='lending.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'customer fact',
                'verbose_name_plural': 'customer facts',
                'indexes': [models.Index(fields=['customer', 'variable', '-event_at', '-known_at'], name='customer_fact_latest')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'variable', 'event_at', 'known_at', 'source'), name='customer_fact_once'), models.CheckConstraint(condition=models.Q(('event_at__lte', models.F('known_at')), ('known_at__lte', models.F('recorded_at'))), name='customer_fact_times_in_order'), models.CheckConstraint(condition=models.Q(('confirmed_by', ''), models.Q(('confirmed_by', models.F('source')), _negated=True), _connector='OR'), name='customer_fact_confirmed_by_another')],
            },
        ),
        freeze_table("lending_customerfact"),
    ]
