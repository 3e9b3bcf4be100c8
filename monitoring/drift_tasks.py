"""Drift, retraining and overdue validations through Celery: every day, for what is due; a repeat finds it done."""

import logging
from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.services.drift_reports import drift_report, products_followed
from monitoring.services.model_validations import validation_cases_raise
from monitoring.services.retraining import retraining_due, retraining_propose
from riskengine.errors import RiskEngineError

logger = logging.getLogger(__name__)
HOURS = 3600
# Acknowledged at once: the row says whether it is done, and a broker would deliver a long task again meanwhile.


@shared_task(name="monitoring.drift_report_task", acks_late=False, soft_time_limit=HOURS, time_limit=HOURS + 30)
def drift_report_task(as_of: str = "", product: str = "") -> None:
    """Report the last period ended by `as_of` (YYYY-MM-DD; default: yesterday where the product is lent)."""
    for found, day in _days(as_of, product):
        try:
            drift_report(product=found, as_of=day, at=timezone.now())
        except RiskEngineError as error:
            logger.error("drift_not_reported", extra={"product": found.code, "error_code": error.code})


@shared_task(name="monitoring.retraining_task", acks_late=False, soft_time_limit=6 * HOURS, time_limit=6 * HOURS + 30)
def retraining_task(as_of: str = "", product: str = "") -> None:
    """Propose a model for each product whose policy asks for one and is due. None of them goes live by this."""
    for found, day in _days(as_of, product):
        until = retraining_due(found, day)
        if until is None:
            continue
        try:
            retraining_propose(product=found, until=until, at=timezone.now(), progress=_log)
        except RiskEngineError as error:
            logger.error("retraining_not_proposed", extra={"product": found.code, "error_code": error.code})


@shared_task(name="monitoring.model_validation_task")
def model_validation_task() -> None:
    """Open or merge a case for each model in use whose validation is overdue."""
    validation_cases_raise(timezone.now())


def _days(as_of: str, code: str) -> list[tuple[Product, date]]:
    """Products followed, each with its business date."""
    now = timezone.now()
    day = date.fromisoformat(as_of) if as_of else now.date()
    return [
        (one, day if as_of else business_date_of(now, one.timezone) - timedelta(days=1))
        for one in products_followed(day)
        if code in ("", one.code)
    ]


def _log(line: str) -> None:
    logger.info("retraining", extra={"line": line})
