"""Where a decision meets PostgreSQL: claims its key, reads its case, writes its record, each in one round trip."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

from audit.services.log import ENTRY_COLUMNS, ENTRY_TABLE
from audit.services.outbox import MESSAGE_COLUMNS, MESSAGE_TABLE
from rules.engine.patterns import Fact
from rules.services import decision_sql as sql
from rules.services.bundle_rows import Pointer
from rules.services.bundles import PRE_LOAN, Bundle, pointer_of
from rules.services.decision_errors import IdempotencyKeyReused
from rules.services.decision_request import DecisionRequest

FACT_LIMIT = 200
_SHARED = ("phone", "device_id", "address")
_FACTS = msgspec.json.Decoder(list[Fact])


class Made(msgspec.Struct, frozen=True):
    """An answer: its bytes, and whether they were given before."""

    decision_id: str
    body: bytes
    is_replay: bool


class Window(msgspec.Struct, frozen=True):
    """How far back facts are looked for, and of which kinds."""

    seconds: int = 0
    kinds: tuple[str, ...] = ()

    @classmethod
    def of(cls, bundle: Bundle) -> "Window":
        """What the bundle's patterns can use."""
        if bundle.patterns is None:
            return cls()
        return cls(bundle.patterns.lookback_seconds, tuple(sorted(bundle.patterns.kinds)))

    def covers(self, other: "Window") -> bool:
        """Whether facts read with this window hold everything that `other` asks for."""
        return self.seconds >= other.seconds and set(self.kinds) >= set(other.kinds)


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
    standing: dict[str, Any] | None
    facts: list[Fact]


def cursor_open() -> Any:
    """psycopg2's own cursor on Django's connection: its wrapper costs as much as a small statement."""
    connection.ensure_connection()
    return connection.connection.cursor()


def _run(cursor: Any, statement: str, values: Any = None) -> None:
    """Execute; errors become Django's, which is what callers know."""
    with connection.wrap_database_errors:
        cursor.execute(statement, values)


def key_claim(cursor: Any, *, client_id: int, key: str, request: DecisionRequest) -> int | None:
    """Insert the key first and take the locks; its row's id, or None if it was answered before."""
    _run(
        cursor,
        sql.CLAIM,
        {"client": client_id, "key": key, "body_hash": request.body_hash, "locks": request.locks(client_id)},
    )
    row = cursor.fetchone()
    return None if row is None else int(row[0])


def answer_before(cursor: Any, *, client_id: int, key: str, request: DecisionRequest) -> Made:
    """The answer the key got. Raises IdempotencyKeyReused if it was given for another body."""
    _run(cursor, sql.ANSWERED, {"client": client_id, "key": key})
    body_hash, response, decision_id = cursor.fetchone()
    if bytes(body_hash) != request.body_hash:
        raise IdempotencyKeyReused("This Idempotency-Key was used with another body.", field="Idempotency-Key")
    return Made(str(decision_id), bytes(response), True)


def _parameters(client_id: int, request: DecisionRequest, window: Window) -> dict[str, Any]:
    indexes = request.indexes
    return {
        "client": client_id,
        "external_id": request.external_id,
        "product": request.product,
        "stage": PRE_LOAN,
        "as_of": request.as_of,
        "national_id": indexes.get("national_id"),
        "indexes": list(indexes.values()),
        "shared": [indexes[kind] for kind in _SHARED if kind in indexes],
        "window": window.seconds,
        "kinds": list(window.kinds),
        "fact_limit": FACT_LIMIT + 1,
        **request.shared_keys(),
    }


def case_read(cursor: Any, *, client_id: int, request: DecisionRequest, window: Window) -> Case:
    """Set the savepoint and read the case. Raises UnknownProduct, NoLiveVersion."""
    _run(cursor, sql.READ, _parameters(client_id, request, window))
    row = cursor.fetchone()
    now, as_of, application_id, product_id, owner, customer_id, wrapped, new_application, new_customer = row[:9]
    known, standing, facts = row[9:12]
    return Case(
        now=now,
        as_of=as_of,
        pointer=pointer_of(request.product, row[12:]),
        application_id=new_application or application_id,
        is_new_application=new_application is not None,
        application_product_id=product_id,
        customer_id=new_customer or customer_id,
        is_new_customer=new_customer is not None,
        wrapped_key=bytes(wrapped) if wrapped is not None else None,
        national_id_owner=owner,
        known_kinds=known or [],
        standing=msgspec.json.decode(standing) if standing else None,
        facts=_FACTS.decode(facts) if facts else [],
    )


def facts_read(cursor: Any, *, client_id: int, request: DecisionRequest, window: Window) -> list[Fact]:
    """The facts alone, through a wider window."""
    _run(cursor, sql.READ_FACTS, _parameters(client_id, request, window))
    (facts,) = cursor.fetchone()
    return _FACTS.decode(facts) if facts else []


def savepoint_return(cursor: Any) -> None:
    """Undo everything since the case was read; the key stays claimed."""
    _run(cursor, sql.ROLLBACK)


class Record(msgspec.Struct, kw_only=True):
    """The rows of one decision, in the order they are written."""

    key_id: int
    decision: Sequence[Any]
    answer: bytes
    entry: Sequence[Any]
    message: Sequence[Any]
    customer: Sequence[Any] | None = None
    identifiers: Sequence[Sequence[Any]] = ()
    application: Sequence[Any] | None = None
    events: Sequence[Sequence[Any]] = ()


def record_write(cursor: Any, record: Record) -> None:
    """Write every row in one statement."""
    parts: list[str] = []
    values: list[Any] = []

    def add(statement: str, row: Sequence[Any]) -> None:
        parts.append(statement)
        values.extend(row)

    if record.customer is not None:
        add(sql.CUSTOMER, record.customer)
    if record.identifiers:
        add(sql.IDENTIFIERS.format(rows=_rows(record.identifiers)), _flat(record.identifiers))
    if record.application is not None:
        add(sql.APPLICATION, record.application)
    add(sql.DECISION, record.decision)
    if record.events:
        add(sql.EVENTS.format(rows=_rows(record.events)), _flat(record.events))
    add(_ENTRY, record.entry)
    add(_MESSAGE, record.message)
    named = ", ".join(f"w{place} AS ({part})" for place, part in enumerate(parts))
    values += [record.decision[0], record.answer, record.key_id]
    _run(cursor, f"WITH {named} {sql.ANSWER}", values)


def _insert(table: str, columns: Sequence[str]) -> str:
    marks = ", ".join(["%s"] * len(columns))
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 names from our own modules


_ENTRY = _insert(ENTRY_TABLE, ENTRY_COLUMNS)
_MESSAGE = _insert(MESSAGE_TABLE, MESSAGE_COLUMNS)


def _rows(rows: Sequence[Sequence[Any]]) -> str:
    return ", ".join(f"({', '.join(['%s'] * len(row))})" for row in rows)


def _flat(rows: Sequence[Sequence[Any]]) -> list[Any]:
    return [value for row in rows for value in row]


def decision_response(*, client_id: int, decision_id: UUID) -> bytes | None:
    """The stored answer of a decision of this client's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT k.response FROM rules_decision d JOIN lending_application a ON a.id = d.application_id "
            "JOIN rules_idempotencykey k ON k.decision_id = d.id WHERE d.id = %s AND a.client_id = %s",
            [decision_id, client_id],
        )
        row = cursor.fetchone()
    return None if row is None else bytes(row[0])
