"""Writing what a chunk found: COPY into a temporary table, then one statement each for results and warnings."""

import io
import logging
from collections.abc import Iterable
from typing import Final

import msgspec
from django.db import connection

from lending.vault import VaultError, key_unwrap, seal, unseal
from monitoring.findings import Finding
from monitoring.models import ReviewResult, ReviewRun

logger = logging.getLogger(__name__)

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
SELECT %(run)s, loan_id, pd, grade, level, rule_codes, unknown_codes, pattern_hits, months_late, portrait
FROM review_in
ON CONFLICT (run_id, loan_id) DO NOTHING
"""


def results_write(*, run: ReviewRun, findings: Iterable[Finding]) -> int:
    """Write the findings of one chunk; what an earlier attempt wrote stays. Returns how many keys did not open.

    A finding that cannot be sealed is left out: one broken key must not hold up everybody else. The rows stay in
    the temporary table `review_in` until the end of the transaction, for the warnings.
    """
    lines, broken = io.StringIO(), 0
    for finding in findings:
        try:
            lines.write(_line(run.pk, finding))
        except VaultError:
            logger.error("customer_key_broken", extra={"customer": finding.customer_id, "loan": finding.loan_id})
            broken += 1
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(_CREATE)
        cursor.execute("TRUNCATE review_in")
        cursor.copy_expert("COPY review_in FROM STDIN", lines)
        cursor.execute(_INSERT, {"run": run.pk})
    return broken


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


def _line(run_id: int, finding: Finding) -> str:
    """One line as COPY reads it: what JSON may hold is a backslash, never a tab or a line end."""
    sealed = seal(key_unwrap(bytes.fromhex(finding.wrapped_key)), finding.portrait, _context(run_id, finding.loan_id))
    judgement = finding.judgement
    fields = (
        str(finding.loan_id),
        str(finding.customer_id),
        "\\N" if finding.pd is None else repr(finding.pd),
        finding.grade or "",
        judgement.level,
        *(text.replace("\\", "\\\\") for text in judgement.columns),
        str(finding.months_late or 0),
        "\\\\x" + sealed.hex(),
    )
    return "\t".join(fields) + "\n"
