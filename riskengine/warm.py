"""What each web and worker process loads once, after its fork.

Models and columns used before a fork hang the child that uses them (thread pools do not survive it);
loaded at the first request they make that one slow.
"""

import logging
import time

from django.db import connection

logger = logging.getLogger(__name__)


def process_warm() -> int:
    """Load the live bundle of every rule set and score nothing; returns how many loaded.

    One that fails is logged and tried again when it is needed: an empty database, or one that is down,
    must not keep the process from starting.
    """
    began, loaded = time.monotonic(), 0
    try:
        from rules.models import RuleSet
        from rules.services.bundles.loading import bundle_live

        rule_sets = list(RuleSet.objects.values_list("product__code", "stage"))
    except Exception:
        logger.warning("process_not_warmed", exc_info=True)
        return loaded
    for product_code, stage in rule_sets:
        try:
            bundle_live(product_code, stage)
            loaded += 1
        except Exception:
            logger.warning("bundle_not_warmed", extra={"product": product_code, "stage": stage}, exc_info=True)
    connection.close()
    logger.info("process_warm", extra={"bundles": loaded, "seconds": round(time.monotonic() - began, 3)})
    return loaded
