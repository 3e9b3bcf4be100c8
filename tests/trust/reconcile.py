"""What a lender's journal says against what the database holds; reads SQL and a file, and nothing of the product.

Run it as `python -m tests.trust.reconcile DATABASE_URL JOURNAL CLIENT_CODE`; it prints one line of JSON.
"""

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import psycopg2

DECISIONS = """
SELECT k.key, k.response, d.id::text, d.document, d.document_hash, a.external_id
FROM rules_idempotencykey k
LEFT JOIN rules_decision d ON d.id = k.decision_id
LEFT JOIN lending_application a ON a.id = d.application_id
WHERE k.client_id = (SELECT id FROM audit_apiclient WHERE code = %s)
"""
# Each must count nothing: a row without the rows that are written with it, or with too many of them.
HALVES = {
    "key_without_answer": "SELECT count(*) FROM rules_idempotencykey WHERE response IS NULL OR decision_id IS NULL",
    "decision_without_one_key": """
        SELECT count(*) FROM rules_decision d
        WHERE (SELECT count(*) FROM rules_idempotencykey k WHERE k.decision_id = d.id) <> 1""",
    "decision_without_one_audit_entry": """
        SELECT count(*) FROM rules_decision d LEFT JOIN (
            SELECT object_id, count(*) AS n FROM audit_auditentry
            WHERE object_type = 'decision' AND kind = 'decision.made' GROUP BY object_id
        ) e ON e.object_id = d.id::text WHERE coalesce(e.n, 0) <> 1""",
    "audit_entry_without_decision": """
        SELECT count(*) FROM audit_auditentry e WHERE e.kind = 'decision.made'
        AND NOT EXISTS (SELECT FROM rules_decision d WHERE d.id::text = e.object_id)""",
    "decision_without_one_message": """
        SELECT count(*) FROM rules_decision d LEFT JOIN (
            SELECT payload->>'decision' AS id, count(*) AS n FROM audit_outboxmessage
            WHERE topic = 'decision.made' GROUP BY 1
        ) m ON m.id = d.id::text WHERE coalesce(m.n, 0) <> 1""",
    "application_without_decision": """
        SELECT count(*) FROM lending_application a
        WHERE NOT EXISTS (SELECT FROM rules_decision d WHERE d.application_id = a.id)""",
    "customer_without_application": """
        SELECT count(*) FROM lending_customer c
        WHERE NOT EXISTS (SELECT FROM lending_application a WHERE a.customer_id = c.id)
        AND NOT EXISTS (SELECT FROM lending_loan l WHERE l.customer_id = c.id)""",
}
WAITING = "SELECT count(*) FROM audit_outboxmessage WHERE delivered_at IS NULL"


def reconcile(connection: Any, journal: Path, client: str) -> dict[str, Any]:
    """Counts of what is lost, doubled and half-written, with a few examples of each.

    The journal has a line for each request before it was sent ({"asked": key, "external_id"}) and one after its answer
    ({"acked": key, "id", "body": sha256, "document_hash"}).
    """
    asked, acked = _journal(journal)
    lost: list[str] = []
    doubled: list[str] = []
    with connection.cursor() as cursor:
        cursor.execute(DECISIONS, [client])
        stored = {row[0]: row[1:] for row in cursor.fetchall()}
        halves = {name: _count(cursor, sql) for name, sql in HALVES.items()}
        waiting = _count(cursor, WAITING)
    for key, answers in acked.items():
        if len({json.dumps(answer, sort_keys=True) for answer in answers}) != 1:
            doubled.append(f"{key}: answered differently")
        if wrong := _wrong(stored.get(key), answers[0], asked.get(key, "")):
            lost.append(f"{key}: {wrong}")
    doubled += [f"{key}: never asked for" for key in stored if key not in asked]
    once = Counter(row[4] for row in stored.values())
    doubled += [f"{number}: {count} decisions" for number, count in once.items() if count > 1]
    return {
        "asked": len(asked),
        "acknowledged": len(acked),
        "stored": len(stored),
        "lost": len(lost),
        "doubled": len(doubled),
        "half_written": sum(halves.values()),
        "waiting": waiting,
        "examples": [*lost[:5], *doubled[:5], *(f"{name}: {count}" for name, count in halves.items() if count)],
    }


def _journal(path: Path) -> tuple[dict[str, str], dict[str, list[dict[str, str]]]]:
    asked: dict[str, str] = {}
    acked: dict[str, list[dict[str, str]]] = {}
    for line in path.read_text().splitlines():
        entry = json.loads(line)
        if "asked" in entry:
            asked[entry["asked"]] = entry["external_id"]
        else:
            answer = {name: entry[name] for name in ("id", "body", "document_hash")}
            acked.setdefault(entry["acked"], []).append(answer)
    return asked, acked


def _wrong(row: tuple[Any, ...] | None, answer: dict[str, str], external_id: str) -> str:
    """What the database lacks of an acknowledged answer, or ""."""
    if row is None or row[0] is None or row[1] is None:
        return "acknowledged and not there"
    response, decision_id, document, document_hash, number = row
    if decision_id != answer["id"] or number != external_id:
        return "another decision"
    if hashlib.sha256(bytes(response)).hexdigest() != answer["body"]:
        return "another answer"
    is_whole = hashlib.sha256(bytes(document)).hexdigest() == document_hash == answer["document_hash"]
    return "" if is_whole else "another document"


def _count(cursor: Any, sql: str) -> int:
    cursor.execute(sql)
    return int(cursor.fetchone()[0])


if __name__ == "__main__":
    database, path, code = sys.argv[1:]
    found = psycopg2.connect(database)
    print(json.dumps(reconcile(found, Path(path), code)))
    found.close()
