"""A catalogue goes live by a new approval each time: one given long ago does not bring it back."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION catalogue_version_approved_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.is_live AND NOT OLD.is_live THEN
        IF NEW.approval_id <= OLD.approval_id THEN
            RAISE EXCEPTION 'an approval brings a catalogue live once' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NEW.approval_id IS DISTINCT FROM OLD.approval_id THEN
        RAISE EXCEPTION 'the approval of a catalogue changes only when it goes live'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER catalogue_version_approved_anew BEFORE UPDATE ON scoring_catalogueversion
    FOR EACH ROW EXECUTE FUNCTION catalogue_version_approved_anew();
ALTER TABLE scoring_catalogueversion ENABLE ALWAYS TRIGGER catalogue_version_approved_anew;
"""
FUNCTION_REVERSE = """
DROP TRIGGER catalogue_version_approved_anew ON scoring_catalogueversion;
DROP FUNCTION catalogue_version_approved_anew();
"""


class Migration(migrations.Migration):
    dependencies = [("scoring", "0002_model_and_catalogue_guards")]
    operations = [migrations.RunSQL(FUNCTION, FUNCTION_REVERSE)]
