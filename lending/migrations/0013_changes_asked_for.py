"""Changes of loans under four eyes, corrected statements, sources fetched by schedule, verdicts on duplicates.

Columns of large tables are added with constant defaults, which rewrites nothing.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import truncate_trigger

# Whether a loan that was open again was closed on a day, from its changes as known by an instant. What is known last
# counts: a closing told anew takes the place of the one before, a reopening ends it from its own day on.
CLOSED = """
CREATE FUNCTION lending_was_closed(loan bigint, day date, as_of timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT coalesce((
        SELECT kind = 'CLOSED' FROM (
            SELECT id, kind, changed_on, known_at, lead(kind) OVER (ORDER BY known_at, id) AS following
            FROM lending_loanchange
            WHERE loan_id = loan AND kind IN ('CLOSED', 'REOPENED') AND known_at <= as_of
        ) told
        WHERE changed_on <= day AND NOT (kind = 'CLOSED' AND coalesce(following, '') = 'CLOSED')
        ORDER BY known_at DESC, id DESC LIMIT 1
    ), false)
$$
"""
REQUEST_GUARD = """
CREATE FUNCTION lending_guard_loan_change_request() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'what was asked for stays on record' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.approval_id IS NOT NULL OR NEW.change_id IS NOT NULL THEN
            RAISE EXCEPTION 'a change begins as a request' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.loan_id, NEW.kind, NEW.changed_on, NEW.cause, NEW.reason, NEW.schedule, NEW.stands_on,
            NEW.content_hash, NEW.made_at)
        IS DISTINCT FROM (OLD.id, OLD.loan_id, OLD.kind, OLD.changed_on, OLD.cause, OLD.reason, OLD.schedule,
            OLD.stands_on, OLD.content_hash, OLD.made_at)
        OR OLD.approval_id IS NOT NULL THEN
        RAISE EXCEPTION 'what was asked for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM audit_approval a
        WHERE a.id = NEW.approval_id AND a.object_type = 'loan_change' AND a.object_id = NEW.id::text
            AND a.state = 'APPROVED' AND a.content_hash = NEW.content_hash AND a.checker_id <> a.maker_id
    ) OR NOT EXISTS (
        SELECT FROM lending_loanchange c
        WHERE c.id = NEW.change_id AND c.loan_id = NEW.loan_id AND c.kind = NEW.kind
            AND c.changed_on = NEW.changed_on AND c.cause = NEW.cause
    ) THEN
        RAISE EXCEPTION 'nobody else approved exactly this change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lending_loanchangerequest_guarded BEFORE INSERT OR UPDATE OR DELETE ON lending_loanchangerequest
    FOR EACH ROW EXECUTE FUNCTION lending_guard_loan_change_request();
ALTER TABLE lending_loanchangerequest ENABLE ALWAYS TRIGGER lending_loanchangerequest_guarded;
""" + truncate_trigger("lending_loanchangerequest")
REQUEST_GUARD_REVERSE = """
DROP TRIGGER lending_loanchangerequest_not_truncated ON lending_loanchangerequest;
DROP TRIGGER lending_loanchangerequest_guarded ON lending_loanchangerequest;
DROP FUNCTION lending_guard_loan_change_request();
"""
KINDS = [("CLOSED", "Closed"), ("REOPENED", "Open again"), ("RESTRUCTURED", "Restructured")]
CAUSES = [
    ("REPAID", "Repaid"),
    ("WRITTEN_OFF", "Written off"),
    ("SOLD", "Sold"),
    ("REFINANCED", "Replaced by another loan"),
    ("OTHER", "Other"),
]


def _id() -> tuple[str, models.BigAutoField]:
    return ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [
        ("lending", "0012_loan_changes"),
        ("audit", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="loan",
            name="closed_cause",
            field=models.CharField(blank=True, db_default="", default="", max_length=16, verbose_name="why closed"),
        ),
        migrations.AddField(
            model_name="loan",
            name="has_reopened",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether it was open on a day is then told from its changes",
                verbose_name="closed or opened more than once",
            ),
        ),
        migrations.AddField(
            model_name="loanmonth",
            name="replaced_known_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Since when a correction is known; empty: it counts",
                null=True,
                verbose_name="corrected",
            ),
        ),
        migrations.AddField(
            model_name="bookimport",
            name="corrected",
            field=models.PositiveIntegerField(db_default=0, default=0, verbose_name="corrected"),
        ),
        migrations.AlterField(
            model_name="customerlink",
            name="kind",
            field=models.CharField(
                choices=[
                    ("GUARANTOR", "Guarantor"),
                    ("CO_BORROWER", "Co-borrower"),
                    ("FAMILY", "Family"),
                    ("EMPLOYER_MATE", "Same employer"),
                    ("SHARED_DEVICE", "Same device"),
                    ("SAME_PERSON", "Same person"),
                ],
                max_length=16,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="suspectedduplicate",
            name="verdict",
            field=models.CharField(
                blank=True,
                choices=[("SAME", "One person"), ("DIFFERENT", "Two persons")],
                db_default="",
                default="",
                max_length=9,
                verbose_name="verdict",
            ),
        ),
        migrations.AddField(
            model_name="suspectedduplicate",
            name="decided_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="decided by",
            ),
        ),
        migrations.AddField(
            model_name="suspectedduplicate",
            name="decided_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="decided"),
        ),
        migrations.AddConstraint(
            model_name="suspectedduplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("verdict", ""))
                | models.Q(
                    models.Q(("verdict", ""), _negated=True),
                    ("decided_at__isnull", False),
                    ("decided_by__isnull", False),
                ),
                name="suspected_duplicate_decided_whole",
            ),
        ),
        migrations.CreateModel(
            name="BookPull",
            fields=[
                _id(),
                ("mapping_name", models.CharField(max_length=40, verbose_name="mapping")),
                ("every", models.PositiveSmallIntegerField(verbose_name="every")),
                (
                    "unit",
                    models.CharField(choices=[("HOURS", "hours"), ("DAYS", "days")], max_length=5, verbose_name="unit"),
                ),
                (
                    "at",
                    models.TimeField(
                        help_text="Time of the first fetch of a day, as on the server's clock", verbose_name="at"
                    ),
                ),
                ("is_on", models.BooleanField(default=True, verbose_name="on")),
                ("next_at", models.DateTimeField(verbose_name="next fetch")),
                ("set_at", models.DateTimeField(verbose_name="set")),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="set by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pulls",
                        to="lending.booksource",
                        verbose_name="source",
                    ),
                ),
            ],
            options={
                "verbose_name": "fetching of a source",
                "verbose_name_plural": "fetching of sources",
                "constraints": [
                    models.UniqueConstraint(fields=("mapping_name", "source"), name="book_pull_once"),
                    models.CheckConstraint(
                        condition=models.Q(("every__range", (1, 24)), ("unit", "HOURS"))
                        | models.Q(("every__range", (1, 31)), ("unit", "DAYS")),
                        name="book_pull_every",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LoanChangeRequest",
            fields=[
                _id(),
                ("kind", models.CharField(choices=KINDS, max_length=16, verbose_name="kind")),
                ("changed_on", models.DateField(help_text="Business date", verbose_name="changed on")),
                (
                    "cause",
                    models.CharField(blank=True, choices=CAUSES, default="", max_length=16, verbose_name="cause"),
                ),
                ("reason", models.BinaryField(help_text="Sealed under the customer's key", verbose_name="why")),
                (
                    "schedule",
                    models.JSONField(
                        default=list,
                        help_text="The whole of it: number, due_on, principal, interest and fees",
                        verbose_name="new schedule",
                    ),
                ),
                (
                    "stands_on",
                    models.JSONField(
                        default=dict,
                        help_text="The loan's last change and schedule when this was asked for",
                        verbose_name="stands on",
                    ),
                ),
                ("content_hash", models.CharField(max_length=64, verbose_name="content hash")),
                ("made_at", models.DateTimeField(verbose_name="asked for")),
                (
                    "approval",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.approval",
                        verbose_name="approval",
                    ),
                ),
                (
                    "change",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="request",
                        to="lending.loanchange",
                        verbose_name="change",
                    ),
                ),
                (
                    "loan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="change_requests",
                        to="lending.loan",
                        verbose_name="loan",
                    ),
                ),
            ],
            options={
                "verbose_name": "asked change of a loan",
                "verbose_name_plural": "asked changes of loans",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("reason", b""), _negated=True), name="loan_change_request_has_reason"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind", "CLOSED"), ("cause", ""), _connector="XOR"),
                        name="loan_change_request_cause",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("approval__isnull", True), ("change__isnull", True))
                        | models.Q(("approval__isnull", False), ("change__isnull", False)),
                        name="loan_change_request_whole",
                    ),
                ],
            },
        ),
        migrations.RunSQL(CLOSED, "DROP FUNCTION lending_was_closed(bigint, date, timestamptz)"),
        migrations.RunSQL(REQUEST_GUARD, REQUEST_GUARD_REVERSE),
    ]
