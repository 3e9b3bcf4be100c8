"""Products and regions through Celery: each day the months that have become complete; a repeat counts them anew."""

import logging
from datetime import date, timedelta

from celery import shared_task
from django.utils import timezone

from lending.business_dates import business_date_of
from lending.models import Product
from monitoring.regions.months import month_of
from monitoring.services.regions.influences import influence_keep
from monitoring.services.regions.months import product_months_keep
from riskengine.errors import RiskEngineError

logger = logging.getLogger(__name__)
HOURS = 3600


@shared_task(
    name="monitoring.region_months_task", acks_late=False, soft_time_limit=2 * HOURS, time_limit=2 * HOURS + 30
)
def region_months_task(as_of: str = "") -> None:
    """Count each product's complete months and fit its regions, once a month (as_of: YYYY-MM-DD; default yesterday)."""
    now = timezone.now()
    for product in Product.objects.order_by("code"):
        day = date.fromisoformat(as_of) if as_of else business_date_of(now, product.timezone) - timedelta(days=1)
        try:
            product_months_keep(product=product, as_of=day, at=now)
            influence_keep(product=product, as_of=month_of(day), at=now)
        except RiskEngineError as error:
            logger.warning("regions_not_counted", extra={"product": product.code, "error_code": error.code})
