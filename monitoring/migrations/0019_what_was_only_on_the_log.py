"""Open warnings on drift, and payouts without approval that stood on the log alone, become cases."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone

from audit.services.log import ENTRY_COLUMNS, ENTRY_TABLE, entry_values

ACTOR = "system:cases"
# One for each kind and each model or rule that the warning's last report found drifting.
DRIFT = """
INSERT INTO monitoring_warningcase
    (topic, key, product_id, state, level_rank, exposure_minor, opened_at, due_at, outcome, reasons, facts, hit_count)
SELECT found.topic, found.key, found.product_id, 'OPEN', found.rank, 0, now(), referral_due(now(), found.timezone, 5),
    '', found.reasons, found.facts, found.hit_count
FROM (
    SELECT DISTINCT t.topic, w.product_id, w.reasons, w.hit_count, p.timezone,
        array_position('{BLUE,YELLOW,ORANGE,RED}'::text[], w.level) AS rank,
        concat_ws('/', 'drift', t.topic, p.code, f.stage,
            CASE WHEN t.topic = 'HIT_RATE' THEN f.subject ELSE r.model_hash END) AS key,
        jsonb_build_object('report', r.id, 'stage', f.stage) || CASE
            WHEN t.topic = 'HIT_RATE' THEN jsonb_build_object('rule', f.subject)
            ELSE jsonb_build_object('model', r.model_hash)
        END AS facts
    FROM monitoring_earlywarning w
    JOIN lending_product p ON p.id = w.product_id
    JOIN monitoring_driftreport r ON r.id = w.last_report_id
    JOIN monitoring_driftfigure f ON f.report_id = r.id AND f.state = 'DRIFTING'
    JOIN (VALUES ('PSI', 'SCORES'), ('CSI', 'VARIABLES'), ('HIT_RATE', 'HIT_RATE'), ('KS', 'RANKING'),
        ('SLOPE', 'CALIBRATION'), ('IN_THE_LARGE', 'CALIBRATION'), ('GRADE', 'CALIBRATION')
    ) AS t (measure, topic) ON t.measure = f.measure
    WHERE w.state = 'OPEN'
) found
ON CONFLICT DO NOTHING
RETURNING id, topic, key, (facts->>'report')::bigint, level_rank
"""
# A warning of which no case was opened stays as it is.
CLOSED = """
UPDATE monitoring_earlywarning SET state = 'CLOSED', closed_at = now(), closing_note = 'Goes on in the queue of cases.'
WHERE state = 'OPEN' AND product_id IS NOT NULL AND last_report_id = ANY(%s)
RETURNING id
"""
PAYOUTS = """
INSERT INTO monitoring_warningcase
    (topic, key, loan_id, product_id, state, level_rank, exposure_minor, opened_at, due_at, outcome, reasons, facts)
SELECT DISTINCT ON (l.id) 'PAYOUT', 'payout/' || l.id, l.id, l.product_id, 'OPEN',
    CASE WHEN e.payload->'reasons' ? 'decision_not_approved' THEN 4 ELSE 3 END, greatest(l.limit_minor, 0), now(),
    referral_due(now(), p.timezone, 2), '', '[{"code": "PAID_OUT_WITHOUT_APPROVAL",
    "en": "Paid out without approval", "zh": "未经批准放款"}]'::jsonb,
    jsonb_build_object('decision', e.payload->>'decision')
FROM audit_auditentry e
JOIN lending_loan l ON l.id::text = e.object_id
JOIN lending_product p ON p.id = l.product_id
WHERE e.kind = 'loan.paid_out_without_approval'
ORDER BY l.id, e.id
ON CONFLICT DO NOTHING
RETURNING id, topic, key, NULL::bigint, level_rank
"""
LEVELS = ("NONE", "BLUE", "YELLOW", "ORANGE", "RED")


def convert(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Open the cases and close the warnings that go on in them, each on the log as where a service does it."""
    at = timezone.now()
    with schema_editor.connection.cursor() as cursor:
        opened = []
        for statement in (DRIFT, PAYOUTS):
            cursor.execute(statement)
            opened += cursor.fetchall()
        cursor.execute(CLOSED, [[report for *_, report, _ in opened if report is not None]])
        entries = [
            ("warning_case.opened", "warning_case", case, {"topic": topic, "key": key, "level": LEVELS[rank]})
            for case, topic, key, _, rank in opened
        ]
        entries += [("warning.closed", "early_warning", warning, {}) for (warning,) in cursor.fetchall()]
        cursor.executemany(
            f"INSERT INTO {ENTRY_TABLE} ({', '.join(ENTRY_COLUMNS)}) VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s)",  # noqa: S608
            [
                entry_values(
                    kind=kind, object_type=of, object_id=str(number), actor=ACTOR, payload=payload, recorded_at=at
                )
                for kind, of, number, payload in entries
            ],
        )


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0018_cases_on_loans_customers_products")]

    operations = [migrations.RunPython(convert, migrations.RunPython.noop)]
