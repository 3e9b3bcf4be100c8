"""After the loan is paid out: reviews, drift and early warnings."""

from monitoring.models.delinquency import CategoryUpgrade, DelinquencyState, LoanPause
from monitoring.models.diversion import DiversionFinding, DiversionProposal, DiversionWatch
from monitoring.models.drift import DriftFigure, DriftReference, DriftReport, RetrainingProposal
from monitoring.models.early_warning import EarlyWarning
from monitoring.models.health_code import HealthCode, HealthColour, HealthDispute, HealthDue, HealthOverride
from monitoring.models.health_share import HealthKey, HealthLink, HealthRecipient, HealthScan, HealthShare
from monitoring.models.portfolio_figure import PortfolioFigure
from monitoring.models.portfolio_loan import PortfolioLoan
from monitoring.models.proposed_measure import ProposedMeasure
from monitoring.models.region import ProductMonth, RegionFigure, RegionInfluence
from monitoring.models.review import LoanReview, ReviewChunk, ReviewDue, ReviewResult, ReviewRun
from monitoring.models.trigger_report import TriggerReport
from monitoring.models.warning_case import WarningCase, WarningCaseStep
from monitoring.models.warning_snooze import WarningHit, WarningSnooze

__all__ = [
    "CategoryUpgrade",
    "DelinquencyState",
    "DiversionFinding",
    "DiversionProposal",
    "DiversionWatch",
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
    "LoanPause",
    "LoanReview",
    "PortfolioFigure",
    "PortfolioLoan",
    "ProductMonth",
    "ProposedMeasure",
    "RegionFigure",
    "RegionInfluence",
    "RetrainingProposal",
    "ReviewChunk",
    "ReviewDue",
    "ReviewResult",
    "ReviewRun",
    "TriggerReport",
    "WarningCase",
    "WarningCaseStep",
    "WarningHit",
    "WarningSnooze",
]
