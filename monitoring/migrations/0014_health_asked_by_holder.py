"""A share names the opened link of its holder; an override what it was decided on, and what ended it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

PURPOSES = [
    ("credit_application", "Application for credit"),
    ("refinancing", "Refinancing or restructuring a debt"),
    ("guarantee", "Standing surety for somebody"),
    ("debt_advice", "Debt advice"),
]
# The half hour of a visit, and a minute for clocks that differ.
SHARE_GUARD = """
CREATE FUNCTION health_share_asked_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM monitoring_healthlink l
        WHERE l.id = NEW.link_id AND l.customer_id = NEW.customer_id
            AND NEW.made_at BETWEEN l.opened_at AND l.opened_at + interval '31 minutes'
    ) THEN
        RAISE EXCEPTION 'no holder has asked for this share' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER health_share_asked_guard BEFORE INSERT ON monitoring_healthshare
    FOR EACH ROW EXECUTE FUNCTION health_share_asked_guard();
ALTER TABLE monitoring_healthshare ENABLE ALWAYS TRIGGER health_share_asked_guard;
CREATE TRIGGER health_link_guard BEFORE UPDATE ON monitoring_healthlink
    FOR EACH ROW EXECUTE FUNCTION health_once_guard('opened_at');
ALTER TABLE monitoring_healthlink ENABLE ALWAYS TRIGGER health_link_guard;
"""
# As before, but what ended an override is written with its end.
OVERRIDE_GUARD = """
CREATE OR REPLACE FUNCTION health_override_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an override is ended, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        to_jsonb(NEW) - '{approval_id,ended_at,ended_for}'::text[]
            <> to_jsonb(OLD) - '{approval_id,ended_at,ended_for}'::text[]
        OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
        OR (NEW.ended_for <> OLD.ended_for AND (OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL))
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
"""
REVERSE = """
DROP TRIGGER health_link_guard ON monitoring_healthlink;
DROP TRIGGER health_share_asked_guard ON monitoring_healthshare;
DROP FUNCTION health_share_asked_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0004_governed_documents"),
        ("monitoring", "0013_fewer_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="healthlink",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("phone", "Message to the holder's phone"),
                    ("email", "E-mail to the holder"),
                    ("in_person", "Handed over in person"),
                ],
                default="",
                max_length=9,
                verbose_name="sent by",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="healthlink",
            name="identity",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ID_CARD", "Identity card seen"),
                    ("PASSPORT", "Passport seen"),
                    ("KNOWN", "Known in person"),
                ],
                default="",
                max_length=8,
                verbose_name="identity check",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="healthlink",
            name="purpose",
            field=models.CharField(blank=True, choices=PURPOSES, default="", max_length=20, verbose_name="purpose"),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="healthlink",
            name="recipient",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="monitoring.healthrecipient",
                verbose_name="recipient",
            ),
        ),
        migrations.AddField(
            model_name="healthlink",
            name="staff",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="handed by",
            ),
        ),
        migrations.AlterField(
            model_name="healthlink",
            name="client",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="audit.apiclient",
                verbose_name="asked for by",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthlink",
            constraint=models.CheckConstraint(
                condition=models.Q(staff=None, identity="", client__isnull=False)
                | models.Q(~models.Q(identity=""), staff__isnull=False, client=None, channel="in_person"),
                name="health_link_by_system_or_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="healthlink",
            constraint=models.CheckConstraint(
                condition=models.Q(recipient=None, purpose="")
                | models.Q(~models.Q(purpose=""), recipient__isnull=False),
                name="health_link_asks_for_a_purpose",
            ),
        ),
        migrations.AddField(
            model_name="healthshare",
            name="link",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="shares",
                to="monitoring.healthlink",
                verbose_name="started through",
            ),
        ),
        migrations.AddField(
            model_name="healthoverride",
            name="basis",
            field=models.JSONField(blank=True, null=True, verbose_name="red findings known then"),
        ),
        migrations.AddField(
            model_name="healthoverride",
            name="ended_for",
            field=models.JSONField(blank=True, default=list, verbose_name="red findings that ended it"),
        ),
        migrations.RunSQL(SHARE_GUARD, REVERSE),
        migrations.RunSQL(OVERRIDE_GUARD, migrations.RunSQL.noop),
    ]
