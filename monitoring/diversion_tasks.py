"""Diversion through Celery: loans with new facts every minute, and a nightly look for those of which nobody told."""

import logging

from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.utils import timezone

from monitoring.services.diversion.findings import diversion_trace
from monitoring.services.diversion.watching import (
    customers_missed,
    failure_count,
    given_up_try,
    loans_due,
    loans_touch,
)
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
        except SoftTimeLimitExceeded:
            raise
        except Exception as error:  # whatever it is, the loans after it are followed
            # The error's class and code only: its text may repeat what it was given.
            code = error.code if isinstance(error, RiskEngineError) else type(error).__name__
            logger.exception("diversion_not_traced", extra={"loan": loan_id, "error_code": code})
            failure_count(loan_id)


@shared_task(name="monitoring.diversion_sweep_task")
def diversion_sweep_task() -> None:
    """Mark loans whose customers have newer transactions than were followed, and try those given up once more."""
    given_up_try()
    loans_touch(customers_missed(at=timezone.now()))
