"""Diversion through Celery: loans with new facts every minute, and a nightly look for those of which nobody told."""

import logging

from celery import shared_task
from django.utils import timezone

from monitoring.services.diversion.findings import diversion_trace
from monitoring.services.diversion.watching import customers_missed, loans_due, loans_touch
from riskengine.errors import RiskEngineError

logger = logging.getLogger(__name__)
LOANS = 1_000
"""In one run: what is left over is due in the next."""


@shared_task(name="monitoring.diversion_task")
def diversion_task() -> None:
    """Follow the money of loans that are due; a repeat finds nothing new."""
    for loan_id in loans_due(at=timezone.now(), most=LOANS):
        try:
            diversion_trace(loan_id=loan_id, at=timezone.now())
        except RiskEngineError as error:
            logger.error("diversion_not_traced", extra={"loan": loan_id, "error_code": error.code})


@shared_task(name="monitoring.diversion_sweep_task")
def diversion_sweep_task() -> None:
    """Mark loans whose customers have newer transactions than were followed."""
    loans_touch(customers_missed(at=timezone.now()))
