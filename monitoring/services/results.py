"""Writing what a chunk found: COPY into a temporary table, then one statement each for results and warnings."""

import csv
import io
import json
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec
from django.db import connection

from lending.vault import key_unwrap, seal, unseal
from monitoring.findings import Finding
from monitoring.models import ReviewResult, ReviewRun

TABLE: Final = "review_in"
_CREATE: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS review_in (
    loan_id bigint, customer_id bigint, pd double precision, grade text, level text, rule_codes jsonb,
    unknown_codes jsonb, pattern_hits jsonb, reasons jsonb, months_late int, portrait bytea
) ON COMMIT DELETE ROWS
"""
_INSERT: Final = """
INSERT INTO monitoring_reviewresult
    (run_id, loan_id, pd, grade, level, rule_codes, unknown_codes, pattern_hits, months_late, portrait)
SELECT %(run)s, loan_id, pd, coalesce(grade, ''), level, rule_codes, unknown_codes, pattern_hits, months_late, portrait
FROM review_in
ON CONFLICT (run_id, loan_id) DO NOTHING
"""


def results_write(*, run: ReviewRun, findings: Iterable[Finding]) -> int:
    """Write the findings of one chunk; what an earlier attempt wrote stays. Returns the number of new rows.

    The rows stay in the temporary table `review_in` until the end of the transaction, for the warnings.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows(_row(run.pk, finding) for finding in findings)
    buffer.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        cursor.execute("TRUNCATE review_in")
        cursor.copy_expert("COPY review_in FROM STDIN WITH (FORMAT csv)", buffer)
        cursor.execute(_INSERT, {"run": run.pk})
        return int(cursor.rowcount)


def portrait_open(result: ReviewResult) -> dict[str, object] | None:
    """The variables a result was found from; None once its customer is erased. Raises VaultError."""
    wrapped = result.loan.customer.wrapped_key
    if wrapped is None:
        return None
    data = unseal(key_unwrap(wrapped), result.portrait, _context(result.run_id, result.loan_id))
    portrait: dict[str, object] = msgspec.json.decode(data)
    return portrait


def _context(run_id: int, loan_id: int) -> bytes:
    return b"review/%d/%d" % (run_id, loan_id)


def _row(run_id: int, finding: Finding) -> tuple[object, ...]:
    portrait = msgspec.json.encode(finding.portrait)
    sealed = seal(key_unwrap(bytes.fromhex(finding.wrapped_key)), portrait, _context(run_id, finding.loan_id))
    return (
        finding.loan_id,
        finding.customer_id,
        "" if finding.pd is None else repr(finding.pd),
        finding.grade,
        finding.level,
        _json(tuple(finding.rule_codes)),
        _json(tuple(finding.unknown_codes)),
        json.dumps(finding.pattern_hits),
        json.dumps(finding.reasons, ensure_ascii=False),
        finding.months_late,
        "\\x" + sealed.hex(),
    )


@lru_cache(maxsize=4_096)
def _json(codes: tuple[str, ...]) -> str:
    return json.dumps(codes)  # few combinations, many loans
