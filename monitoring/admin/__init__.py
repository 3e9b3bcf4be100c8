"""Reviews and early warnings in the admin."""

from monitoring.admin import health_registrations, registrations
from monitoring.admin.cases import registrations as case_registrations
from monitoring.admin.cases import words as case_words
from monitoring.admin.cases.four_eyes import ProposedMeasureAdmin, WarningSnoozeAdmin
from monitoring.admin.cases.pages import WarningCaseAdmin
from monitoring.admin.dashboard.pages import PortfolioFigureAdmin
from monitoring.admin.delinquency import words as delinquency_words
from monitoring.admin.delinquency.pauses import LoanPauseAdmin
from monitoring.admin.delinquency.states import DelinquencyStateAdmin
from monitoring.admin.delinquency.upgrades import CategoryUpgradeAdmin
from monitoring.admin.diversion import registrations as diversion_registrations
from monitoring.admin.diversion.pages import DiversionFindingAdmin
from monitoring.admin.drift import DriftReportAdmin
from monitoring.admin.early_warnings import EarlyWarningAdmin
from monitoring.admin.health_codes import HealthCodeAdmin
from monitoring.admin.health_decisions import HealthDisputeAdmin, HealthOverrideAdmin
from monitoring.admin.health_sharing import HealthKeyAdmin, HealthRecipientAdmin
from monitoring.admin.regions import registrations as region_registrations
from monitoring.admin.regions.map import RegionInfluenceAdmin
from monitoring.admin.regions.products import ProductMonthAdmin
from monitoring.admin.review_runs import ReviewRunAdmin
from monitoring.admin.trigger_reports import TriggerReportAdmin

__all__ = [
    "CategoryUpgradeAdmin",
    "DelinquencyStateAdmin",
    "DiversionFindingAdmin",
    "DriftReportAdmin",
    "EarlyWarningAdmin",
    "HealthCodeAdmin",
    "HealthDisputeAdmin",
    "HealthKeyAdmin",
    "HealthOverrideAdmin",
    "HealthRecipientAdmin",
    "LoanPauseAdmin",
    "PortfolioFigureAdmin",
    "ProductMonthAdmin",
    "ProposedMeasureAdmin",
    "RegionInfluenceAdmin",
    "ReviewRunAdmin",
    "TriggerReportAdmin",
    "WarningCaseAdmin",
    "WarningSnoozeAdmin",
    "case_registrations",
    "case_words",
    "delinquency_words",
    "diversion_registrations",
    "health_registrations",
    "region_registrations",
    "registrations",
]
