"""Loans closed, open again and restructured, as facts; and since when a closing is known."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("lending", "0011_standing_per_product"),
    ]

    operations = [
        migrations.AddField(
            model_name="loan",
            name="closed_known_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="closing known"),
        ),
        migrations.CreateModel(
            name="LoanChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("external_id", models.CharField(max_length=80, verbose_name="number of the change")),
                (
                    "kind",
                    models.CharField(
                        choices=[("CLOSED", "Closed"), ("REOPENED", "Open again"), ("RESTRUCTURED", "Restructured")],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("changed_on", models.DateField(help_text="Business date", verbose_name="changed on")),
                (
                    "cause",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("REPAID", "Repaid"),
                            ("WRITTEN_OFF", "Written off"),
                            ("SOLD", "Sold"),
                            ("REFINANCED", "Replaced by another loan"),
                            ("OTHER", "Other"),
                        ],
                        default="",
                        max_length=16,
                        verbose_name="cause",
                    ),
                ),
                ("known_at", models.DateTimeField(verbose_name="known")),
                ("recorded_at", models.DateTimeField(verbose_name="recorded")),
                ("source", models.CharField(max_length=40, verbose_name="source")),
                (
                    "loan",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="changes",
                        to="lending.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a loan",
                "verbose_name_plural": "changes of loans",
                "constraints": [
                    models.UniqueConstraint(fields=("loan", "external_id"), name="loan_change_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "CLOSED"), ("cause", ""), _connector="XOR"),
                        name="loan_change_closed_with_cause",
                    ),
                ],
            },
        ),
    ]
