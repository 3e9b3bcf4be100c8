"""Reviews and early warnings in the admin."""

from monitoring.admin import registrations
from monitoring.admin.drift import DriftReportAdmin
from monitoring.admin.early_warnings import EarlyWarningAdmin
from monitoring.admin.review_runs import ReviewRunAdmin

__all__ = [
    "DriftReportAdmin",
    "EarlyWarningAdmin",
    "ReviewRunAdmin",
    "registrations",
]
