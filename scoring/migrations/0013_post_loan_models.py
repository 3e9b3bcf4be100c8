"""A product may have a model of its own for loans paid out."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0004_governed_documents'),
        ('lending', '0012_loan_changes'),
        ('scoring', '0012_model_purpose'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='modelpackage',
            name='model_purpose_known',
        ),
        migrations.AddConstraint(
            model_name='modelpackage',
            constraint=models.CheckConstraint(condition=models.Q(('purpose__in', ['MAIN', 'THIN_FILE', 'AMOUNT_CONTROL', 'POST_LOAN'])), name='model_purpose_known'),
        ),
    ]
