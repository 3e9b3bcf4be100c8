"""Indexes for searches by the beginning of a number, for loans written off, and for cohorts by month of opening, which
takes the place of the one on the product alone. Built beside the work that goes on.
"""

import django.db.models.deletion
from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models
from django.db.models.functions import Upper

_BEFORE = "lending_loan_product_id_dcced5a2"
_INDEXES = {
    "loan_number_beginning": "lending_loan (upper(external_id) text_pattern_ops)",
    "application_number_beginning": "lending_application (upper(external_id) text_pattern_ops)",
    "loan_by_opening": "lending_loan (product_id, opened_on) INCLUDE (id)",
    "loan_written_off": "lending_loan (product_id) WHERE closed_cause = 'WRITTEN_OFF' OR has_reopened",
    _BEFORE: "lending_loan (product_id)",
}


def _built(name: str) -> list[str]:
    """Not in one transaction: what an interrupted building left behind is dropped first."""
    drop_broken = f"""
        DO $$ BEGIN
            IF EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('{name}') AND NOT indisvalid) THEN
                DROP INDEX {name};
            END IF;
        END $$
    """
    return [drop_broken, f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {_INDEXES[name]}"]


def _dropped(name: str) -> list[str]:
    return [f"DROP INDEX CONCURRENTLY IF EXISTS {name}"]


def _added(model: str, index: models.Index) -> migrations.RunSQL:
    return migrations.RunSQL(
        _built(index.name), _dropped(index.name), state_operations=[migrations.AddIndex(model_name=model, index=index)]
    )


def _beginning(model: str, name: str) -> migrations.RunSQL:
    return _added(model, models.Index(OpClass(Upper("external_id"), name="text_pattern_ops"), name=name))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("lending", "0016_repayments_corrected")]

    operations = [
        _beginning("loan", "loan_number_beginning"),
        _beginning("application", "application_number_beginning"),
        _added(
            "loan",
            models.Index(
                fields=["product"],
                name="loan_written_off",
                condition=models.Q(closed_cause="WRITTEN_OFF") | models.Q(has_reopened=True),
            ),
        ),
        migrations.RunSQL(
            [*_built("loan_by_opening"), *_dropped(_BEFORE)],
            [*_built(_BEFORE), *_dropped("loan_by_opening")],
            state_operations=[
                migrations.AddIndex(
                    model_name="loan",
                    index=models.Index(fields=["product", "opened_on"], include=["id"], name="loan_by_opening"),
                ),
                migrations.AlterField(
                    model_name="loan",
                    name="product",
                    field=models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="loans",
                        to="lending.product",
                        verbose_name="product",
                    ),
                ),
            ],
        ),
    ]
