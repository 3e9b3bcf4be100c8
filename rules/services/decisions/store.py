"""Where a decision meets PostgreSQL: claims its key, reads its case, writes its record, each in one round trip."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from lending.standing_worst import worst_of
from rules.engine.patterns import Fact
from rules.services.bundles.loading import PRE_LOAN, Bundle, pointer_of
from rules.services.bundles.rows import Pointer
from rules.services.decisions import sql
from rules.services.decisions.errors import IdempotencyKeyReused
from rules.services.decisions.request import DecisionRequest
from rules.services.decisions.transaction import DecisionTransaction
from scoring.own_variables import Lookups

FACT_LIMIT = 200
_SHARED = ("phone", "device_id", "address")
_FACTS = msgspec.json.Decoder(list[Fact])


class Made(msgspec.Struct, frozen=True):
    """An answer: its bytes, and whether they were given before."""

    decision_id: str
    body: bytes
    is_replay: bool


class Window(msgspec.Struct, frozen=True):
    """How far back facts are looked for, of which kinds, and what is looked up of the applicant."""

    seconds: int = 0
    kinds: tuple[str, ...] = ()
    lookups: Lookups = Lookups()

    @classmethod
    def of(cls, bundle: Bundle) -> "Window":
        """What the bundle's patterns can use and its catalogue asks for."""
        lookups = bundle.schema.lookups if bundle.schema is not None else Lookups()
        if bundle.patterns is None:
            return cls(lookups=lookups)
        return cls(bundle.patterns.lookback_seconds, tuple(sorted(bundle.patterns.kinds)), lookups)

    def covers(self, other: "Window") -> bool:
        """Whether what is read with this window holds everything that `other` asks for."""
        is_as_far = self.seconds >= other.seconds and set(self.kinds) >= set(other.kinds)
        return is_as_far and self.lookups == other.lookups


class Case(msgspec.Struct, kw_only=True):
    """Everything the database knows of a request, read after its locks were taken."""

    now: datetime
    as_of: datetime
    pointer: Pointer
    application_id: int
    is_new_application: bool
    application_product_id: int | None
    customer_id: int
    is_new_customer: bool
    wrapped_key: bytes | None
    national_id_owner: int | None
    known_kinds: list[str]
    """Kinds of which the customer has the very identifier that the request gives."""
    has_national_id: bool
    standing: dict[str, Any] | None
    facts: list[Fact]
    own: dict[str, Any] | None
    """Values of list and velocity variables by name, as the window asked for them."""


def key_claim(work: DecisionTransaction, *, client_id: int, key: str, request: DecisionRequest) -> int | None:
    """Insert the key first and take the locks; its row's id, or None if it was answered before."""
    values = {"client": client_id, "key": key, "body_hash": request.body_hash, "locks": request.locks(client_id)}
    work.execute(sql.CLAIM, values)
    row = work.row()
    return None if row is None else int(row[0])


def answer_before(work: DecisionTransaction, *, client_id: int, key: str, request: DecisionRequest) -> Made:
    """The answer the key got. Raises IdempotencyKeyReused if it was given for another body."""
    work.query(sql.ANSWERED, {"client": client_id, "key": key})
    row = work.row()
    assert row is not None  # noqa: S101 the key could not be inserted, so it is there
    body_hash, response, decision_id = row
    if bytes(body_hash) != request.body_hash:
        raise IdempotencyKeyReused("This Idempotency-Key was used with another body.", field="Idempotency-Key")
    return Made(str(decision_id), bytes(response), True)


def _fact_values(client_id: int, request: DecisionRequest, window: Window) -> dict[str, Any]:
    indexes = request.indexes
    return {
        "client": client_id,
        "external_id": request.external_id,
        "as_of": request.as_of,
        "national_id": indexes.get("national_id"),
        "shared": [indexes[kind] for kind in _SHARED if kind in indexes],
        "window": window.seconds,
        "kinds": list(window.kinds),
        "fact_limit": FACT_LIMIT + 1,
        "index_kinds": list(indexes),
        "indexes": list(indexes.values()),
        **window.lookups.sql_values(),
        **request.shared_keys(),
    }


def case_read(work: DecisionTransaction, *, client_id: int, request: DecisionRequest, window: Window) -> Case:
    """Set the savepoint and read the case. Raises UnknownProduct, NoLiveVersion."""
    more = {"product": request.product, "stage": PRE_LOAN}
    work.execute(sql.READ, _fact_values(client_id, request, window) | more, before=sql.SAVEPOINT)
    row = work.row()
    assert row is not None  # noqa: S101 the clock always gives one
    now, as_of, application_id, product_id, owner, customer_id, wrapped, new_application, new_customer = row[:9]
    known, has_national_id, standing, facts, own = row[9:14]
    return Case(
        now=now,
        as_of=as_of,
        pointer=pointer_of(request.product, row[14:]),
        application_id=new_application or application_id,
        is_new_application=new_application is not None,
        application_product_id=product_id,
        customer_id=new_customer or customer_id,
        is_new_customer=new_customer is not None,
        wrapped_key=bytes(wrapped) if wrapped is not None else None,
        national_id_owner=owner,
        known_kinds=known or [],
        has_national_id=has_national_id,
        standing=worst_of(msgspec.json.decode(standing)) if standing else None,
        facts=_FACTS.decode(facts) if facts else [],
        own=_own(window, own),
    )


def facts_read(
    work: DecisionTransaction, *, client_id: int, request: DecisionRequest, window: Window, case: Case
) -> None:
    """Read the case's facts and our own variables again, through another window."""
    work.execute(sql.READ_FACTS, _fact_values(client_id, request, window))
    row = work.row()
    assert row is not None  # noqa: S101 two scalars are always a row
    case.facts = _FACTS.decode(row[0]) if row[0] else []
    case.own = _own(window, row[1])


def _own(window: Window, found: str | None) -> dict[str, Any] | None:
    return window.lookups.values(msgspec.json.decode(found) if found else None)


def savepoint_return(work: DecisionTransaction) -> None:
    """Undo everything since the case was read; the key stays claimed."""
    work.query(sql.ROLLBACK)


def record_write(work: DecisionTransaction, record: dict[str, Any]) -> None:
    """Write every row in one statement and commit."""
    work.commit_with(sql.WRITE, record)


def decision_response(*, client_id: int, decision_id: UUID) -> tuple[bytes, bool] | None:
    """The stored answer of a decision of this client's, and whether it was referred to a person."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.response, d.outcome = 'REFER' FROM rules_decision d "
            "JOIN lending_application a ON a.id = d.application_id "
            "JOIN rules_idempotencykey k ON k.decision_id = d.id WHERE d.id = %s AND a.client_id = %s",
            [decision_id, client_id],
        )
        row = cursor.fetchone()
    return None if row is None else (bytes(row[0]), bool(row[1]))
