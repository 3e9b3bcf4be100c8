"""After the loan is paid out: reviews, drift and early warnings."""

from monitoring.models.drift import DriftFigure, DriftReference, DriftReport, RetrainingProposal
from monitoring.models.early_warning import EarlyWarning
from monitoring.models.review import ReviewChunk, ReviewResult, ReviewRun

__all__ = [
    "DriftFigure",
    "DriftReference",
    "DriftReport",
    "EarlyWarning",
    "RetrainingProposal",
    "ReviewChunk",
    "ReviewResult",
    "ReviewRun",
]
