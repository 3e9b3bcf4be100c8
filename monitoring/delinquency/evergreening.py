"""New money that pays old arrears: a loan paid out shortly before or after another one's arrears were cleared. Pure."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

REFINANCE = "refinance"
"""The declared purpose of a loan that is meant to repay others."""


class Cleared(NamedTuple):
    """Arrears of a loan that were cleared on a day: minor units that had been in arrears before."""

    customer_id: int
    loan_id: int
    cleared_on: date
    arrears_minor: int


class Opened(NamedTuple):
    """A loan paid out."""

    customer_id: int
    loan_id: int
    opened_on: date
    purpose: str


class Refinancing(NamedTuple):
    """A new loan that may have cleared the arrears of an old one."""

    customer_id: int
    old_loan_id: int
    new_loan_id: int
    cleared_on: date
    opened_on: date
    arrears_minor: int
    is_declared: bool
    """Whether the new loan says it is meant to repay others: then it is no suspicion, it is so."""


def refinancings(cleared: Iterable[Cleared], opened: Iterable[Opened], days: int) -> list[Refinancing]:
    """Every pair of one customer's loans at most `days` days apart, an old loan never with itself."""
    by_customer: dict[int, list[Opened]] = {}
    for loan in opened:
        by_customer.setdefault(loan.customer_id, []).append(loan)
    return [
        Refinancing(
            old.customer_id,
            old.loan_id,
            new.loan_id,
            old.cleared_on,
            new.opened_on,
            old.arrears_minor,
            new.purpose == REFINANCE,
        )
        for old in cleared
        for new in by_customer.get(old.customer_id, ())
        if new.loan_id != old.loan_id and abs((new.opened_on - old.cleared_on).days) <= days
    ]
