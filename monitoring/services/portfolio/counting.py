"""Counts the portfolio after a review has ended."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from psycopg2 import sql

from monitoring.models import PortfolioFigure, PortfolioLoan, ReviewRun
from monitoring.services.earlier_runs import EarlierRuns, runs_earlier
from monitoring.services.planning import joined_as_sets
from monitoring.services.portfolio.reading import Shown, runs_by_month, runs_latest
from monitoring.services.portfolio.sql import FIGURES, LOANS, LOST, SERIOUS_DAYS
from monitoring.services.runs import run_is_latest

UNCOUNTED: Final = timedelta(days=3)
"""A review that ended longer ago without a count stays without one: newer ones speak of today."""
_BEFORE: Final = """
SELECT earlier.id FROM monitoring_reviewrun earlier
WHERE {} AND earlier.scope <> 'CUSTOMERS'
    AND EXISTS (SELECT FROM monitoring_delinquencystate d WHERE d.run_id = earlier.id)
ORDER BY earlier.as_of DESC, earlier.id DESC LIMIT 1
"""


def runs_uncounted(at: datetime) -> list[ReviewRun]:
    """Reviews of everybody of which the portfolio is to be counted, the oldest first: those that ended lately and are
    not, and the latest of a product where its loans are not kept (they were counted before loans were)."""
    ended = ReviewRun.objects.filter(counted_at__isnull=True, ended_at__gt=at - UNCOUNTED)
    fresh = ended.exclude(scope=ReviewRun.Scope.CUSTOMERS).select_related("product")
    kept = PortfolioLoan.objects.filter(run=OuterRef("pk"))
    figures = PortfolioFigure.objects.filter(run=OuterRef("pk"))
    latest = ReviewRun.objects.filter(pk__in=[run.pk for run in runs_latest(Shown())])
    bare = latest.filter(~Exists(kept), Exists(figures)).select_related("product")
    return sorted([*fresh, *bare], key=lambda run: (run.as_of, run.pk))


@transaction.atomic
def figures_count(run: ReviewRun, at: datetime) -> int:
    """Count the portfolio as `run` left it, in place of an earlier count of it; returns the figures written.

    Loans that the review did not take are counted as an earlier one found them. A review of some customers only is
    counted by nobody: the next one counts what it changed. The loans are kept of the last review of each month.
    """
    if run.scope == ReviewRun.Scope.CUSTOMERS or run.state == ReviewRun.State.RUNNING:
        return 0
    earlier = runs_earlier(run)
    looked_in = earlier._replace(named=()) if run.scope == ReviewRun.Scope.ALL else earlier
    values: dict[str, Any] = {
        "run": run.pk,
        "before": _before(earlier),
        "product": run.product_id,
        "as_of": run.as_of,
        "now": run.started_at,
        "day": run.as_of_day,
        "serious": SERIOUS_DAYS,
        "is_latest": run_is_latest(run),
    }
    PortfolioFigure.objects.filter(run=run).delete()
    _loans_drop([run.pk])
    with joined_as_sets(), connection.cursor() as cursor:
        which = {f"runs_{table}": looked_in.are(f"{table}.run_id", or_itself=True) for table in ("r", "d")}
        cursor.execute(sql.SQL(LOANS).format(**which), values)
        cursor.execute(FIGURES, values)
        written = int(cursor.rowcount)
        cursor.execute(LOST, values)
        written += int(cursor.rowcount)
    ReviewRun.objects.filter(pk=run.pk).update(counted_at=at)
    _loans_drop(_replaced(run))
    return written


def _before(earlier: EarlierRuns) -> int | None:
    """The review whose buckets the loans rolled from: the latest of the earlier ones that kept any,
    but for those of some customers only."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_BEFORE).format(earlier.are("earlier.id")))
        found = cursor.fetchone()
    return found[0] if found else None


def _replaced(run: ReviewRun) -> list[int]:
    """Counted reviews of the product that no picture shows any more: not the last of one of the months shown."""
    shown = {number for runs in runs_by_month(Shown(product=run.product)).values() for number in runs}
    counted = ReviewRun.objects.filter(product=run.product_id, counted_at__isnull=False)
    return [number for number in counted.values_list("pk", flat=True) if number not in shown]


def _loans_drop(runs: list[int]) -> None:
    """By one statement: Django would fetch what it deletes."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM monitoring_portfolioloan WHERE run_id = ANY(%s)", [runs])
