"""Searches by contract and customer number, both answered by indexes: no search reads a million loans through."""

from django.db.models import Q, QuerySet

from lending.models import Application, Customer, Loan


def loans_searched(term: str) -> QuerySet[Loan]:
    """Loans whose contract number begins with `term`, in either case, or whose customer has this number."""
    number = customer_number(term)
    by_number = Q() if number is None else Q(customer=number)
    return Loan.objects.filter(Q(external_id__istartswith=term.strip()) | by_number)


def customers_searched(term: str) -> QuerySet[Customer]:
    """Customers of this number, or with a contract or application whose number begins with `term`."""
    loans = loans_searched(term).values("customer")
    applications = Application.objects.filter(external_id__istartswith=term.strip()).values("customer")
    number = customer_number(term)
    own = Customer.objects.none() if number is None else Customer.objects.filter(pk=number)
    return Customer.objects.filter(pk__in=loans.union(applications, own.values("pk")))


def customer_number(term: str) -> int | None:
    """A customer's number as it is, or as it is printed: C00000012; None for anything else."""
    text = term.strip()
    digits = text[1:] if text[:1] in ("C", "c") else text
    return int(digits) if digits.isascii() and digits.isdecimal() else None
