"""Events for the triggers of early warnings, told from the book before the night's reviews read them."""

import logging
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from lending.business_dates import business_date_of
from monitoring.services.reviews import NothingToReview, products_to_review, review_as_of
from monitoring.services.trigger_events import trigger_events_raise
from riskengine.errors import RiskEngineError

logger = logging.getLogger(__name__)


@shared_task(name="monitoring.trigger_events_task")
def trigger_events_task() -> None:
    """Raise what each product's facts up to its own yesterday say; a repeat raises nothing."""
    now = timezone.now()
    try:
        products = products_to_review()
    except NothingToReview:
        return
    for product in products:
        yesterday = business_date_of(now, product.timezone) - timedelta(days=1)
        try:
            trigger_events_raise(product=product, as_of=review_as_of(yesterday, product), at=now)
        except RiskEngineError as error:
            logger.error("trigger_events_not_raised", extra={"product": product.code, "error_code": error.code})
