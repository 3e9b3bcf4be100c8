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
    open_ = consents_open_of([customer_id], as_of=as_of, read_at=read_at)
    consents = open_.get(customer_id, frozenset())
    wanted = {item.name: item for item in variables if is_open(item, consents)}
    found = facts_as_of(customer_ids=[customer_id], as_of=as_of, may_open=lambda _customer, name: name in wanted)
    told = {fact.variable: fact.value for fact in found.get(customer_id, [])}
    return {item.name: fitting(item, told.get(item.name)) for item in variables}


def fitting(variable: Variable, value: Any) -> Any:
    """A fact's value as the catalogue has the variable; unknown where it is of another type or out of range."""
    if value is None or not may_hold(variable, value):
        return None
    return float(value) if variable.type == "number" else value
