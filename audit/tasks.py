"""What beat starts: checkpoints of the log, delivery of the outbox. Both may run anywhere, twice, or late."""

import logging

from celery import shared_task
from django.utils import timezone

from audit.services.checkpoints import checkpoint_sign
from audit.services.outbox import messages_deliver
from riskengine.errors import RiskEngineError

logger = logging.getLogger(__name__)


@shared_task(name="audit.checkpoint_task")
def checkpoint_task() -> None:
    """Sign what was written since the last checkpoint; a log that does not add up is an alert, never signed over."""
    try:
        checkpoint_sign(timezone.now())
    except RiskEngineError as error:
        logger.critical("audit_log_not_signed code=%s facts=%s", error.code, error.facts)


@shared_task(name="audit.outbox_deliver_task")
def outbox_deliver_task() -> None:
    """Deliver what is due in the outbox, in shares well below the time limit of a task."""
    messages_deliver(at=timezone.now(), most=5_000)
