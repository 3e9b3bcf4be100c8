"""Counts the portfolio once a review has ended; what a dead worker left is counted a minute later."""

from celery import shared_task
from django.utils import timezone

from monitoring.services.portfolio.counting import figures_count, runs_uncounted


@shared_task(name="monitoring.portfolio_figures_task")
def portfolio_figures_task() -> None:
    """Count every review that ended lately and is not counted yet."""
    for run in runs_uncounted(timezone.now()):
        figures_count(run, timezone.now())
