"""The book: who asked for what, what was paid out, and what happened since."""

from lending.models.application import Application
from lending.models.consent import Consent, ConsentScope
from lending.models.customer import Customer, Identifier
from lending.models.customer_fact import CustomerFact
from lending.models.list_entry import Dimension, ListEntry, ListImport, ListKind
from lending.models.loan import Loan, LoanMonth
from lending.models.product import Product
from lending.models.risk_event import RiskEvent
from lending.models.standing import CustomerStanding

__all__ = [
    "Application",
    "Consent",
    "ConsentScope",
    "Customer",
    "CustomerFact",
    "CustomerStanding",
    "Dimension",
    "Identifier",
    "ListEntry",
    "ListImport",
    "ListKind",
    "Loan",
    "LoanMonth",
    "Product",
    "RiskEvent",
]
