"""Facts about customers: recorded sealed, corrected by later ones, read as of an instant in bulk."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from django.db import IntegrityError, connection, transaction

from audit.canonical import canonical_json
from audit.services.log import entry_append
from lending.models import Customer, CustomerFact
from lending.services.customers import CustomerErasedError
from lending.vault import VaultError, key_unwrap, seal, unseal
from riskengine.errors import Conflict, InvalidInput

FactValue = str | int | float | bool | None
"""None: no longer known."""
MAX_TEXT = 200
MAX_NUMBER = 2**53 - 1
_BATCH = 2000


class InvalidFacts(InvalidInput):
    """Facts that contradict themselves; `facts["problems"]` names all, by variable and never by value."""

    code = "invalid_facts"


class FactKnownError(Conflict):
    """This source has already said something of this variable for the same two times; nothing was recorded."""

    code = "fact_known"


class FactInput(msgspec.Struct, frozen=True, kw_only=True):
    """One fact to record. A correction has the `event_at` of what it corrects and a later `known_at`."""

    variable: str
    """A name of the catalogue."""
    value: FactValue
    event_at: datetime
    """From when it is so."""
    known_at: datetime
    source: str
    """Who says so, at most 40 characters; holds no personal data."""
    provenance: CustomerFact.Provenance
    is_verified: bool = False
    confirmed_by: str = ""
    """Another source that says the same."""


class Fact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One fact as it is read, its value opened."""

    variable: str
    value: FactValue
    event_at: datetime
    known_at: datetime
    recorded_at: datetime
    source: str
    provenance: str
    """A value of CustomerFact.Provenance."""
    is_verified: bool
    confirmed_by: str


@transaction.atomic
def facts_record(*, customer: Customer, facts: Sequence[FactInput], at: datetime, actor: str) -> int:
    """Record facts of one customer, sealed under their key; returns their number. All or nothing.

    Raises CustomerErasedError, InvalidFacts, FactKnownError.
    """
    if not Customer.objects.filter(pk=customer.pk, wrapped_key__isnull=False).exists():
        raise CustomerErasedError("This customer's personal data is erased.", customer=str(customer))
    return facts_record_many(facts={customer.pk: facts}, at=at, actor=actor)


@transaction.atomic
def facts_record_many(*, facts: Mapping[int, Sequence[FactInput]], at: datetime, actor: str) -> int:
    """Record facts by customer id; returns the number recorded. Those of erased customers are left out.

    One entry in the log covers them by the hash of their sealed bytes. Raises InvalidFacts, FactKnownError.
    """
    if problems := [problem for given in facts.values() for problem in _problems(given, at)]:
        raise InvalidFacts("These facts contradict themselves.", problems=sorted(set(problems)))
    # An erasure waits for us or we for it: nothing is added to a customer who is being erased.
    held = Customer.objects.select_for_update(no_key=True).filter(pk__in=facts, wrapped_key__isnull=False)
    wrapped = held.order_by("pk").values_list("pk", "wrapped_key")
    keys = {number: key_unwrap(key) for number, key in wrapped if key is not None}
    rows = [_row(number, key, fact, at) for number, key in keys.items() for fact in facts[number]]
    if not rows:
        return 0
    try:
        with transaction.atomic():
            CustomerFact.objects.bulk_create(rows, batch_size=_BATCH)
    except IntegrityError:
        raise FactKnownError("A source has said this before; a correction is known later.") from None
    customers = [str(number) for number in keys]
    entry_append(
        kind="customer.facts_recorded",
        object_type="customer",
        object_id=customers[0] if len(customers) == 1 else "",
        actor=actor,
        payload={
            "customers": len(customers),
            "facts": len(rows),
            "sources": sorted({row.source for row in rows}),
            "sealed_sha256": hashlib.sha256(b"".join(row.sealed for row in rows)).hexdigest(),
        },
        recorded_at=at,
    )
    return len(rows)


def facts_as_of(
    *,
    customer_ids: Collection[int],
    as_of: datetime,
    may_open: Callable[[int, str], bool] | None = None,
    broken: set[int] | None = None,
) -> dict[int, list[Fact]]:
    """The latest fact of each variable with event_at ≤ `as_of` and known_at ≤ `as_of`, by customer, variables in order.

    The latest is by event_at, then known_at, so that a correction takes the place of what it corrects.
    `may_open` (customer id, variable) says what may be read at all; the rest stays sealed. Customers without facts, or
    erased, are left out. Raises VaultError where something does not open, unless `broken` is there to collect whose
    it is: of them nothing is told.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"customers": list(customer_ids), "as_of": as_of})
        rows = cursor.fetchall()
    found: dict[int, list[Fact]] = {}
    keys: dict[int, bytes] = {}
    for number, wrapped, variable, sealed, event_at, known_at, recorded_at, *rest in rows:
        if may_open is not None and not may_open(number, variable):
            continue
        if broken is not None and number in broken:
            continue
        try:
            if number not in keys:
                keys[number] = key_unwrap(wrapped)
            plain = unseal(keys[number], sealed, _context(number, variable, event_at, known_at))
        except VaultError:
            if broken is None:
                raise
            broken.add(number)
            found.pop(number, None)
            continue
        source, provenance, is_verified, confirmed_by = rest
        found.setdefault(number, []).append(
            Fact(
                variable=variable,
                value=msgspec.json.decode(plain),
                event_at=event_at,
                known_at=known_at,
                recorded_at=recorded_at,
                source=source,
                provenance=provenance,
                is_verified=is_verified,
                confirmed_by=confirmed_by,
            )
        )
    return found


def facts_told(
    keys: Collection[tuple[int, str, datetime]], *, source: str
) -> Iterator[tuple[CustomerFact, bytes | None]]:
    """What a source has said, by customer id, variable and `event_at`: each row with its value's canonical JSON.

    None for a value that does not open. Erased customers are left out.
    """
    rows = CustomerFact.objects.filter(
        customer_id__in={customer for customer, _variable, _event_at in keys},
        variable__in={variable for _customer, variable, _event_at in keys},
        event_at__in={event_at for _customer, _variable, event_at in keys},
        source=source,
        customer__wrapped_key__isnull=False,
    ).select_related("customer")
    for row in rows:
        if (row.customer_id, row.variable, row.event_at) not in keys or row.customer.wrapped_key is None:
            continue
        context = _context(row.customer_id, row.variable, row.event_at, row.known_at)
        try:
            yield row, unseal(key_unwrap(row.customer.wrapped_key), row.sealed, context)
        except VaultError:
            yield row, None


_LATEST = """
    SELECT DISTINCT ON (f.customer_id, f.variable) f.customer_id, c.wrapped_key, f.variable, f.sealed,
           f.event_at, f.known_at, f.recorded_at, f.source, f.provenance, f.is_verified, f.confirmed_by
    FROM lending_customerfact f JOIN lending_customer c ON c.id = f.customer_id
    WHERE f.customer_id = ANY(%(customers)s) AND c.wrapped_key IS NOT NULL
      AND f.event_at <= %(as_of)s AND f.known_at <= %(as_of)s
    ORDER BY f.customer_id, f.variable, f.event_at DESC, f.known_at DESC, f.id DESC
"""


def _context(customer_id: int, variable: str, event_at: datetime, known_at: datetime) -> bytes:
    """What binds a sealed value to its row: moved to another customer, variable or time it does not open."""
    times = (instant.astimezone(UTC).isoformat(timespec="microseconds") for instant in (event_at, known_at))
    return "/".join(["customer-fact", str(customer_id), variable, *times]).encode()


def _row(customer_id: int, key: bytes, fact: FactInput, at: datetime) -> CustomerFact:
    context = _context(customer_id, fact.variable, fact.event_at, fact.known_at)
    return CustomerFact(
        customer_id=customer_id,
        variable=fact.variable,
        sealed=seal(key, canonical_json(fact.value), context),
        event_at=fact.event_at,
        known_at=fact.known_at,
        recorded_at=at,
        source=fact.source,
        provenance=fact.provenance,
        is_verified=fact.is_verified,
        confirmed_by=fact.confirmed_by,
    )


def _problems(facts: Iterable[FactInput], at: datetime) -> list[str]:
    return [problem for fact in facts for problem in _fact_problems(fact, at)]


def _fact_problems(fact: FactInput, at: datetime) -> list[str]:
    name = fact.variable[:64]
    if fact.event_at.tzinfo is None or fact.known_at.tzinfo is None:
        return [f"{name}: a time without a time zone"]
    checks = {
        "is no name of a variable": not name or len(fact.variable) > len(name) or not name.isidentifier(),
        "is known before it is so": fact.event_at > fact.known_at,
        "is known later than it is recorded": fact.known_at > at,
        "has no source, or one longer than 40 characters": not 0 < len(fact.source) <= 40,
        "is confirmed by its own source": fact.confirmed_by == fact.source,
        "has a confirming source longer than 40 characters": len(fact.confirmed_by) > 40,
        "has a provenance that is not known": fact.provenance not in CustomerFact.Provenance.values,
        f"is a text longer than {MAX_TEXT} characters": isinstance(fact.value, str) and len(fact.value) > MAX_TEXT,
        "is a number that JSON does not hold exactly": not isinstance(fact.value, str | bool | None)
        and not -MAX_NUMBER <= fact.value <= MAX_NUMBER,
    }
    return [f"{name}: {words}" for words, is_found in checks.items() if is_found]
