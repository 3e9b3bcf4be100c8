"""Portraits through Celery: each task keeps a batch and hands on to the next. Arguments are dates and ids only."""

import logging
from datetime import UTC, date, timedelta

from celery import shared_task
from django.utils import timezone

from lending.business_dates import business_date_end
from riskengine.errors import RiskEngineError
from rules.services.portraits.customers import portraits_keep

logger = logging.getLogger(__name__)

ACTOR = "system:portraits"


@shared_task(name="rules.portraits_month_task")
def portraits_month_task(as_of: str = "", after: int = 0) -> None:
    """Keep portraits as of the end of `as_of` (YYYY-MM-DD, UTC; default: last month's last day) of the customers after
    an id. Repeated, it adds nothing."""
    now = timezone.now()
    day = date.fromisoformat(as_of) if as_of else now.astimezone(UTC).date().replace(day=1) - timedelta(days=1)
    try:
        batch = portraits_keep(as_of=business_date_end(day, "UTC"), after=after, at=now, actor=ACTOR)
    except RiskEngineError as error:
        logger.error("portraits_not_kept", extra={"day": day.isoformat(), "after": after, "error_code": error.code})
        return
    if batch is None:
        return
    if batch.broken:
        logger.error("portraits_key_broken", extra={"day": day.isoformat(), "customers": batch.broken})
    portraits_month_task.delay(day.isoformat(), batch.last)
