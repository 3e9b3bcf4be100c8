"""After the loan is paid out: reviews and early warnings."""

from monitoring.models.early_warning import EarlyWarning
from monitoring.models.review import ReviewChunk, ReviewResult, ReviewRun

__all__ = ["EarlyWarning", "ReviewChunk", "ReviewResult", "ReviewRun"]
