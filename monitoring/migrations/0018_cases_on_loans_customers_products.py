"""A case stands on a warning, or on a loan, a customer or a product: new columns have constant defaults, so no row is
written anew; the checks read the cases once."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# What a case is about: all that its steps, approvals and log entries speak of.
GUARD = """
CREATE OR REPLACE FUNCTION warning_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a case is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.product_id, NEW.opened_at, NEW.topic, NEW.key)
            IS DISTINCT FROM (OLD.id, OLD.product_id, OLD.opened_at, OLD.topic, OLD.key)
        OR NEW.warning_id IS DISTINCT FROM OLD.warning_id OR NEW.loan_id IS DISTINCT FROM OLD.loan_id
        OR NEW.customer_id IS DISTINCT FROM OLD.customer_id THEN
        RAISE EXCEPTION 'what a case is about never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'CLOSED' AND NEW.state <> 'OPEN' THEN
        RAISE EXCEPTION 'a closed case is opened again before it changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT monitoring_is_approved(NEW.approval_id, 'warning_closing', NEW.id) THEN
        RAISE EXCEPTION 'no other person approved this closing' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_governed_documents"),
        ("lending", "0012_loan_changes"),
        ("monitoring", "0017_challengers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="warningcase",
            options={
                "permissions": [
                    ("work_warningcase", "Work on the cases of loans and customers"),
                    ("work_productcase", "Work on the cases of models and rules"),
                ],
                "verbose_name": "case of a warning",
                "verbose_name_plural": "cases of warnings",
            },
        ),
        migrations.RemoveConstraint(
            model_name="warningcase",
            name="warning_case_severe_false_has_second",
        ),
        migrations.AddField(
            model_name="warningcase",
            name="customer",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="warning_cases",
                to="lending.customer",
                verbose_name="customer",
            ),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="facts",
            field=models.JSONField(
                blank=True, help_text="What it was found in, by number", null=True, verbose_name="facts"
            ),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="hit_count",
            field=models.PositiveIntegerField(db_default=1, default=1, verbose_name="hits"),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="key",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Hits of the same key merge",
                max_length=200,
                verbose_name="key",
            ),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="loan",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="Empty where a warning names it",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="warning_cases",
                to="lending.loan",
                verbose_name="loan",
            ),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="lower_count",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, verbose_name="looks in a row that found less"
            ),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="lower_rank",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="the worst they found"),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="reasons",
            field=models.JSONField(
                blank=True, help_text="At most four: code, zh, en", null=True, verbose_name="reasons"
            ),
        ),
        migrations.AddField(
            model_name="warningcase",
            name="topic",
            field=models.CharField(
                choices=[
                    ("WARNING", "Early warning on a loan"),
                    ("PAYOUT", "Payout without approval"),
                    ("OVERRIDE", "Override of a health code ended"),
                    ("SCORES", "Drift of scores"),
                    ("VARIABLES", "Drift of variables"),
                    ("HIT_RATE", "Drift of a rule's hit rate"),
                    ("RANKING", "Model ranks worse"),
                    ("CALIBRATION", "Drift of calibration"),
                    ("VALIDATION", "Validation of a model overdue"),
                ],
                db_default="WARNING",
                default="WARNING",
                max_length=12,
                verbose_name="about",
            ),
        ),
        migrations.AlterField(
            model_name="warningcase",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("TRUE_TROUBLE", "True trouble"),
                    ("FALSE_ALARM", "False alarm"),
                    ("CURED", "Cured"),
                    ("DUPLICATE", "Duplicate"),
                    ("RETRAINED", "Model trained anew"),
                    ("RECALIBRATED", "Model recalibrated"),
                    ("VALIDATED", "Model validated"),
                    ("RETIRED", "Model retired"),
                    ("RULE_CHANGED", "Rule changed"),
                    ("CORRECTED", "Corrected at its source"),
                    ("CONFIRMED", "The finding stands"),
                    ("ACCEPTED", "Accepted as it is, with a reason"),
                ],
                max_length=12,
                verbose_name="outcome",
            ),
        ),
        migrations.AlterField(
            model_name="warningcase",
            name="warning",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="case",
                to="monitoring.earlywarning",
                verbose_name="early warning",
            ),
        ),
        migrations.AlterField(
            model_name="warningcasestep",
            name="note",
            field=models.BinaryField(
                default=b"", help_text="Sealed under the customer's key, where there is one", verbose_name="words"
            ),
        ),
        migrations.AddIndex(
            model_name="warningcase",
            index=models.Index(condition=models.Q(("key", ""), _negated=True), fields=["key"], name="warning_case_key"),
        ),
        migrations.AddIndex(
            model_name="warningcase",
            index=models.Index(condition=models.Q(("loan__isnull", False)), fields=["loan"], name="warning_case_loan"),
        ),
        migrations.AddIndex(
            model_name="warningcase",
            index=models.Index(
                condition=models.Q(("customer__isnull", False)), fields=["customer"], name="warning_case_customer"
            ),
        ),
        migrations.AddConstraint(
            model_name="warningcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("level_rank__gte", 3),
                        ("outcome__in", ("FALSE_ALARM", "ACCEPTED")),
                        ("state", "CLOSED"),
                        _negated=True,
                    ),
                    ("approval__isnull", False),
                    _connector="OR",
                ),
                name="warning_case_severe_has_second",
            ),
        ),
        migrations.AddConstraint(
            model_name="warningcase",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("customer__isnull", True),
                        ("key", ""),
                        ("loan__isnull", True),
                        ("topic", "WARNING"),
                        ("warning__isnull", False),
                    ),
                    models.Q(
                        ("customer__isnull", True),
                        ("loan__isnull", False),
                        ("topic", "PAYOUT"),
                        ("warning__isnull", True),
                        models.Q(("key", ""), _negated=True),
                    ),
                    models.Q(
                        ("customer__isnull", False),
                        ("loan__isnull", True),
                        ("topic", "OVERRIDE"),
                        ("warning__isnull", True),
                        models.Q(("key", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(
                            ("customer__isnull", True),
                            ("loan__isnull", True),
                            ("warning__isnull", True),
                            models.Q(("key", ""), _negated=True),
                        ),
                        ("topic__in", ("SCORES", "VARIABLES", "HIT_RATE", "RANKING", "CALIBRATION", "VALIDATION")),
                    ),
                    _connector="OR",
                ),
                name="warning_case_stands_on_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="warningcase",
            constraint=models.UniqueConstraint(
                condition=models.Q(models.Q(("state", "CLOSED"), _negated=True), models.Q(("key", ""), _negated=True)),
                fields=("key",),
                name="warning_case_one_open_per_key",
            ),
        ),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
    ]
