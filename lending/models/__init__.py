"""The book: who asked for what, what was paid out, and what happened since."""

from lending.models.application import Application
from lending.models.bank_account import AccountTransaction, BankAccount, CustomerMonth
from lending.models.book_import import (
    BookImport,
    BookImportPart,
    BookImportReject,
    BookMapping,
    BookSource,
    IdentifierToken,
    SuspectedDuplicate,
)
from lending.models.book_pull import BookPull
from lending.models.consent import Consent, ConsentScope
from lending.models.customer import Customer, Identifier
from lending.models.customer_fact import CustomerFact
from lending.models.customer_link import CustomerLink
from lending.models.instalment import Instalment, Repayment
from lending.models.list_entry import Dimension, ListEntry, ListImport, ListKind
from lending.models.loan import Loan, LoanMonth
from lending.models.loan_change import LoanChange, LoanChangeRequest
from lending.models.product import Product
from lending.models.region import Region, RegionMonth
from lending.models.risk_event import RiskEvent
from lending.models.standing import CustomerStanding

__all__ = [
    "AccountTransaction",
    "Application",
    "BankAccount",
    "BookImport",
    "BookImportPart",
    "BookImportReject",
    "BookMapping",
    "BookPull",
    "BookSource",
    "Consent",
    "ConsentScope",
    "Customer",
    "CustomerFact",
    "CustomerLink",
    "CustomerMonth",
    "CustomerStanding",
    "Dimension",
    "Identifier",
    "IdentifierToken",
    "Instalment",
    "ListEntry",
    "ListImport",
    "ListKind",
    "Loan",
    "LoanChange",
    "LoanChangeRequest",
    "LoanMonth",
    "Product",
    "Region",
    "RegionMonth",
    "Repayment",
    "RiskEvent",
    "SuspectedDuplicate",
]
