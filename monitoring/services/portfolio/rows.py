"""The loans behind a number of the portfolio: the same conditions as the counting, a page at a time."""

from typing import Any, Final, NamedTuple

from django.db import connection

from monitoring.models import PortfolioFigure, ReviewRun
from monitoring.services.portfolio.counting import runs_counted
from monitoring.services.portfolio.reading import Shown
from monitoring.services.portfolio.sql import AGE, SERIOUS_DAYS

Name = PortfolioFigure.Name
_SELECT: Final = """
SELECT r.loan_id, l.external_id, l.customer_id, coalesce(g.code, ''), coalesce(s.segment, ''), r.level, r.pd,
    d.dpd, coalesce(d.bucket, ''), coalesce(d.category, '')
FROM monitoring_reviewresult r
JOIN lending_loan l ON l.id = r.loan_id
LEFT JOIN lending_region g ON g.id = l.region_id
LEFT JOIN monitoring_loanreview s ON s.loan_id = r.loan_id
LEFT JOIN monitoring_delinquencystate d ON d.loan_id = r.loan_id AND d.run_id = r.run_id
WHERE r.run_id = ANY(%(runs)s::bigint[])
    AND (l.closed_on IS NULL OR l.closed_on > %(day)s)
    AND (cardinality(%(runs)s::bigint[]) = 1 OR NOT EXISTS (
        SELECT FROM monitoring_reviewresult newer
        WHERE newer.loan_id = r.loan_id AND newer.run_id = ANY(%(runs)s::bigint[])
            AND array_position(%(runs)s::bigint[], newer.run_id) < array_position(%(runs)s::bigint[], r.run_id)
    ))
    AND (%(region)s::bigint IS NULL OR l.region_id = %(region)s)
    AND (%(segment)s = '' OR s.segment = %(segment)s)
    AND (NOT %(serious_only)s OR coalesce(d.dpd > %(serious)s, r.months_late > 3, false))
    AND {condition}
ORDER BY r.loan_id LIMIT %(most)s OFFSET %(start)s
"""
_CONDITIONS: Final[dict[str, str]] = {
    Name.LEVEL: "(%(key)s = '' OR r.level = %(key)s)",
    Name.BUCKET: "coalesce(d.bucket, '') = %(key)s",
    Name.CATEGORY: "coalesce(d.category, '') = %(key)s",
    Name.VINTAGE: "to_char(l.opened_on, 'YYYY-MM') = %(key)s",
    Name.ROLL: """EXISTS (
        SELECT FROM monitoring_delinquencystate before
        WHERE before.loan_id = r.loan_id AND before.run_id = %(before)s
            AND before.bucket || '>' || d.bucket = %(key)s AND before.bucket <> '' AND d.bucket <> '')""",
    Name.WARNING: f"""EXISTS (
        SELECT FROM monitoring_earlywarning w
        WHERE w.loan_id = r.loan_id AND w.state = 'OPEN' AND w.level || '|' || {AGE} = %(key)s)""",
    Name.HEALTH: """EXISTS (
        SELECT FROM monitoring_healthcode h
        WHERE h.customer_id = l.customer_id AND h.is_current AND h.colour = %(key)s)""",
}


class LoanRow(NamedTuple):
    """One loan as the review found it."""

    loan_id: int
    external_id: str
    customer_id: int
    region: str
    segment: str
    level: str
    pd: float | None
    dpd: int | None
    bucket: str
    category: str


def loans_behind(
    run: ReviewRun, name: str, key: str, shown: Shown, *, serious_only: bool = False, start: int = 0, most: int = 100
) -> list[LoanRow]:
    """Loans that a figure of this review counts, by number. Customers with a code are shown by all their loans.

    An empty key of LEVEL is every loan. KeyError for a name that is no figure.
    """
    runs, before = runs_counted(run)
    values: dict[str, Any] = {
        "runs": runs,
        "before": before,
        "day": run.as_of_day,
        "now": run.started_at,
        "region": shown.region.pk if shown.region else None,
        "segment": shown.segment,
        "serious": SERIOUS_DAYS,
        "serious_only": serious_only,
        "key": key,
        "start": start,
        "most": most,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SELECT.format(condition=_CONDITIONS[name]), values)
        return [LoanRow(*row) for row in cursor.fetchall()]
