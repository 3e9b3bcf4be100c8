"""Who acts, who allows, and what happened."""

from audit.models.api_client import ApiClient, ApiKey, Scope
from audit.models.approval import Approval
from audit.models.governed import GovernedDocument
from audit.models.log import AuditEntry, AuditLeaf, Checkpoint, LogCursor
from audit.models.outbox import OutboxMessage
from audit.models.user import User

__all__ = [
    "ApiClient",
    "ApiKey",
    "Approval",
    "AuditEntry",
    "AuditLeaf",
    "Checkpoint",
    "GovernedDocument",
    "LogCursor",
    "OutboxMessage",
    "Scope",
    "User",
]
