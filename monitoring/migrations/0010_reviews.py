"""Reviews of some loans only, their schedule, and customers to review again."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lending", "0006_book"),
        ("monitoring", "0009_delinquency"),
    ]

    operations = [
        migrations.AddField(
            model_name="reviewchunk",
            name="loan_ids",
            field=models.JSONField(
                blank=True, help_text="Only these; empty: all of the range", null=True, verbose_name="loans"
            ),
        ),
        migrations.AddField(
            model_name="reviewrun",
            name="scope",
            field=models.CharField(
                choices=[
                    ("ALL", "The whole portfolio"),
                    ("DUE", "Loans due by the schedule, and those with news"),
                    ("CUSTOMERS", "Customers with news"),
                ],
                db_default="ALL",
                default="ALL",
                max_length=10,
                verbose_name="what it takes",
            ),
        ),
        migrations.AlterField(
            model_name="reviewresult",
            name="loan",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="review_results",
                to="lending.loan",
                verbose_name="loan",
            ),
        ),
        migrations.AlterField(
            model_name="reviewresult",
            name="portrait",
            field=models.BinaryField(
                help_text="Variables as JSON, sealed under the customer's key; empty where nothing changed",
                verbose_name="portrait",
            ),
        ),
        migrations.AlterField(
            model_name="reviewresult",
            name="run",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="results",
                to="monitoring.reviewrun",
                verbose_name="review",
            ),
        ),
        migrations.CreateModel(
            name="LoanReview",
            fields=[
                (
                    "loan",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="review_state",
                        serialize=False,
                        to="lending.loan",
                        verbose_name="loan",
                    ),
                ),
                ("reviewed_on", models.DateField(verbose_name="last reviewed")),
                ("segment", models.CharField(max_length=40, verbose_name="segment")),
                ("next_due", models.DateField(verbose_name="next due")),
                (
                    "product",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="lending.product",
                        verbose_name="product",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="monitoring.reviewrun",
                        verbose_name="last review",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan in the review schedule",
                "verbose_name_plural": "loans in the review schedule",
                "indexes": [models.Index(fields=["product", "next_due"], name="loan_review_due")],
            },
        ),
        migrations.CreateModel(
            name="ReviewDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("cause", models.CharField(max_length=40, verbose_name="cause")),
                ("since", models.DateTimeField(verbose_name="since")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="taken up")),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="lending.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "customer to review again",
                "verbose_name_plural": "customers to review again",
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["since"], name="review_due_open"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at__isnull", True)), fields=("customer",), name="review_due_once"
                    )
                ],
            },
        ),
    ]
