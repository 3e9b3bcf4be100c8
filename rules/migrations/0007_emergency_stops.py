"""Emergency stops, and the trigger that keeps them until a second person has ended them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from audit.append_only import truncate_trigger

GUARD = """
CREATE FUNCTION emergency_stop_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an emergency stop is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.lifted_at IS NOT NULL THEN
            RAISE EXCEPTION 'an emergency stop begins in force' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.lifted_at IS NOT NULL OR (NEW.id, NEW.rule_set_id, NEW.reason, NEW.content_hash, NEW.declared_by_id,
        NEW.declared_at, NEW.deadline_at) IS DISTINCT FROM (OLD.id, OLD.rule_set_id, OLD.reason, OLD.content_hash,
        OLD.declared_by_id, OLD.declared_at, OLD.deadline_at) THEN
        RAISE EXCEPTION 'of an emergency stop only its end is set, once' USING ERRCODE = 'restrict_violation';
    END IF;
    -- It ends when its confirmation was refused, or its lifting approved, by somebody else: audit holds who.
    IF NEW.lifted_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM audit_approval a
        WHERE a.id = NEW.lifted_on_id AND a.object_id = NEW.id::text AND a.content_hash = NEW.content_hash
            AND ((a.object_type = 'emergency_stop' AND a.state = 'REJECTED')
                 OR (a.object_type = 'emergency_stop_lift' AND a.state = 'APPROVED'))
    ) THEN
        RAISE EXCEPTION 'nobody else ended this stop' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER emergency_stop_guard BEFORE INSERT OR UPDATE OR DELETE ON rules_emergencystop
    FOR EACH ROW EXECUTE FUNCTION emergency_stop_guard();
ALTER TABLE rules_emergencystop ENABLE ALWAYS TRIGGER emergency_stop_guard;
"""
GUARD_REVERSE = """
DROP TRIGGER rules_emergencystop_not_truncated ON rules_emergencystop;
DROP TRIGGER emergency_stop_guard ON rules_emergencystop;
DROP FUNCTION emergency_stop_guard();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0003_outbox_by_key'),
        ('rules', '0006_referral_guards'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmergencyStop',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(help_text='What is wrong, for those who must confirm the stop.', verbose_name='reason')),
                ('content_hash', models.CharField(max_length=64, verbose_name='content hash')),
                ('declared_at', models.DateTimeField(verbose_name='declared')),
                ('deadline_at', models.DateTimeField(verbose_name='to be confirmed by')),
                ('lifted_at', models.DateTimeField(blank=True, null=True, verbose_name='lifted')),
                ('declared_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergency_stops', to=settings.AUTH_USER_MODEL, verbose_name='declared by')),
                ('lifted_on', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='audit.approval', verbose_name='lifted on')),
                ('rule_set', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='emergency_stops', to='rules.ruleset', verbose_name='rule set')),
            ],
            options={
                'verbose_name': 'emergency stop',
                'verbose_name_plural': 'emergency stops',
                'constraints': [models.UniqueConstraint(condition=models.Q(('lifted_at__isnull', True)), fields=('rule_set',), name='emergency_stop_one_per_rule_set'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at__isnull', True), ('lifted_on__isnull', True)), models.Q(('lifted_at__isnull', False), ('lifted_on__isnull', False)), _connector='OR'), name='emergency_stop_lifted_on_approval'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='emergency_stop_has_reason')],
            },
        ),
        migrations.RunSQL(GUARD + truncate_trigger("rules_emergencystop"), GUARD_REVERSE),
    ]
