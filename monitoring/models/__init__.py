"""After the loan is paid out: reviews, drift and early warnings."""

from monitoring.models.drift import DriftFigure, DriftReference, DriftReport, RetrainingProposal
from monitoring.models.early_warning import EarlyWarning
from monitoring.models.health_code import HealthCode, HealthColour, HealthDispute, HealthDue, HealthOverride
from monitoring.models.health_share import HealthKey, HealthLink, HealthRecipient, HealthScan, HealthShare
from monitoring.models.review import ReviewChunk, ReviewResult, ReviewRun
from monitoring.models.trigger_report import TriggerReport
from monitoring.models.trigger_report import TriggerReport

__all__ = [
    "DriftFigure",
    "DriftReference",
    "DriftReport",
    "EarlyWarning",
    "HealthCode",
    "HealthColour",
    "HealthDispute",
    "HealthDue",
    "HealthKey",
    "HealthLink",
    "HealthOverride",
    "HealthRecipient",
    "HealthScan",
    "HealthShare",
    "RetrainingProposal",
    "ReviewChunk",
    "ReviewResult",
    "ReviewRun",
    "TriggerReport",
]
