"""The pages of accounts, API clients, approvals, the log and the outbox."""

from audit.admin import registrations
from audit.admin.api_clients import ApiClientAdmin
from audit.admin.api_keys import ApiKeyAdmin
from audit.admin.approvals import ApprovalAdmin
from audit.admin.governed import GovernedDocumentAdmin
from audit.admin.log import AuditEntryAdmin, CheckpointAdmin
from audit.admin.outbox import OutboxMessageAdmin
from audit.admin.users import UserAdmin

__all__ = [
    "ApiClientAdmin",
    "ApiKeyAdmin",
    "ApprovalAdmin",
    "AuditEntryAdmin",
    "CheckpointAdmin",
    "GovernedDocumentAdmin",
    "OutboxMessageAdmin",
    "UserAdmin",
    "registrations",
]
