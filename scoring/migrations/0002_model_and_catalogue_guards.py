"""Triggers that hold models and catalogues true whatever path a change takes: frozen content, approved before use."""

from django.db import migrations

MODEL_GUARD = """
CREATE FUNCTION model_package_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a model is never deleted: decisions name it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF encode(sha256(NEW.package), 'hex') <> NEW.content_hash THEN
        RAISE EXCEPTION 'a model is named by the hash of its bytes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'CANDIDATE' THEN
            RAISE EXCEPTION 'a model begins as a candidate' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.product_id, NEW.name, NEW.kind, NEW.content_hash, NEW.card, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.product_id, OLD.name, OLD.kind, OLD.content_hash, OLD.card, OLD.created_at) THEN
        RAISE EXCEPTION 'a registered model is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.approval_id IS DISTINCT FROM OLD.approval_id AND OLD.state <> 'CANDIDATE' THEN
        RAISE EXCEPTION 'the approval of a model never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('CANDIDATE', 'CHAMPION'), ('CANDIDATE', 'RETIRED'), ('CHAMPION', 'RETIRED')
    ) THEN
        RAISE EXCEPTION 'a model cannot go from % to %', OLD.state, NEW.state USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'CHAMPION' AND NOT EXISTS (
        SELECT 1 FROM audit_approval a
        WHERE a.id = NEW.approval_id AND a.object_type = 'model_package' AND a.object_id = NEW.id::text
            AND a.state = 'APPROVED' AND a.content_hash = NEW.content_hash
    ) THEN
        RAISE EXCEPTION 'nobody else approved exactly this model' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER model_package_guard BEFORE INSERT OR UPDATE OR DELETE ON scoring_modelpackage
    FOR EACH ROW EXECUTE FUNCTION model_package_guard();
ALTER TABLE scoring_modelpackage ENABLE ALWAYS TRIGGER model_package_guard;
"""
MODEL_GUARD_REVERSE = """
DROP TRIGGER model_package_guard ON scoring_modelpackage;
DROP FUNCTION model_package_guard();
"""
CATALOGUE_GUARD = """
CREATE FUNCTION catalogue_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a catalogue is never deleted: decisions name it' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.is_live THEN
            RAISE EXCEPTION 'a catalogue is not live from the start' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.id, NEW.number, NEW.document, NEW.content_hash, NEW.created_at)
        IS DISTINCT FROM (OLD.id, OLD.number, OLD.document, OLD.content_hash, OLD.created_at) THEN
        RAISE EXCEPTION 'a registered catalogue is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.is_live AND NOT EXISTS (
        SELECT 1 FROM audit_approval a
        WHERE a.id = NEW.approval_id AND a.object_type = 'catalogue_version' AND a.object_id = NEW.id::text
            AND a.state = 'APPROVED' AND a.content_hash = NEW.content_hash
    ) THEN
        RAISE EXCEPTION 'nobody else approved exactly this catalogue' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_version_guard BEFORE INSERT OR UPDATE OR DELETE ON scoring_catalogueversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_version_guard();
ALTER TABLE scoring_catalogueversion ENABLE ALWAYS TRIGGER catalogue_version_guard;
"""
CATALOGUE_GUARD_REVERSE = """
DROP TRIGGER catalogue_version_guard ON scoring_catalogueversion;
DROP FUNCTION catalogue_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial"), ("audit", "0002_append_only")]
    operations = [
        migrations.RunSQL(MODEL_GUARD, MODEL_GUARD_REVERSE),
        migrations.RunSQL(CATALOGUE_GUARD, CATALOGUE_GUARD_REVERSE),
    ]
