"""What post-loan knows about customers, written part by part of a review."""

from typing import Any, Final

from django.db import connection

from monitoring.levels import LEVELS
from monitoring.models import ReviewChunk, ReviewRun
from monitoring.services.diversion.standing import CONFIRMED
from monitoring.services.planning import joined_as_sets

# The worse of what this review found and what is open, over all the customer's loans in it.
_WRITE: Final = f"""
INSERT INTO lending_customerstanding (customer_id, as_of, known_at, warning_level, open_warnings, months_late, dpd,
    loan_category, has_confirmed_diversion)
SELECT l.customer_id, %(as_of)s, %(known_at)s,
    (%(levels)s::text[])[max(greatest(
        array_position(%(levels)s::text[], r.level), coalesce(array_position(%(levels)s::text[], w.level), 1)))],
    count(w.id), max(r.months_late), max(d.dpd),
    coalesce((array_agg(d.category ORDER BY d.severity DESC, d.category) FILTER (WHERE d.category <> ''))[1], ''),
    l.customer_id IN ({CONFIRMED})
FROM monitoring_reviewresult r
JOIN lending_loan l ON l.id = r.loan_id
LEFT JOIN monitoring_delinquencystate d ON d.run_id = %(run)s AND d.loan_id = r.loan_id {{near}}
LEFT JOIN monitoring_earlywarning w ON w.loan_id = r.loan_id AND w.state = 'OPEN' AND %(is_latest)s
WHERE r.run_id = %(run)s {{which}}
GROUP BY l.customer_id
ON CONFLICT (customer_id, as_of) DO UPDATE
SET warning_level = excluded.warning_level, open_warnings = excluded.open_warnings,
    months_late = excluded.months_late, dpd = excluded.dpd, loan_category = excluded.loan_category,
    has_confirmed_diversion = excluded.has_confirmed_diversion,
    known_at = excluded.known_at
"""  # noqa: S608  # a constant of our own


# Each side is bounded: taken for a handful of rows, as rows just written are, they would be joined one by one.
_OF_CHUNK: Final = "AND r.loan_id BETWEEN %(first)s AND %(last)s AND l.id BETWEEN %(first)s AND %(last)s"
_NEAR: Final = "AND d.loan_id BETWEEN %(first)s AND %(last)s"
# Parts that run at once do not see each other's loans.
_OF_SEVERAL: Final = """
AND l.customer_id IN (
    SELECT several.customer_id FROM lending_loan several WHERE several.product_id = %(product)s
    GROUP BY several.customer_id HAVING count(*) > 1
)
"""


def standings_write(*, run: ReviewRun, chunk: ReviewChunk, is_latest: bool) -> int:
    """One standing per customer of a part, as of the review and known since it started; returns their number.

    Warnings that are open now count for the latest review of the product only.
    """
    statement = _WRITE.format(which=_OF_CHUNK, near=_NEAR)
    values = _values(run, is_latest) | {"first": chunk.first_loan_id, "last": chunk.last_loan_id}
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def standings_join(*, run: ReviewRun, is_latest: bool) -> int:
    """Once all parts are done: anew for customers of several loans, which may lie in several parts."""
    with joined_as_sets(), connection.cursor() as cursor:
        statement = _WRITE.format(which=_OF_SEVERAL, near="")
        cursor.execute(statement, _values(run, is_latest) | {"product": run.product_id})
        return int(cursor.rowcount)


def _values(run: ReviewRun, is_latest: bool) -> dict[str, Any]:
    return {
        "run": run.pk,
        "as_of": run.as_of,
        "known_at": run.started_at,
        "levels": list(LEVELS),
        "is_latest": is_latest,
    }
