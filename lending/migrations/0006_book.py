"""What the book holds beside loans: schedules, payments, accounts, links, regions."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lending', '0005_consents'),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountTransaction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=80, verbose_name='transaction number')),
                ('event_at', models.DateTimeField(verbose_name='happened')),
                ('known_at', models.DateTimeField(verbose_name='known')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('balance_after_minor', models.BigIntegerField(blank=True, null=True, verbose_name='balance after')),
                ('category', models.CharField(blank=True, max_length=40, verbose_name='category')),
                ('merchant_category', models.CharField(blank=True, help_text='ISO 18245', max_length=8, verbose_name='merchant category')),
                ('counterparty_key', models.CharField(blank=True, max_length=32, verbose_name='key of the other account')),
                ('sealed', models.BinaryField(verbose_name='sealed texts')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
            ],
            options={
                'verbose_name': 'account transaction',
                'verbose_name_plural': 'account transactions',
            },
        ),
        migrations.CreateModel(
            name='BankAccount',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(help_text="The reporting system's own reference, no personal data", max_length=80, unique=True, verbose_name='reference')),
                ('account_key', models.CharField(blank=True, max_length=32, verbose_name='account key')),
                ('currency', models.CharField(help_text='ISO 4217', max_length=3, verbose_name='currency')),
                ('opened_on', models.DateField(blank=True, null=True, verbose_name='opened')),
                ('opening_balance_minor', models.BigIntegerField(blank=True, null=True, verbose_name='opening balance')),
                ('opening_at', models.DateTimeField(blank=True, null=True, verbose_name='opening balance as of')),
                ('is_own', models.BooleanField(default=True, help_text='No: held by somebody linked to the customer', verbose_name='own account')),
            ],
            options={
                'verbose_name': 'bank account',
                'verbose_name_plural': 'bank accounts',
            },
        ),
        migrations.CreateModel(
            name='CustomerLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('GUARANTOR', 'Guarantor'), ('CO_BORROWER', 'Co-borrower'), ('FAMILY', 'Family'), ('EMPLOYER_MATE', 'Same employer'), ('SHARED_DEVICE', 'Same device')], max_length=16, verbose_name='kind')),
                ('is_liable', models.BooleanField(default=False, verbose_name='liable')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('known_at', models.DateTimeField(verbose_name='known')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
            ],
            options={
                'verbose_name': 'link between customers',
                'verbose_name_plural': 'links between customers',
            },
        ),
        migrations.CreateModel(
            name='CustomerMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day', verbose_name='month')),
                ('known_at', models.DateTimeField(verbose_name='known')),
                ('income_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='income')),
                ('lender_in_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='from lenders')),
                ('lender_out_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='to lenders')),
                ('cash_out_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='cash withdrawn')),
                ('gambling_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='gambling')),
                ('lowest_balance_minor', models.BigIntegerField(blank=True, null=True, verbose_name='lowest balance')),
                ('spend_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='spent')),
            ],
            options={
                'verbose_name': 'month of a customer',
                'verbose_name_plural': 'months of customers',
            },
        ),
        migrations.CreateModel(
            name='Instalment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('due_on', models.DateField(verbose_name='due')),
                ('principal_minor', models.BigIntegerField(verbose_name='principal')),
                ('interest_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='interest')),
                ('fee_minor', models.BigIntegerField(db_default=0, default=0, verbose_name='fees')),
                ('known_at', models.DateTimeField(verbose_name='known')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
            ],
            options={
                'verbose_name': 'instalment',
                'verbose_name_plural': 'instalments',
            },
        ),
        migrations.CreateModel(
            name='Region',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=40, unique=True, verbose_name='code')),
                ('name_en', models.CharField(max_length=120, verbose_name='name (English)')),
                ('name_zh', models.CharField(max_length=120, verbose_name='name (Chinese)')),
                ('tile_column', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='column on the map')),
                ('tile_row', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='row on the map')),
            ],
            options={
                'verbose_name': 'region',
                'verbose_name_plural': 'regions',
            },
        ),
        migrations.CreateModel(
            name='RegionMonth',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('month', models.DateField(help_text='Its first day', verbose_name='month')),
                ('indicator', models.CharField(max_length=40, verbose_name='indicator')),
                ('value', models.FloatField(verbose_name='value')),
                ('event_at', models.DateTimeField(verbose_name='happened')),
                ('known_at', models.DateTimeField(verbose_name='known')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
            ],
            options={
                'verbose_name': 'month of a region',
                'verbose_name_plural': 'months of regions',
            },
        ),
        migrations.CreateModel(
            name='Repayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(max_length=80, verbose_name='payment number')),
                ('paid_on', models.DateField(help_text='Business date', verbose_name='paid on')),
                ('event_at', models.DateTimeField(verbose_name='happened')),
                ('known_at', models.DateTimeField(verbose_name='known')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('amount_minor', models.BigIntegerField(verbose_name='amount')),
                ('source', models.CharField(max_length=40, verbose_name='source')),
            ],
            options={
                'verbose_name': 'repayment',
                'verbose_name_plural': 'repayments',
            },
        ),
        migrations.AddField(
            model_name='loan',
            name='annual_rate',
            field=models.FloatField(blank=True, help_text='A share: 0.12 is 12 %', null=True, verbose_name='annual rate'),
        ),
        migrations.AddField(
            model_name='loan',
            name='branch',
            field=models.CharField(blank=True, db_default='', default='', max_length=40, verbose_name='branch'),
        ),
        migrations.AddField(
            model_name='loan',
            name='disbursed_minor',
            field=models.BigIntegerField(blank=True, null=True, verbose_name='disbursed'),
        ),
        migrations.AddField(
            model_name='loan',
            name='purpose',
            field=models.CharField(blank=True, db_default='', default='', help_text='A code such as education, house_renovation or refinance', max_length=40, verbose_name='purpose'),
        ),
        migrations.AddField(
            model_name='loan',
            name='restructured_on',
            field=models.DateField(blank=True, null=True, verbose_name='restructured'),
        ),
        migrations.AddField(
            model_name='loan',
            name='term_months',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='term in months'),
        ),
        migrations.AddField(
            model_name='riskevent',
            name='external_id',
            field=models.CharField(blank=True, db_default='', default='', max_length=80, verbose_name='event number'),
        ),
        migrations.AlterField(
            model_name='riskevent',
            name='kind',
            field=models.CharField(choices=[('application', 'Application received'), ('decline', 'Application declined here'), ('decline_elsewhere', 'Application declined elsewhere'), ('loan_elsewhere', 'New loan elsewhere'), ('enquiry_elsewhere', 'Enquiry by another lender'), ('instalment_missed', 'Instalment missed'), ('instalment_paid', 'Instalment paid'), ('transfer_in', 'Transfer received'), ('transfer_out', 'Transfer sent'), ('cash_out', 'Cash withdrawn'), ('contact_lost', 'Contact lost'), ('disbursement', 'Loan paid out'), ('missed_elsewhere', 'Instalment missed elsewhere'), ('lender_inflow', 'Money received from a lender'), ('income_stopped', 'Income stopped'), ('income_fell', 'Income fell'), ('negative_balance', 'Negative balance'), ('gambling_spend', 'Gambling-like spending'), ('employer_shock', 'Shock at the employer'), ('region_shock', 'Shock in the region'), ('guarantor_trouble', 'Guarantor in trouble'), ('linked_customer_trouble', 'Linked customer in trouble'), ('diversion_suspected', 'Diversion suspected'), ('diversion_confirmed', 'Diversion confirmed')], max_length=30, verbose_name='kind'),
        ),
        migrations.AddConstraint(
            model_name='riskevent',
            constraint=models.UniqueConstraint(condition=models.Q(('external_id', ''), _negated=True), fields=('source', 'external_id'), name='risk_event_once'),
        ),
        migrations.AddField(
            model_name='accounttransaction',
            name='loan',
            field=models.ForeignKey(blank=True, help_text='The loan whose disbursement or repayment it is', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='transactions', to='lending.loan', verbose_name='loan'),
        ),
        migrations.AddField(
            model_name='bankaccount',
            name='customer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='bank_accounts', to='lending.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='accounttransaction',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='transactions', to='lending.bankaccount', verbose_name='account'),
        ),
        migrations.AddField(
            model_name='customerlink',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='lending.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='customerlink',
            name='other',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='linked_by', to='lending.customer', verbose_name='linked customer'),
        ),
        migrations.AddField(
            model_name='customermonth',
            name='customer',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='months', to='lending.customer', verbose_name='customer'),
        ),
        migrations.AddField(
            model_name='instalment',
            name='loan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='instalments', to='lending.loan', verbose_name='loan'),
        ),
        migrations.AddField(
            model_name='region',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='lending.region', verbose_name='part of'),
        ),
        migrations.AddField(
            model_name='loan',
            name='region',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='lending.region', verbose_name='region'),
        ),
        migrations.AddField(
            model_name='regionmonth',
            name='region',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='months', to='lending.region', verbose_name='region'),
        ),
        migrations.AddField(
            model_name='repayment',
            name='loan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='repayments', to='lending.loan', verbose_name='loan'),
        ),
        migrations.AddIndex(
            model_name='bankaccount',
            index=models.Index(condition=models.Q(('account_key', ''), _negated=True), fields=['account_key'], name='bank_account_key'),
        ),
        migrations.AddIndex(
            model_name='accounttransaction',
            index=models.Index(fields=['account', 'event_at'], name='transaction_in_time'),
        ),
        migrations.AddConstraint(
            model_name='accounttransaction',
            constraint=models.UniqueConstraint(fields=('account', 'external_id'), name='transaction_once'),
        ),
        migrations.AddConstraint(
            model_name='customerlink',
            constraint=models.UniqueConstraint(fields=('customer', 'other', 'kind', 'since', 'known_at'), name='customer_link_once'),
        ),
        migrations.AddConstraint(
            model_name='customerlink',
            constraint=models.CheckConstraint(condition=models.Q(('customer', models.F('other')), _negated=True), name='customer_link_to_another'),
        ),
        migrations.AddConstraint(
            model_name='customerlink',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('since')), _connector='OR'), name='customer_link_days_in_order'),
        ),
        migrations.AddConstraint(
            model_name='customermonth',
            constraint=models.UniqueConstraint(fields=('customer', 'month', 'known_at'), name='customer_month_once'),
        ),
        migrations.AddConstraint(
            model_name='customermonth',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='customer_month_first_day'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.UniqueConstraint(fields=('loan', 'number', 'known_at'), name='instalment_once'),
        ),
        migrations.AddConstraint(
            model_name='instalment',
            constraint=models.CheckConstraint(condition=models.Q(('fee_minor__gte', 0), ('interest_minor__gte', 0), ('principal_minor__gte', 0)), name='instalment_not_negative'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('tile_column__isnull', True), ('tile_row__isnull', True)), models.Q(('tile_column__isnull', False), ('tile_row__isnull', False)), _connector='OR'), name='region_tile_whole'),
        ),
        migrations.AddConstraint(
            model_name='region',
            constraint=models.CheckConstraint(condition=models.Q(('parent', models.F('pk')), _negated=True), name='region_not_part_of_itself'),
        ),
        migrations.AddConstraint(
            model_name='regionmonth',
            constraint=models.UniqueConstraint(fields=('region', 'month', 'indicator', 'known_at'), name='region_month_once'),
        ),
        migrations.AddConstraint(
            model_name='regionmonth',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='region_month_first_day'),
        ),
        migrations.AddConstraint(
            model_name='repayment',
            constraint=models.UniqueConstraint(fields=('loan', 'external_id'), name='repayment_once'),
        ),
        migrations.AddConstraint(
            model_name='repayment',
            constraint=models.CheckConstraint(condition=models.Q(('amount_minor', 0), _negated=True), name='repayment_not_zero'),
        ),
    ]
