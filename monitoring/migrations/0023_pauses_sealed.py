"""Why a loan is paused, sealed under its customer's key as other reasons are; what a case's loan owed at first."""

from typing import Any

from django.db import migrations, models

from audit.canonical import content_hash
from lending.vault import key_unwrap, keyed_hash, seal

_GUARD = """
CREATE OR REPLACE FUNCTION monitoring_guard_loan_pause() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a pause is cut short, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.approval_id IS NOT NULL OR NEW.cut_on IS NOT NULL{begun} THEN
            RAISE EXCEPTION 'a pause begins as a request' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.loan_id, NEW.kind, NEW.first_on, NEW.last_on, NEW.reason, NEW.content_hash, NEW.made_at{new})
        IS DISTINCT FROM
        (OLD.id, OLD.loan_id, OLD.kind, OLD.first_on, OLD.last_on, OLD.reason, OLD.content_hash, OLD.made_at{old})
        OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
        OR (OLD.cut_on IS NOT NULL AND (NEW.cut_on IS NULL OR NEW.cut_on > OLD.cut_on)) THEN
        RAISE EXCEPTION 'a pause is replaced or cut short, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS DISTINCT FROM OLD.approval_id AND NOT EXISTS (
        SELECT FROM audit_approval a
        WHERE a.id = NEW.approval_id AND a.object_type = 'loan_pause' AND a.object_id = NEW.id::text
            AND a.state = 'APPROVED' AND a.content_hash = {asked}
            AND a.checker_id <> a.maker_id
    ) THEN
        RAISE EXCEPTION 'nobody else approved exactly this pause' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
"""
_NOW = _GUARD.format(
    begun=" OR NEW.asked_hash <> ''",
    new=", NEW.asked_hash",
    old=", OLD.asked_hash",
    asked="coalesce(nullif(NEW.asked_hash, ''), NEW.content_hash)",
)
_BEFORE = _GUARD.format(begun="", new="", old="", asked="NEW.content_hash")
_OFF = "ALTER TABLE monitoring_loanpause DISABLE TRIGGER monitoring_loanpause_guarded"
_ON = "ALTER TABLE monitoring_loanpause ENABLE ALWAYS TRIGGER monitoring_loanpause_guarded"


def _seal(apps: Any, editor: Any) -> None:
    """Seal each reason; the content asked for keeps its hash, and is bound to what is sealed by a new one.

    A row that is not what was asked for stays so. Of an erased customer no reason is kept.
    """
    pauses = apps.get_model("monitoring", "LoanPause").objects.select_related("loan__customer")
    for pause in pauses.order_by("pk"):
        days = {"first_on": pause.first_on.isoformat(), "last_on": pause.last_on.isoformat()}
        content = {"loan": pause.loan_id, "kind": pause.kind, **days}
        is_sound = pause.content_hash == content_hash({**content, "reason": pause.reason})
        wrapped = pause.loan.customer.wrapped_key
        context = f"loan-pause/{pause.loan_id}/reason".encode()
        pause.sealed = b"" if wrapped is None else seal(key_unwrap(wrapped), pause.reason.encode(), context)
        pause.asked_hash = pause.content_hash
        mark = keyed_hash("loan-pause-reason", pause.sealed).hex()
        bound = {**content, "reason": mark, "asked": keyed_hash("loan-pause-asked", pause.asked_hash.encode()).hex()}
        if is_sound:
            pause.content_hash = content_hash(bound)
        pause.save(update_fields=["sealed", "asked_hash", "content_hash"])


def _refuse(apps: Any, editor: Any) -> None:
    """What is sealed is not opened again to lie in clear."""
    if apps.get_model("monitoring", "LoanPause").objects.exists():
        raise RuntimeError("Reasons of pauses are sealed: this cannot go back.")


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0022_snoozes_of_cases"), ("lending", "0016_repayments_corrected")]

    operations = [
        migrations.AddField(
            model_name="warningcase",
            name="opened_minor",
            field=models.BigIntegerField(
                blank=True,
                help_text="Where it is another amount now",
                null=True,
                verbose_name="owed when it was opened, minor units",
            ),
        ),
        migrations.AlterField(
            model_name="warningcase",
            name="exposure_minor",
            field=models.BigIntegerField(
                help_text="By the last review that found it", verbose_name="owed, minor units"
            ),
        ),
        migrations.AddField(
            model_name="loanpause",
            name="asked_hash",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="From before reasons were sealed: the content that the approval names",
                max_length=64,
                verbose_name="content asked for",
            ),
        ),
        migrations.AddField(model_name="loanpause", name="sealed", field=models.BinaryField(default=b"")),
        migrations.RunSQL(_OFF, _ON),
        migrations.RunPython(_seal, _refuse),
        migrations.RunSQL(_ON, _OFF),
        migrations.RemoveConstraint(model_name="loanpause", name="loan_pause_has_reason"),
        migrations.RemoveField(model_name="loanpause", name="reason"),
        migrations.RenameField(model_name="loanpause", old_name="sealed", new_name="reason"),
        migrations.AlterField(
            model_name="loanpause",
            name="reason",
            field=models.BinaryField(help_text="Sealed under the customer's key", verbose_name="why"),
        ),
        migrations.RunSQL(_NOW, _BEFORE),
    ]
