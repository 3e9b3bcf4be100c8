"""Who delivers which outbox message: the table that the project, which knows all apps, hands to `audit`."""

import logging

from audit.models import OutboxMessage
from audit.outbox_handlers import Handler, register

logger = logging.getLogger(__name__)


def decision_announce(message: OutboxMessage) -> None:
    """Tell the operator's log of a decision, after its commit: number and outcome, for counts and alarms."""
    logger.info("decision_made decision=%s outcome=%s", message.payload["decision"], message.payload["outcome"])


def resolution_announce(message: OutboxMessage) -> None:
    """Tell the operator's log what people decided on a referral, after its commit."""
    logger.info("decision_resolved decision=%s outcome=%s", message.payload["decision"], message.payload["outcome"])


HANDLERS: dict[str, Handler] = {
    "decision.made": decision_announce,
    "decision.resolved": resolution_announce,
}


def handlers_register() -> None:
    """Fill the outbox's table; called once, when the project starts."""
    for topic, handler in HANDLERS.items():
        register(topic, handler)
