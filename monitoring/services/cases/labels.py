"""What people found about warnings, as labels that reports and training can read."""

from datetime import datetime
from typing import Any, Final

import polars as pl
from django.db import connection

from monitoring.models import WarningCase

Outcome = WarningCase.Outcome
TROUBLE: Final = {Outcome.TRUE_TROUBLE.value: True, Outcome.CURED.value: True, Outcome.FALSE_ALARM.value: False}
"""Whether there was trouble; a duplicate says nothing about it."""

_SCHEMA: Final[dict[str, Any]] = {
    "case_id": pl.Int64,
    "warning_id": pl.Int64,
    "loan_id": pl.Int64,
    "customer_id": pl.Int64,
    "level": pl.String,
    "first_as_of": pl.Datetime("us", "UTC"),
    "closed_at": pl.Datetime("us", "UTC"),
    "outcome": pl.String,
}
# The last word by then: a case that was opened again has no label until it is closed anew.
_LABELS: Final = """
SELECT last.case_id, w.id, w.loan_id, w.customer_id, coalesce(last.facts->>'level', w.level), run.as_of, last.at,
    last.facts->>'outcome'
FROM (
    SELECT DISTINCT ON (s.case_id) s.case_id, s.kind, s.at, s.facts
    FROM monitoring_warningcase c JOIN monitoring_warningcasestep s ON s.case_id = c.id
    WHERE (%(product)s = '' OR c.product_id = (SELECT p.id FROM lending_product p WHERE p.code = %(product)s))
        AND s.kind IN ('CLOSED', 'REOPENED') AND s.at <= %(as_of)s
        AND (%(since)s::timestamptz IS NULL OR s.at > %(since)s)
    ORDER BY s.case_id, s.at DESC, s.id DESC
) last
JOIN monitoring_warningcase c ON c.id = last.case_id
JOIN monitoring_earlywarning w ON w.id = c.warning_id
JOIN monitoring_reviewrun run ON run.id = w.first_run_id
WHERE last.kind = 'CLOSED'
ORDER BY last.case_id
"""


def case_labels(as_of: datetime, *, product: str = "", since: datetime | None = None) -> pl.DataFrame:
    """One row per case that was closed as of an instant, as was known then: of a product, after `since`.

    case_id, warning_id, loan_id, customer_id, level (when closed), first_as_of (of the review that raised it),
    closed_at, outcome (TRUE_TROUBLE, FALSE_ALARM, CURED, DUPLICATE) and is_trouble (null for duplicates).
    """
    with connection.cursor() as cursor:
        cursor.execute(_LABELS, {"as_of": as_of, "product": product, "since": since})
        frame = pl.DataFrame(cursor.fetchall(), schema=_SCHEMA, orient="row")
    label = pl.col("outcome").replace_strict(TROUBLE, default=None, return_dtype=pl.Boolean)
    return frame.with_columns(label.alias("is_trouble"))
