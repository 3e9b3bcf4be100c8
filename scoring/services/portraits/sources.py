"""What portraits are made from: readers of whole batches of customers, those of our own and those upper rooms add."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cached_property

import msgspec

from lending.services.consents import consents_open_of
from lending.services.customer_facts import facts_as_of
from scoring.catalogue import Variable
from scoring.portraits.observation import Observation
from scoring.portraits.portrait import is_open
from scoring.services.alternative.opening import closed_for_portraits


class Reading:
    """A batch of customers, none of them erased, and what may be read of them."""

    def __init__(
        self,
        customer_ids: list[int],
        as_of: datetime,
        read_at: datetime,
        variables: Mapping[str, Variable],
        broken: set[int] | None = None,
    ) -> None:
        self.customer_ids = customer_ids
        self.as_of = as_of
        """What was so and known by then counts."""
        self.read_at = read_at
        """When it is read: a consent must be live then too."""
        self.variables = variables
        """Everything a portrait may hold, by name."""
        self.broken = broken
        """Collects the customers of whom something does not open; without it that is an error."""

    @cached_property
    def consents(self) -> dict[int, frozenset[str]]:
        """Scopes of consents that were live then and still are, by customer; of alternative data those that law,
        review and pilot open too."""
        open_ = consents_open_of(self.customer_ids, as_of=self.as_of, read_at=self.read_at)
        if any(variable.is_alternative for variable in self.variables.values()):
            closed = closed_for_portraits(self.customer_ids, self.read_at)
            open_ = {number: scopes - closed[number].keys() for number, scopes in open_.items()}
        return open_

    def may_read(self, customer: int, name: str) -> bool:
        """Whether what is said of a customer's variable may be opened."""
        return is_open(self.variables.get(name), self.consents.get(customer, frozenset()))


class Told(msgspec.Struct):
    """What one source tells of one customer."""

    observations: list[Observation] = []
    products: dict[str, datetime] = {}
    """By product: when it was last heard of."""
    measures: dict[str, int] = {}


Reader = Callable[[Reading], dict[int, Told]]
_READERS: dict[str, Reader] = {}


class SourceAlreadyRegistered(LookupError):
    """Two owners claim one source: a mistake in the code."""


def source_register(name: str, reader: Reader) -> None:
    """Add a source. Raises SourceAlreadyRegistered."""
    if _READERS.get(name, reader) is not reader:
        raise SourceAlreadyRegistered(name)
    _READERS[name] = reader


def sources_read(reading: Reading) -> list[dict[int, Told]]:
    """What every source tells, by customer."""
    return [_READERS[name](reading) for name in sorted(_READERS)]


def facts_read(reading: Reading) -> dict[int, Told]:
    """Customer facts: those of scopes the customer does not consent to stay sealed."""
    facts = facts_as_of(
        customer_ids=reading.customer_ids,
        as_of=reading.as_of,
        may_open=reading.may_read,
        broken=reading.broken,
    )
    return {
        customer: Told(
            [
                Observation(
                    variable=fact.variable,
                    value=fact.value,
                    event_at=fact.event_at,
                    known_at=fact.known_at,
                    source=fact.source,
                    provenance=fact.provenance,  # type: ignore[arg-type]  # one of CustomerFact.Provenance
                    is_verified=fact.is_verified,
                    confirmed_by=fact.confirmed_by,
                )
                for fact in found
            ]
        )
        for customer, found in facts.items()
    }


source_register("facts", facts_read)
