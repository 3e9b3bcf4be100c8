"""Imports of the book: sources, mappings, parts put aside, rejects, persons who may be one."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lending', '0008_confirmed_diversion'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BookImport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file_name', models.CharField(blank=True, max_length=120, verbose_name='file')),
                ('upload', models.BinaryField(null=True, verbose_name='uploaded file, sealed')),
                ('wrapped_key', models.BinaryField(null=True, verbose_name='wrapped key')),
                ('state', models.CharField(choices=[('READING', 'Being read'), ('RUNNING', 'Running'), ('DONE', 'Done'), ('FAILED', 'Failed'), ('CANCELLED', 'Cancelled')], default='READING', max_length=9, verbose_name='state')),
                ('rows', models.PositiveIntegerField(default=0, verbose_name='rows')),
                ('new', models.PositiveIntegerField(default=0, verbose_name='new')),
                ('known', models.PositiveIntegerField(default=0, verbose_name='known')),
                ('conflicting', models.PositiveIntegerField(default=0, verbose_name='conflicting')),
                ('rejected', models.PositiveIntegerField(default=0, verbose_name='rejected')),
                ('duplicates', models.PositiveIntegerField(default=0, verbose_name='exact duplicates')),
                ('imputed', models.PositiveIntegerField(default=0, verbose_name='values filled in')),
                ('watermark_from', models.CharField(blank=True, max_length=80, verbose_name='later than')),
                ('watermark_to', models.CharField(blank=True, max_length=80, verbose_name='up to')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('error_code', models.CharField(blank=True, max_length=40, verbose_name='error')),
                ('created_at', models.DateTimeField(verbose_name='asked')),
                ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
            ],
            options={
                'verbose_name': 'import of the book',
                'verbose_name_plural': 'imports of the book',
            },
        ),
        migrations.CreateModel(
            name='BookImportReject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(verbose_name='row')),
                ('reference', models.CharField(blank=True, max_length=80, verbose_name='reference')),
                ('field', models.CharField(max_length=80, verbose_name='field')),
                ('code', models.CharField(max_length=40, verbose_name='code')),
                ('book_import', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejects', to='lending.bookimport', verbose_name='import')),
            ],
            options={
                'verbose_name': 'rejected row',
                'verbose_name_plural': 'rejected rows',
            },
        ),
        migrations.CreateModel(
            name='BookMapping',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('version', models.PositiveIntegerField(verbose_name='version')),
                ('kind', models.CharField(max_length=20, verbose_name='kind of rows')),
                ('document', models.JSONField(verbose_name='columns')),
                ('content_hash', models.CharField(max_length=64, verbose_name='content hash')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
            ],
            options={
                'verbose_name': 'mapping of the book',
                'verbose_name_plural': 'mappings of the book',
            },
        ),
        migrations.AddField(
            model_name='bookimport',
            name='mapping',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='lending.bookmapping', verbose_name='mapping'),
        ),
        migrations.CreateModel(
            name='BookSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, unique=True, verbose_name='name')),
                ('kind', models.CharField(choices=[('SQL', 'SQL database'), ('HTTP', 'HTTP API')], max_length=4, verbose_name='kind')),
                ('query', models.TextField(blank=True, max_length=4000, verbose_name='SELECT or path of the items')),
                ('wrapped_key', models.BinaryField(verbose_name='wrapped key')),
                ('sealed', models.BinaryField(verbose_name='sealed address')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='created by')),
            ],
            options={
                'verbose_name': 'source of the book',
                'verbose_name_plural': 'sources of the book',
            },
        ),
        migrations.AddField(
            model_name='bookimport',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='imports', to='lending.booksource', verbose_name='source'),
        ),
        migrations.CreateModel(
            name='IdentifierToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=20, verbose_name='kind')),
                ('token', models.BinaryField(max_length=8, verbose_name='token')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to='lending.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'token of an identifier',
                'verbose_name_plural': 'tokens of identifiers',
            },
        ),
        migrations.CreateModel(
            name='SuspectedDuplicate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(choices=[('BATCH', 'Alike in one file'), ('TOKENS', 'Alike in the book')], max_length=6, verbose_name='found')),
                ('score', models.FloatField(help_text='0 to 100', verbose_name='likeness')),
                ('found_at', models.DateTimeField(verbose_name='found at')),
                ('book_import', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='suspected', to='lending.bookimport', verbose_name='import')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='suspected', to='lending.customer', verbose_name='customer')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='lending.customer', verbose_name='other customer')),
            ],
            options={
                'verbose_name': 'suspected duplicate',
                'verbose_name_plural': 'suspected duplicates',
            },
        ),
        migrations.CreateModel(
            name='BookImportPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField(verbose_name='number')),
                ('first_row', models.PositiveIntegerField(verbose_name='first row')),
                ('row_count', models.PositiveIntegerField(verbose_name='rows')),
                ('sealed', models.BinaryField(null=True, verbose_name='sealed rows')),
                ('is_done', models.BooleanField(default=False, verbose_name='done')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('book_import', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='lending.bookimport', verbose_name='import')),
            ],
            options={
                'verbose_name': 'part of an import',
                'verbose_name_plural': 'parts of imports',
                'constraints': [models.UniqueConstraint(fields=('book_import', 'number'), name='book_import_part_once'), models.CheckConstraint(condition=models.Q(models.Q(('is_done', False), ('sealed__isnull', False)), models.Q(('is_done', True), ('sealed__isnull', True)), _connector='OR'), name='book_import_part_sealed_until_done')],
            },
        ),
        migrations.AddConstraint(
            model_name='bookmapping',
            constraint=models.UniqueConstraint(fields=('name', 'version'), name='book_mapping_version_once'),
        ),
        migrations.AddConstraint(
            model_name='bookimport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['READING', 'RUNNING']), ('wrapped_key__isnull', False)), models.Q(('state__in', ['DONE', 'FAILED', 'CANCELLED']), ('upload__isnull', True), ('wrapped_key__isnull', True)), _connector='OR'), name='book_import_key_while_open'),
        ),
        migrations.AddIndex(
            model_name='identifiertoken',
            index=models.Index(fields=['kind', 'token'], name='identifier_token_lookup'),
        ),
        migrations.AddConstraint(
            model_name='identifiertoken',
            constraint=models.UniqueConstraint(fields=('customer', 'kind', 'token'), name='identifier_token_once'),
        ),
        migrations.AddConstraint(
            model_name='suspectedduplicate',
            constraint=models.UniqueConstraint(fields=('customer', 'other'), name='suspected_duplicate_once'),
        ),
        migrations.AddConstraint(
            model_name='suspectedduplicate',
            constraint=models.CheckConstraint(condition=models.Q(('customer__gt', models.F('other'))), name='suspected_duplicate_in_order'),
        ),
    ]
