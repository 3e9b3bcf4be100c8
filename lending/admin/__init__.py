"""The book in the admin: to look at, not to change; what changes it are imports, the API and services."""

from lending.admin import registrations
from lending.admin.applications import ApplicationAdmin
from lending.admin.book_imports import BookImportAdmin, BookMappingAdmin, BookSourceAdmin
from lending.admin.consents import ConsentAdmin
from lending.admin.customers import CustomerAdmin, CustomerStandingAdmin
from lending.admin.loan_changes import LoanChangeRequestAdmin
from lending.admin.loans import LoanAdmin
from lending.admin.products import ProductAdmin
from lending.admin.regions import RegionAdmin, RegionMonthAdmin
from lending.admin.risk_events import RiskEventAdmin

__all__ = [
    "ApplicationAdmin",
    "BookImportAdmin",
    "BookMappingAdmin",
    "BookSourceAdmin",
    "ConsentAdmin",
    "CustomerAdmin",
    "CustomerStandingAdmin",
    "LoanAdmin",
    "LoanChangeRequestAdmin",
    "ProductAdmin",
    "RegionAdmin",
    "RegionMonthAdmin",
    "RiskEventAdmin",
    "registrations",
]
