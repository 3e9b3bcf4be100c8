"""Facts about a customer as a decision reads them: those its rules or model name, under the customer's consents."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from lending.services.consents import consents_open_of
from lending.services.customer_facts import facts_as_of
from scoring.catalogue import Variable, may_hold
from scoring.portraits.portrait import is_open


def facts_known(
    variables: Collection[Variable], *, customer_id: int, as_of: datetime, read_at: datetime
) -> dict[str, Any]:
    """The latest fact of each variable as of `as_of`, by name.

    None where there is none, where the variable cannot have the value, or where no consent opens it that was live as
    of `as_of` and is live at `read_at`, when it is read. Raises VaultError.
    """
    found = facts_of_many(variables, customer_ids=[customer_id], as_of=as_of, read_at=read_at)
    return found.get(customer_id) or dict.fromkeys(item.name for item in variables)


def facts_of_many(
    variables: Collection[Variable],
    *,
    customer_ids: Collection[int],
    as_of: datetime,
    read_at: datetime,
    broken: set[int] | None = None,
) -> dict[int, dict[str, Any]]:
    """The same by customer; those of whom nothing is told are left out.

    Raises VaultError where something does not open, unless `broken` is there to collect whose it is.
    """
    consents = consents_open_of(customer_ids, as_of=as_of, read_at=read_at)
    by_name = {item.name: item for item in variables}

    def may_open(customer: int, name: str) -> bool:
        return name in by_name and is_open(by_name[name], consents.get(customer, frozenset()))

    found = facts_as_of(customer_ids=customer_ids, as_of=as_of, may_open=may_open, broken=broken)
    told = {customer: {fact.variable: fact.value for fact in facts} for customer, facts in found.items()}
    return {
        customer: {name: fitting(item, values.get(name)) for name, item in by_name.items()}
        for customer, values in told.items()
    }


def fitting(variable: Variable, value: Any) -> Any:
    """A fact's value as the catalogue has the variable; unknown where it is of another type or out of range."""
    if value is None or not may_hold(variable, value):
        return None
    return float(value) if variable.type == "number" else value
