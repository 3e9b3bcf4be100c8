"""Counts the portfolio after a review has ended."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from monitoring.models import DelinquencyState, PortfolioFigure, ReviewRun
from monitoring.services.planning import joined_as_sets
from monitoring.services.portfolio.sql import FACTS, FIGURES, FIGURES_OF_NOW, SERIOUS_DAYS
from monitoring.services.runs import run_is_latest, runs_earlier

UNCOUNTED: Final = timedelta(days=3)
"""A review that ended longer ago without a count stays without one: newer ones speak of today."""


def runs_uncounted(at: datetime) -> list[ReviewRun]:
    """Reviews of everybody that ended lately and of which the portfolio is not counted, the oldest first."""
    ended = ReviewRun.objects.filter(counted_at__isnull=True, ended_at__gt=at - UNCOUNTED)
    return list(ended.exclude(scope=ReviewRun.Scope.CUSTOMERS).select_related("product").order_by("as_of", "id"))


@transaction.atomic
def figures_count(run: ReviewRun, at: datetime) -> int:
    """Count the portfolio as `run` left it, in place of an earlier count of it; returns the rows written.

    Loans that the review did not take are counted as an earlier one found them. A review of some customers only is
    counted by nobody: the next one counts what it changed.
    """
    if run.scope == ReviewRun.Scope.CUSTOMERS or run.state == ReviewRun.State.RUNNING:
        return 0
    runs, before = runs_counted(run)
    values: dict[str, Any] = {
        "run": run.pk,
        "runs": runs,
        "before": before,
        "product": run.product_id,
        "as_of": run.as_of,
        "now": run.started_at,
        "day": run.as_of_day,
        "serious": SERIOUS_DAYS,
    }
    PortfolioFigure.objects.filter(run=run).delete()
    # Warnings and codes are those of now: of an earlier day they are not known any more.
    statements = FIGURES + FIGURES_OF_NOW if run_is_latest(run) else FIGURES
    written = 0
    with joined_as_sets(), connection.cursor() as cursor:
        cursor.execute(FACTS, values)
        for statement in statements:
            cursor.execute(statement, values)
            written += int(cursor.rowcount)
        cursor.execute("DROP TABLE portfolio_facts")
    ReviewRun.objects.filter(pk=run.pk).update(counted_at=at)
    return written


def runs_counted(run: ReviewRun) -> tuple[list[int], int | None]:
    """(reviews that say what is known of a loan, the newest first; the one whose buckets the loans rolled from)."""
    earlier = runs_earlier(run)
    known = set(DelinquencyState.objects.filter(run__in=earlier).values_list("run", flat=True).distinct())
    before = next((number for number in earlier if number in known), None)
    return ([run.pk] if run.scope == ReviewRun.Scope.ALL else [run.pk, *earlier]), before
