"""Consents, which end once and change in nothing else."""

import django.db.models.deletion
from django.db import migrations, models

from audit.append_only import truncate_trigger

GUARD = """
CREATE FUNCTION consent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a consent is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
        OR (to_jsonb(NEW) - 'withdrawn_at') IS DISTINCT FROM (to_jsonb(OLD) - 'withdrawn_at') THEN
        RAISE EXCEPTION 'a consent is withdrawn once and changes in nothing else' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER consent_guarded BEFORE UPDATE OR DELETE ON lending_consent
    FOR EACH ROW EXECUTE FUNCTION consent_guard();
ALTER TABLE lending_consent ENABLE ALWAYS TRIGGER consent_guarded;
"""
GUARD_REVERSE = "DROP TRIGGER consent_guarded ON lending_consent; DROP FUNCTION consent_guard();"


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_outbox_by_key'),
        ('lending', '0004_customer_facts'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('scope', models.CharField(choices=[('credit_decision', 'Credit decision'), ('bureau_report', 'Credit bureau report'), ('account_conduct', 'Conduct of accounts'), ('fairness_testing', 'Testing of fairness'), ('social_data', 'Social data'), ('text_data', 'Texts written'), ('transfer_data', 'Transfers between accounts'), ('transaction_data', 'Purchases and payments')], max_length=20, verbose_name='scope')),
                ('granted_at', models.DateTimeField(verbose_name='granted')),
                ('expires_at', models.DateTimeField(blank=True, null=True, verbose_name='expires')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True, verbose_name='withdrawn')),
                ('evidence', models.CharField(help_text='Where the consent can be seen: a reference, no personal data', max_length=120, verbose_name='evidence')),
                ('recorded_at', models.DateTimeField(verbose_name='recorded')),
                ('client', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.apiclient', verbose_name='client')),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to='lending.customer', verbose_name='customer')),
            ],
            options={
                'verbose_name': 'consent',
                'verbose_name_plural': 'consents',
                'indexes': [models.Index(fields=['customer', 'scope', 'granted_at'], name='consent_lookup')],
                'constraints': [models.UniqueConstraint(fields=('customer', 'scope', 'client', 'granted_at'), name='consent_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('expires_at__isnull', True), ('expires_at__gt', models.F('granted_at')), _connector='OR'), models.Q(('withdrawn_at__isnull', True), ('withdrawn_at__gte', models.F('granted_at')), _connector='OR')), name='consent_ends_after_it_begins')],
            },
        ),
        migrations.RunSQL(
            GUARD + truncate_trigger("lending_consent"),
            "DROP TRIGGER lending_consent_not_truncated ON lending_consent;" + GUARD_REVERSE,
        ),
    ]
