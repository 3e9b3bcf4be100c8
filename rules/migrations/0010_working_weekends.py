"""Working days know the weekends that are worked in exchange for a holiday, from the same list as the holidays."""

from importlib import import_module

from django.db import migrations

_BEFORE = import_module("rules.migrations.0009_working_days")

# Days that a product's list names under a key; what is in force on a day is as `audit.services.governed_live` finds it.
# Without a product, the days that all products with a list in force have on it.
LISTED_DAYS = """
CREATE FUNCTION listed_days(product_code text, on_day date, key text) RETURNS date[]
LANGUAGE sql STABLE AS $$
    WITH newest AS (
        SELECT DISTINCT ON (d.name) d.name, d.document->key AS days, d.ended_at
        FROM audit_governeddocument d
        JOIN audit_approval a ON a.id = d.approval_id AND a.state = 'APPROVED' AND a.content_hash = d.content_hash
        WHERE d.kind = 'delinquency_buckets' AND d.state IN ('APPROVED', 'ENDED')
            AND (product_code IS NULL OR d.name = product_code)
            AND d.valid_from <= on_day AND coalesce(d.valid_until >= on_day, true)
            AND coalesce((d.ended_at AT TIME ZONE 'UTC')::date >= d.valid_from, true)
        ORDER BY d.name, a.decided_at DESC, d.id DESC
    ), live AS (
        SELECT name, days FROM newest WHERE coalesce((ended_at AT TIME ZONE 'UTC')::date > on_day, true)
    ), listed AS (
        SELECT DISTINCT live.name, day::date AS day
        FROM live CROSS JOIN LATERAL jsonb_array_elements_text(coalesce(live.days, '[]'::jsonb)) AS day
    ), common AS (
        SELECT day FROM listed GROUP BY day HAVING count(*) = (SELECT count(*) FROM live)
    )
    SELECT coalesce(array_agg(day ORDER BY day), '{}') FROM common
$$;
"""
# The end of the n-th working day after the business date of an instant where it is lent: Monday to Friday or a weekend
# that is worked, and no holiday.
WORKING_DAY_END = """
CREATE OR REPLACE FUNCTION working_day_end(opened timestamptz, zone text, working_days integer, product_code text)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT (day + 1)::timestamp AT TIME ZONE zone
    FROM (
        SELECT listed_days(product_code, (opened AT TIME ZONE zone)::date, 'holidays') AS free,
            listed_days(product_code, (opened AT TIME ZONE zone)::date, 'working_weekends') AS worked
    ) AS listed
    CROSS JOIN LATERAL (
        SELECT (opened AT TIME ZONE zone)::date + number AS day
        FROM generate_series(1, working_days * 2 + 7 + cardinality(listed.free)) AS number
    ) AS days
    WHERE (extract(isodow FROM day) < 6 OR day = ANY (listed.worked)) AND day <> ALL (listed.free)
    ORDER BY day OFFSET working_days - 1 LIMIT 1
$$;
"""
_WORKING_DAY_END_BEFORE = _BEFORE.WORKING_DAY_END.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("rules", "0009_working_days")]

    operations = [
        migrations.RunSQL(LISTED_DAYS, "DROP FUNCTION listed_days(text, date, text)"),
        migrations.RunSQL(WORKING_DAY_END, _WORKING_DAY_END_BEFORE),
        migrations.RunSQL("DROP FUNCTION business_holidays(text, date)", _BEFORE.HOLIDAYS),
    ]
