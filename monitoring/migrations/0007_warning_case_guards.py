"""What holds cases, snoozes and measures true whatever path a change takes; warnings that are open get a case."""

from django.db import migrations

from audit.append_only import freeze_table, truncate_trigger

APPROVED = """
CREATE FUNCTION monitoring_is_approved(approval bigint, type text, object bigint) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT FROM audit_approval a
        WHERE a.id = approval AND a.object_type = type AND a.object_id = object::text AND a.state = 'APPROVED'
    )
$$;
"""
CASE_GUARD = """
CREATE FUNCTION warning_case_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a case is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.warning_id, NEW.product_id, NEW.opened_at)
        IS DISTINCT FROM (OLD.id, OLD.warning_id, OLD.product_id, OLD.opened_at) THEN
        RAISE EXCEPTION 'what a case is about never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'CLOSED' AND NEW.state <> 'OPEN' THEN
        RAISE EXCEPTION 'a closed case is opened again before it changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT monitoring_is_approved(NEW.approval_id, 'warning_closing', NEW.id) THEN
        RAISE EXCEPTION 'no other person approved this closing' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER warning_case_guard BEFORE UPDATE OR DELETE ON monitoring_warningcase
    FOR EACH ROW EXECUTE FUNCTION warning_case_guard();
ALTER TABLE monitoring_warningcase ENABLE ALWAYS TRIGGER warning_case_guard;
"""
SNOOZE_GUARD = """
CREATE FUNCTION warning_snooze_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a snooze is ended, never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (
        (NEW.id, NEW.warning_id, NEW.level, NEW.until, NEW.needs_second, NEW.reason, NEW.asked_by_id, NEW.asked_at)
            IS DISTINCT FROM
        (OLD.id, OLD.warning_id, OLD.level, OLD.until, OLD.needs_second, OLD.reason, OLD.asked_by_id, OLD.asked_at)
        OR (OLD.started_at IS NOT NULL AND NEW.started_at IS DISTINCT FROM OLD.started_at)
        OR (OLD.ended_at IS NOT NULL AND NEW.ended_at IS DISTINCT FROM OLD.ended_at)
        OR (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
    ) THEN
        RAISE EXCEPTION 'a snooze is ended, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT monitoring_is_approved(NEW.approval_id, 'warning_snooze', NEW.id) THEN
        RAISE EXCEPTION 'no other person approved this snooze' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER warning_snooze_guard BEFORE INSERT OR UPDATE OR DELETE ON monitoring_warningsnooze
    FOR EACH ROW EXECUTE FUNCTION warning_snooze_guard();
ALTER TABLE monitoring_warningsnooze ENABLE ALWAYS TRIGGER warning_snooze_guard;
"""
MEASURE_GUARD = """
CREATE FUNCTION proposed_measure_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a proposed measure is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'PROPOSED' THEN
            RAISE EXCEPTION 'a measure begins as a proposal' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state IN ('DONE', 'DECLINED') THEN
        RAISE EXCEPTION 'a measure that is done or declined is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.id, NEW.case_id, NEW.measure, NEW.level, NEW.ds, NEW.is_adverse, NEW.needs_second, NEW.basis_en,
            NEW.basis_zh, NEW.notice_en, NEW.notice_zh, NEW.scheme_hash, NEW.proposed_at)
        IS DISTINCT FROM
        (OLD.id, OLD.case_id, OLD.measure, OLD.level, OLD.ds, OLD.is_adverse, OLD.needs_second, OLD.basis_en,
            OLD.basis_zh, OLD.notice_en, OLD.notice_zh, OLD.scheme_hash, OLD.proposed_at)
        OR NEW.grx IS DISTINCT FROM OLD.grx THEN
        RAISE EXCEPTION 'what was proposed never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS NOT NULL AND NOT monitoring_is_approved(NEW.approval_id, 'proposed_measure', NEW.id) THEN
        RAISE EXCEPTION 'no other person approved this measure' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER proposed_measure_guard BEFORE INSERT OR UPDATE OR DELETE ON monitoring_proposedmeasure
    FOR EACH ROW EXECUTE FUNCTION proposed_measure_guard();
ALTER TABLE monitoring_proposedmeasure ENABLE ALWAYS TRIGGER proposed_measure_guard;
"""
OPEN_CASES = """
INSERT INTO monitoring_warningcase
    (warning_id, product_id, state, level_rank, exposure_minor, expected_loss_minor, opened_at, due_at, outcome)
SELECT w.id, l.product_id, 'OPEN', array_position('{BLUE,YELLOW,ORANGE,RED}'::text[], w.level),
    greatest(l.limit_minor, 0),
    round(w.pd * 0.5 * greatest(l.limit_minor, 0)), w.raised_at, referral_due(now(), p.timezone, 5), ''
FROM monitoring_earlywarning w
JOIN lending_loan l ON l.id = w.loan_id
JOIN lending_product p ON p.id = l.product_id
WHERE w.state = 'OPEN'
"""


def _undo(function: str, table: str) -> str:
    return (
        f"DROP TRIGGER {table}_not_truncated ON {table}; DROP TRIGGER {function} ON {table}; DROP FUNCTION {function}()"
    )


class Migration(migrations.Migration):
    dependencies = [
        ("monitoring", "0006_warning_cases"),
        ("rules", "0006_referral_guards"),
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.RunSQL(APPROVED, "DROP FUNCTION monitoring_is_approved(bigint, text, bigint)"),
        *(
            migrations.RunSQL(guard + truncate_trigger(table), _undo(function, table))
            for guard, function, table in (
                (CASE_GUARD, "warning_case_guard", "monitoring_warningcase"),
                (SNOOZE_GUARD, "warning_snooze_guard", "monitoring_warningsnooze"),
                (MEASURE_GUARD, "proposed_measure_guard", "monitoring_proposedmeasure"),
            )
        ),
        freeze_table("monitoring_warningcasestep"),
        migrations.RunSQL(OPEN_CASES, migrations.RunSQL.noop),
    ]
