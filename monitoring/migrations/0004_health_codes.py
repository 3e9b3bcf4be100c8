"""Health codes, whom they are shown to, and what holds both true whatever path a change takes."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import freeze_table, truncate_trigger

# A code is added to; the one thing that changes is that it is no longer the current one.
CODE_GUARD = """
CREATE FUNCTION health_code_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.override_id IS NOT NULL AND NOT EXISTS (
            SELECT FROM monitoring_healthoverride o JOIN audit_approval a ON a.id = o.approval_id
            WHERE o.id = NEW.override_id AND o.customer_id = NEW.customer_id AND o.colour = NEW.colour
                AND a.state = 'APPROVED'
        ) THEN
            RAISE EXCEPTION 'no approved override gives this colour' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.is_current AND NOT NEW.is_current
        AND to_jsonb(NEW) - 'is_current' = to_jsonb(OLD) - 'is_current' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a health code is added to, never changed: % refused', TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER health_code_guard BEFORE INSERT OR UPDATE OR DELETE ON monitoring_healthcode
    FOR EACH ROW EXECUTE FUNCTION health_code_guard();
ALTER TABLE monitoring_healthcode ENABLE ALWAYS TRIGGER health_code_guard;
"""

OVERRIDE_GUARD = """
CREATE FUNCTION health_override_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an override is ended, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        to_jsonb(NEW) - 'approval_id' - 'ended_at' <> to_jsonb(OLD) - 'approval_id' - 'ended_at'
        OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
    ) THEN
        RAISE EXCEPTION 'an override is replaced, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM audit_approval a
        WHERE a.id = NEW.approval_id AND a.object_type = 'health_override' AND a.object_id = NEW.id::text
            AND a.state = 'APPROVED'
    ) THEN
        RAISE EXCEPTION 'no other person approved this override' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER health_override_guard BEFORE INSERT OR UPDATE OR DELETE ON monitoring_healthoverride
    FOR EACH ROW EXECUTE FUNCTION health_override_guard();
ALTER TABLE monitoring_healthoverride ENABLE ALWAYS TRIGGER health_override_guard;
"""

# The answer to a dispute lets the colour come back: it takes two. An appeal that is upheld takes an override, which does.
DISPUTE_GUARD = """
CREATE FUNCTION health_dispute_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a dispute is answered, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        OLD.state = 'ANSWERED'
        OR (NEW.id, NEW.customer_id, NEW.kind, NEW.subject, NEW.channel, NEW.sealed, NEW.opened_at, NEW.due_at)
            IS DISTINCT FROM
            (OLD.id, OLD.customer_id, OLD.kind, OLD.subject, OLD.channel, OLD.sealed, OLD.opened_at, OLD.due_at)
    ) THEN
        RAISE EXCEPTION 'what was said stands, and so does what was answered' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM audit_approval a
        WHERE a.id = NEW.approval_id AND a.object_type = 'health_dispute' AND a.object_id = NEW.id::text
            AND a.state = 'APPROVED'
    ) OR NEW.state = 'ANSWERED' AND NEW.kind = 'DISPUTE' AND NEW.approval_id IS NULL THEN
        RAISE EXCEPTION 'no other person approved this answer' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER health_dispute_guard BEFORE INSERT OR UPDATE OR DELETE ON monitoring_healthdispute
    FOR EACH ROW EXECUTE FUNCTION health_dispute_guard();
ALTER TABLE monitoring_healthdispute ENABLE ALWAYS TRIGGER health_dispute_guard;
"""

# A key may be revoked, once; a share is used or taken back, once.
ONCE_GUARD = """
CREATE FUNCTION health_once_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was jsonb := to_jsonb(OLD);
    is_now jsonb := to_jsonb(NEW);
    name text;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'rows of % are kept', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    FOREACH name IN ARRAY TG_ARGV LOOP
        IF was ->> name IS NOT NULL AND is_now ->> name IS DISTINCT FROM was ->> name THEN
            RAISE EXCEPTION '% of % is said once', name, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
        END IF;
        was := was - name;
        is_now := is_now - name;
    END LOOP;
    IF was <> is_now THEN
        RAISE EXCEPTION 'rows of % are frozen', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER health_key_guard BEFORE UPDATE OR DELETE ON monitoring_healthkey
    FOR EACH ROW EXECUTE FUNCTION health_once_guard('revoked_at');
ALTER TABLE monitoring_healthkey ENABLE ALWAYS TRIGGER health_key_guard;
CREATE TRIGGER health_share_guard BEFORE UPDATE OR DELETE ON monitoring_healthshare
    FOR EACH ROW EXECUTE FUNCTION health_once_guard('used_at', 'revoked_at');
ALTER TABLE monitoring_healthshare ENABLE ALWAYS TRIGGER health_share_guard;
"""
GUARDS = CODE_GUARD + OVERRIDE_GUARD + DISPUTE_GUARD + ONCE_GUARD
REVERSE = """
DROP TRIGGER health_share_guard ON monitoring_healthshare;
DROP TRIGGER health_key_guard ON monitoring_healthkey;
DROP TRIGGER health_dispute_guard ON monitoring_healthdispute;
DROP TRIGGER health_override_guard ON monitoring_healthoverride;
DROP TRIGGER health_code_guard ON monitoring_healthcode;
DROP FUNCTION health_once_guard();
DROP FUNCTION health_dispute_guard();
DROP FUNCTION health_override_guard();
DROP FUNCTION health_code_guard();
"""
TABLES = ("healthcode", "healthoverride", "healthdispute", "healthkey", "healthshare")


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_governed_documents"),
        ("lending", "0006_book"),
        ("monitoring", "0003_drift"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HealthRecipient",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=40, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "purposes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("credit_application", "Application for credit"),
                                ("refinancing", "Refinancing or restructuring a debt"),
                                ("guarantee", "Standing surety for somebody"),
                                ("debt_advice", "Debt advice"),
                            ],
                            max_length=20,
                        ),
                        size=None,
                        verbose_name="purposes",
                    ),
                ),
                ("secret_hash", models.BinaryField(max_length=32, verbose_name="hash of the access code")),
                ("made_at", models.DateTimeField(verbose_name="registered")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
            ],
            options={
                "verbose_name": "recipient of health codes",
                "verbose_name_plural": "recipients of health codes",
            },
        ),
        migrations.CreateModel(
            name="HealthDispute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("DISPUTE", "Data disputed"), ("APPEAL", "Appeal against the colour")],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("RISK", "Risk coefficient"),
                            ("WARNINGS", "Early warnings"),
                            ("DELINQUENCY", "Payments past due"),
                            ("DIVERSION", "Use of the loan"),
                            ("OTHER", "Something else"),
                        ],
                        max_length=12,
                        verbose_name="about",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[("PAGE", "Holder's page"), ("API", "API")], max_length=8, verbose_name="came by"
                    ),
                ),
                ("sealed", models.BinaryField(verbose_name="what the holder wrote (sealed)")),
                ("opened_at", models.DateTimeField(verbose_name="opened")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "Open"), ("PROPOSED", "Answer waits for approval"), ("ANSWERED", "Answered")],
                        default="OPEN",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[("UPHELD", "Upheld"), ("REFUSED", "Refused")],
                        max_length=8,
                        verbose_name="outcome",
                    ),
                ),
                ("answer_sealed", models.BinaryField(null=True, verbose_name="answer (sealed)")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="answered by",
                    ),
                ),
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_disputes",
                        to="lending.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "dispute or appeal",
                "verbose_name_plural": "disputes and appeals",
            },
        ),
        migrations.CreateModel(
            name="HealthDue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("CURE", "Trouble ended"),
                            ("CORRECTION", "Data changed"),
                            ("DISPUTE", "Dispute or appeal"),
                            ("OVERRIDE_ENDED", "Override ended"),
                        ],
                        max_length=16,
                        verbose_name="cause",
                    ),
                ),
                ("since", models.DateTimeField(verbose_name="since")),
                ("due_at", models.DateTimeField(verbose_name="due")),
                ("done_at", models.DateTimeField(blank=True, null=True, verbose_name="done")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="health_due",
                        to="lending.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "health code to look at again",
                "verbose_name_plural": "health codes to look at again",
            },
        ),
        migrations.CreateModel(
            name="HealthKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key_id", models.CharField(max_length=16, unique=True, verbose_name="key")),
                ("public_key", models.BinaryField(max_length=32, verbose_name="public key")),
                ("wrapped_key", models.BinaryField(verbose_name="wrapped key")),
                ("sealed", models.BinaryField(verbose_name="private key (sealed)")),
                ("valid_from", models.DateTimeField(verbose_name="signs from")),
                ("valid_until", models.DateTimeField(verbose_name="valid until")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
            ],
            options={
                "verbose_name": "health code key",
                "verbose_name_plural": "health code keys",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("valid_from"))), name="health_key_has_a_window"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HealthLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("secret_hash", models.BinaryField(max_length=32, unique=True, verbose_name="hash of the secret")),
                ("made_at", models.DateTimeField(verbose_name="made")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("opened_at", models.DateTimeField(blank=True, null=True, verbose_name="opened")),
                (
                    "client",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.apiclient",
                        verbose_name="asked for by",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="health_links",
                        to="lending.customer",
                        verbose_name="customer",
                    ),
                ),
            ],
            options={
                "verbose_name": "holder's link",
                "verbose_name_plural": "holders' links",
            },
        ),
        migrations.CreateModel(
            name="HealthOverride",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "colour",
                    models.CharField(
                        choices=[
                            ("GREEN", "Green"),
                            ("AMBER", "Amber"),
                            ("RED", "Red"),
                            ("NOT_ASSESSED", "Not assessed"),
                        ],
                        max_length=12,
                        verbose_name="colour",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("until", models.DateTimeField(verbose_name="until")),
                ("made_at", models.DateTimeField(verbose_name="asked for")),
                ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="ended")),
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
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_overrides",
                        to="lending.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "dispute",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="overrides",
                        to="monitoring.healthdispute",
                        verbose_name="appeal",
                    ),
                ),
            ],
            options={
                "verbose_name": "override of a health code",
                "verbose_name_plural": "overrides of health codes",
            },
        ),
        migrations.CreateModel(
            name="HealthCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateTimeField(verbose_name="as of")),
                ("written_at", models.DateTimeField(verbose_name="written")),
                (
                    "colour",
                    models.CharField(
                        choices=[
                            ("GREEN", "Green"),
                            ("AMBER", "Amber"),
                            ("RED", "Red"),
                            ("NOT_ASSESSED", "Not assessed"),
                        ],
                        max_length=12,
                        verbose_name="colour",
                    ),
                ),
                ("reasons", models.JSONField(default=list, help_text="Codes, at most three", verbose_name="reasons")),
                (
                    "inputs",
                    models.JSONField(
                        default=dict, help_text="What the colour was worked out from", verbose_name="read from"
                    ),
                ),
                ("policy_hash", models.CharField(blank=True, max_length=64, verbose_name="policy hash")),
                (
                    "cause",
                    models.CharField(
                        choices=[
                            ("REVIEW", "Review"),
                            ("RE_REVIEW", "Re-review of the customer"),
                            ("OVERRIDE", "Approved override"),
                        ],
                        max_length=10,
                        verbose_name="by",
                    ),
                ),
                ("is_current", models.BooleanField(default=True, verbose_name="current")),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_codes",
                        to="lending.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.reviewrun",
                        verbose_name="review",
                    ),
                ),
                (
                    "override",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="monitoring.healthoverride",
                        verbose_name="override",
                    ),
                ),
            ],
            options={
                "verbose_name": "health code",
                "verbose_name_plural": "health codes",
            },
        ),
        migrations.CreateModel(
            name="HealthShare",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("credit_application", "Application for credit"),
                            ("refinancing", "Refinancing or restructuring a debt"),
                            ("guarantee", "Standing surety for somebody"),
                            ("debt_advice", "Debt advice"),
                        ],
                        max_length=20,
                        verbose_name="purpose",
                    ),
                ),
                (
                    "secret_hash",
                    models.BinaryField(max_length=32, unique=True, verbose_name="hash of the share's code"),
                ),
                ("nonce", models.BinaryField(max_length=16, unique=True, verbose_name="nonce of its tokens")),
                ("made_at", models.DateTimeField(verbose_name="started")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("used_at", models.DateTimeField(blank=True, null=True, verbose_name="looked at")),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="taken back")),
                (
                    "client",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audit.apiclient",
                        verbose_name="told by",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="health_shares",
                        to="lending.customer",
                        verbose_name="customer",
                    ),
                ),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="monitoring.healthrecipient",
                        verbose_name="recipient",
                    ),
                ),
            ],
            options={
                "verbose_name": "share of a health code",
                "verbose_name_plural": "shares of health codes",
            },
        ),
        migrations.CreateModel(
            name="HealthScan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(verbose_name="at")),
                (
                    "channel",
                    models.CharField(choices=[("PAGE", "Page"), ("API", "API")], max_length=4, verbose_name="by"),
                ),
                (
                    "result",
                    models.CharField(
                        choices=[
                            ("shown", "Shown"),
                            ("checked", "Asked whether it is open, colour not shown"),
                            ("used", "Refused: looked at before"),
                            ("expired", "Refused: expired"),
                            ("revoked", "Refused: taken back"),
                            ("superseded", "Refused: the code changed since"),
                            ("wrong_recipient", "Refused: not its recipient"),
                            ("bad_token", "Refused: the token is not genuine"),
                        ],
                        max_length=16,
                        verbose_name="result",
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("GREEN", "Green"),
                            ("AMBER", "Amber"),
                            ("RED", "Red"),
                            ("NOT_ASSESSED", "Not assessed"),
                        ],
                        max_length=12,
                        verbose_name="colour shown",
                    ),
                ),
                (
                    "share",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="scans",
                        to="monitoring.healthshare",
                        verbose_name="share",
                    ),
                ),
            ],
            options={
                "verbose_name": "scan of a health code",
                "verbose_name_plural": "scans of health codes",
            },
        ),
        migrations.CreateModel(
            name="TriggerReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("as_of", models.DateField(verbose_name="as of")),
                ("bundle_hash", models.CharField(max_length=64, verbose_name="bundle hash")),
                ("accounts", models.PositiveIntegerField(verbose_name="accounts")),
                ("defaults", models.PositiveIntegerField(verbose_name="defaults")),
                (
                    "document",
                    models.JSONField(
                        help_text="Figures per level and per trigger, as the command writes them", verbose_name="report"
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created")),
                (
                    "product",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="trigger_reports",
                        to="lending.product",
                        verbose_name="product",
                    ),
                ),
            ],
            options={
                "verbose_name": "report on triggers",
                "verbose_name_plural": "reports on triggers",
            },
        ),
        migrations.AddConstraint(
            model_name="healthdispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "ANSWERED"), _negated=True),
                fields=("customer", "kind"),
                name="health_dispute_one_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthdispute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_at__isnull", True), ("outcome", ""), ("state", "OPEN")),
                    models.Q(
                        models.Q(("state", "OPEN"), _negated=True),
                        models.Q(("outcome", ""), _negated=True),
                        ("answered_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="health_dispute_answered_says_so",
            ),
        ),
        migrations.AddIndex(
            model_name="healthdue",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["due_at"], name="health_due_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthdue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("done_at__isnull", True)), fields=("customer",), name="health_due_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("until__gt", models.F("made_at"))), name="health_override_has_an_end"
            ),
        ),
        migrations.AddIndex(
            model_name="healthcode",
            index=models.Index(fields=["customer", "-as_of"], name="health_code_history"),
        ),
        migrations.AddIndex(
            model_name="healthcode",
            index=models.Index(
                condition=models.Q(("is_current", True)), fields=["colour", "-as_of"], name="health_code_now"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthcode",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)), fields=("customer",), name="health_code_one_current"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cause", "OVERRIDE"), ("override__isnull", False), ("run__isnull", True)),
                    models.Q(("cause", "RE_REVIEW"), ("override__isnull", True), ("run__isnull", True)),
                    models.Q(("cause", "REVIEW"), ("override__isnull", True), ("run__isnull", False)),
                    _connector="OR",
                ),
                name="health_code_has_a_cause",
            ),
        ),
        migrations.AddIndex(
            model_name="healthshare",
            index=models.Index(fields=["customer", "-made_at"], name="health_share_of"),
        ),
        migrations.AddIndex(
            model_name="triggerreport",
            index=models.Index(fields=["product", "-created_at"], name="trigger_report_latest"),
        ),
        freeze_table("monitoring_healthscan"),
        migrations.RunSQL(
            GUARDS + "".join(truncate_trigger(f"monitoring_{table}") for table in TABLES),
            "".join(f"DROP TRIGGER monitoring_{table}_not_truncated ON monitoring_{table};" for table in TABLES)
            + REVERSE,
        ),
    ]
