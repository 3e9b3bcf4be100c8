"""The loans that every number of the first page counts, kept so that it opens them."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lending", "0010_standing_unchecked"),
        ("monitoring", "0014_health_asked_by_holder"),
    ]

    operations = [
        migrations.CreateModel(
            name="PortfolioLoan",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "run_id", "loan_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("owed_minor", models.BigIntegerField(verbose_name="owed")),
                ("pd", models.FloatField(null=True, verbose_name="PD")),
                ("days_late", models.IntegerField(null=True, verbose_name="days past due")),
                ("is_serious", models.BooleanField(verbose_name="seriously late")),
                ("segment", models.CharField(blank=True, max_length=40, verbose_name="segment")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("NONE", "None"),
                            ("BLUE", "Blue"),
                            ("YELLOW", "Yellow"),
                            ("ORANGE", "Orange"),
                            ("RED", "Red"),
                        ],
                        max_length=8,
                        verbose_name="level",
                    ),
                ),
                ("bucket", models.CharField(blank=True, max_length=40, verbose_name="bucket")),
                (
                    "bucket_before",
                    models.CharField(
                        blank=True, help_text="Where both are known", max_length=40, verbose_name="bucket before"
                    ),
                ),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="category")),
                ("opened", models.CharField(max_length=7, verbose_name="month of opening")),
                ("warning_level", models.CharField(blank=True, max_length=8, verbose_name="level of the open warning")),
                ("warning_age", models.CharField(blank=True, max_length=8, verbose_name="days that it is open")),
                (
                    "health",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("GREEN", "Green"),
                            ("AMBER", "Amber"),
                            ("RED", "Red"),
                            ("NOT_ASSESSED", "Not assessed"),
                        ],
                        help_text="On the first loan of a customer only",
                        max_length=12,
                        verbose_name="health code",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="lending.customer",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="lending.loan",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="lending.region",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="monitoring.reviewrun",
                    ),
                ),
                (
                    "warning",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="monitoring.earlywarning",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan of a counted portfolio",
                "verbose_name_plural": "loans of counted portfolios",
            },
        ),
    ]
