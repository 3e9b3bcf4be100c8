"""The first night of a book writes a code for everybody and warnings for many: rows of what was read in the same
transaction are not looked up again, and what no query asks for has no index. No table is rewritten.
"""

import django.db.models.deletion
from django.db import migrations, models

# As before, but a code without an override is not asked about one.
GUARDS = """
DROP TRIGGER health_code_guard ON monitoring_healthcode;
CREATE TRIGGER health_code_guard BEFORE UPDATE OR DELETE ON monitoring_healthcode
    FOR EACH ROW EXECUTE FUNCTION health_code_guard();
CREATE TRIGGER health_code_override_guard BEFORE INSERT ON monitoring_healthcode
    FOR EACH ROW WHEN (NEW.override_id IS NOT NULL) EXECUTE FUNCTION health_code_guard();
ALTER TABLE monitoring_healthcode ENABLE ALWAYS TRIGGER health_code_guard;
ALTER TABLE monitoring_healthcode ENABLE ALWAYS TRIGGER health_code_override_guard;
"""
GUARD = """
DROP TRIGGER health_code_override_guard ON monitoring_healthcode;
DROP TRIGGER health_code_guard ON monitoring_healthcode;
CREATE TRIGGER health_code_guard BEFORE INSERT OR UPDATE OR DELETE ON monitoring_healthcode
    FOR EACH ROW EXECUTE FUNCTION health_code_guard();
ALTER TABLE monitoring_healthcode ENABLE ALWAYS TRIGGER health_code_guard;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("lending", "0014_statements_corrected"),
        ("monitoring", "0020_diversion_by_two_persons"),
    ]

    operations = [
        migrations.RunSQL(GUARDS, GUARD),
        migrations.AlterField(
            model_name="earlywarning",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="early_warnings",
                to="lending.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AlterField(
            model_name="earlywarning",
            name="first_report",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.driftreport",
                verbose_name="first seen in report",
            ),
        ),
        migrations.AlterField(
            model_name="earlywarning",
            name="first_run",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.reviewrun",
                verbose_name="first seen in",
            ),
        ),
        migrations.AlterField(
            model_name="earlywarning",
            name="last_report",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.driftreport",
                verbose_name="last seen in report",
            ),
        ),
        migrations.AlterField(
            model_name="earlywarning",
            name="loan",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="early_warnings",
                to="lending.loan",
                verbose_name="loan",
            ),
        ),
        migrations.AlterField(
            model_name="earlywarning",
            name="product",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="lending.product",
                verbose_name="drifting product",
            ),
        ),
        migrations.AlterField(
            model_name="healthcode",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="health_codes",
                to="lending.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AlterField(
            model_name="healthcode",
            name="override",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.healthoverride",
                verbose_name="override",
            ),
        ),
        migrations.AlterField(
            model_name="healthcode",
            name="run",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.reviewrun",
                verbose_name="review",
            ),
        ),
        migrations.AddIndex(
            model_name="earlywarning",
            index=models.Index(
                condition=models.Q(("product__isnull", False)), fields=["product"], name="early_warning_of_product"
            ),
        ),
    ]
