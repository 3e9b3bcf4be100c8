"""What post-loan knows about customers, written once a review has ended."""

from typing import Any, Final

from django.db import connection

from monitoring.levels import LEVELS
from monitoring.models import ReviewRun

# The worse of what this review found and what is open, over all the customer's loans in it.
_WRITE: Final = """
INSERT INTO lending_customerstanding (customer_id, as_of, known_at, warning_level, open_warnings, months_late)
SELECT l.customer_id, %(as_of)s, %(known_at)s,
    (%(levels)s::text[])[max(greatest(
        array_position(%(levels)s::text[], r.level), coalesce(array_position(%(levels)s::text[], w.level), 1)))],
    count(w.id), max(r.months_late)
FROM monitoring_reviewresult r
JOIN lending_loan l ON l.id = r.loan_id
LEFT JOIN monitoring_earlywarning w ON w.loan_id = r.loan_id AND w.state = 'OPEN' AND %(is_latest)s
WHERE r.run_id = %(run)s
GROUP BY l.customer_id
ON CONFLICT (customer_id, as_of) DO UPDATE
SET warning_level = excluded.warning_level, open_warnings = excluded.open_warnings,
    months_late = excluded.months_late, known_at = excluded.known_at
"""


def standings_write(*, run: ReviewRun, is_latest: bool) -> int:
    """One standing per customer of the review, as of it and known since it started; returns their number.

    Warnings that are open now count for the latest review of the product only.
    """
    values: dict[str, Any] = {
        "run": run.pk,
        "as_of": run.as_of,
        "known_at": run.started_at,
        "levels": list(LEVELS),
        "is_latest": is_latest,
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, values)
        return int(cursor.rowcount)
