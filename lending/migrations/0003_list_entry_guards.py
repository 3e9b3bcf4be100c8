"""Triggers that hold list entries true whatever path a change takes: content under its hash, in force only approved."""

from django.db import migrations

from audit.append_only import truncate_trigger

HASH = """
CREATE FUNCTION list_entry_hash(
    kind text, dimension text, blind_index bytea, hint text, source text, reason text,
    from_at timestamptz, until_at timestamptz
) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT encode(sha256(convert_to(concat_ws(chr(31), kind, dimension, encode(blind_index, 'hex'), hint, source, reason,
        (extract(epoch FROM from_at) * 1000000)::bigint::text,
        coalesce((extract(epoch FROM until_at) * 1000000)::bigint::text, '')), 'UTF8')), 'hex')
$$;
CREATE FUNCTION list_entry_approved(entry bigint, approval bigint, wanted text, at timestamptz)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM audit_approval a
        WHERE a.id = approval AND a.object_type = 'list_entry' AND a.object_id = entry::text AND a.state = 'APPROVED'
            AND a.content_hash = wanted AND a.checker_id IS NOT NULL AND a.checker_id <> a.maker_id
            AND a.decided_at = at
    )
$$;
"""
GUARD = """
CREATE FUNCTION list_entry_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'an entry of a list is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.content_hash IS DISTINCT FROM list_entry_hash(NEW.kind, NEW.dimension, NEW.blind_index, NEW.hint,
            NEW.source, NEW.reason, NEW.from_at, NEW.until_at) THEN
        RAISE EXCEPTION 'an entry of a list is named by the hash of its content' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'PROPOSED' THEN
            RAISE EXCEPTION 'an entry of a list begins as a proposal' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.proposed_by_id, NEW.recorded_at) IS DISTINCT FROM (OLD.id, OLD.proposed_by_id, OLD.recorded_at)
        OR NEW.batch_id IS DISTINCT FROM OLD.batch_id THEN
        RAISE EXCEPTION 'the identity of an entry of a list never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.content_hash <> OLD.content_hash AND (OLD.state, NEW.state) <> ('PROPOSED', 'PROPOSED') THEN
        RAISE EXCEPTION 'an entry of a list is frozen once decided' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'PROPOSED' AND ((NEW.approval_id, NEW.known_at) IS DISTINCT FROM (OLD.approval_id, OLD.known_at))
        OR OLD.state = 'ENDED' AND ((NEW.end_approval_id, NEW.ended_at)
            IS DISTINCT FROM (OLD.end_approval_id, OLD.ended_at)) THEN
        RAISE EXCEPTION 'who approved an entry of a list, and when, never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = OLD.state THEN
        RETURN NEW;
    END IF;
    IF (OLD.state, NEW.state) NOT IN (
        ('PROPOSED', 'EFFECTIVE'), ('PROPOSED', 'REJECTED'), ('PROPOSED', 'WITHDRAWN'), ('EFFECTIVE', 'ENDED')
    ) THEN
        RAISE EXCEPTION 'an entry of a list cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'EFFECTIVE' AND NOT list_entry_approved(
            NEW.id, NEW.approval_id, NEW.content_hash, NEW.known_at) THEN
        RAISE EXCEPTION 'nobody else approved exactly this entry' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'ENDED' AND NOT list_entry_approved(
            NEW.id, NEW.end_approval_id,
            encode(sha256(convert_to('end' || chr(31) || NEW.content_hash, 'UTF8')), 'hex'), NEW.ended_at) THEN
        RAISE EXCEPTION 'nobody else approved the end of this entry' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER list_entry_guard BEFORE INSERT OR UPDATE OR DELETE ON lending_listentry
    FOR EACH ROW EXECUTE FUNCTION list_entry_guard();
ALTER TABLE lending_listentry ENABLE ALWAYS TRIGGER list_entry_guard;
"""
REVERSE = """
DROP TRIGGER list_entry_guard ON lending_listentry;
DROP TRIGGER lending_listentry_not_truncated ON lending_listentry;
DROP FUNCTION list_entry_guard();
DROP FUNCTION list_entry_approved(bigint, bigint, text, timestamptz);
DROP FUNCTION list_entry_hash(text, text, bytea, text, text, text, timestamptz, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [("lending", "0002_lists"), ("audit", "0002_append_only")]
    operations = [migrations.RunSQL([HASH, GUARD, truncate_trigger("lending_listentry")], REVERSE)]
