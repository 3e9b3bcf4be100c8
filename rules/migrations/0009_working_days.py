"""Working days know the public holidays: the list of a product's buckets of days past due, as it is in force."""

from django.db import migrations

# What is in force on a day, as `audit.services.governed_live` finds it; without a product, the days that all products
# with a list in force have on it.
HOLIDAYS = """
CREATE FUNCTION business_holidays(product_code text, on_day date) RETURNS date[]
LANGUAGE sql STABLE AS $$
    WITH newest AS (
        SELECT DISTINCT ON (d.name) d.name, d.document->'holidays' AS days, d.ended_at
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
# The end of the n-th working day (Monday to Friday, no holiday) after the business date of an instant where it is lent.
WORKING_DAY_END = """
CREATE FUNCTION working_day_end(opened timestamptz, zone text, working_days integer, product_code text)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT (day + 1)::timestamp AT TIME ZONE zone
    FROM (SELECT business_holidays(product_code, (opened AT TIME ZONE zone)::date) AS days) AS holiday
    CROSS JOIN LATERAL (
        SELECT (opened AT TIME ZONE zone)::date + number AS day
        FROM generate_series(1, working_days * 2 + 7 + cardinality(holiday.days)) AS number
    ) AS days
    WHERE extract(isodow FROM day) < 6 AND day <> ALL (holiday.days) ORDER BY day OFFSET working_days - 1 LIMIT 1
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("rules", "0008_resolution_authority"), ("audit", "0004_governed_documents")]

    operations = [
        migrations.RunSQL(HOLIDAYS, "DROP FUNCTION business_holidays(text, date)"),
        migrations.RunSQL(WORKING_DAY_END, "DROP FUNCTION working_day_end(timestamptz, text, integer, text)"),
    ]
