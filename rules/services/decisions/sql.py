"""The statements of a decision: claim, read, write; hand-written and prepared once a connection: this is the hot path.

Planning the read anew would cost PostgreSQL more than running it. Prepared statements belong to a session: behind a
pooler, pool sessions.
"""

# ruff: noqa: S608 the parts put together are all of this module; values are parameters

import re
from collections.abc import Iterable, Sequence

from audit.services.log import ENTRY_COLUMNS, ENTRY_TABLE
from audit.services.outbox import MESSAGE_COLUMNS, MESSAGE_TABLE
from lending.standing_worst import standing_newest
from rules.services.bundles.loading import POINTER_SQL
from scoring import own_sql

_PLACE = re.compile(r"%\((\w+)\)s")


class Statement:
    """A statement under a name of its own, with the type of each named value."""

    def __init__(self, name: str, types: dict[str, str], text: str) -> None:
        places = {field: f"${number}" for number, field in enumerate(types, start=1)}
        body = _PLACE.sub(lambda match: places[match[1]], text)
        self.prepare = f"PREPARE {name} ({', '.join(types.values())}) AS {body}"
        self.execute = f"EXECUTE {name} ({', '.join(f'%({field})s' for field in types)})"


# The insert comes first: a second caller with the key waits here for the first one's commit and then finds no row
# to insert. Locks are taken only by the one who inserted, in one global order, so that two applications that share
# a phone, device, address or person see each other, one after the other.
CLAIM = Statement(
    "decision_claim",
    {"client": "bigint", "key": "text", "body_hash": "bytea", "locks": "bigint[]"},
    """
    WITH claimed AS (
        INSERT INTO rules_idempotencykey (client_id, key, body_hash, created_at)
        VALUES (%(client)s, %(key)s, %(body_hash)s, clock_timestamp())
        ON CONFLICT (client_id, key) DO NOTHING RETURNING id
    )
    SELECT claimed.id, pg_advisory_xact_lock(lock.number)
    FROM claimed LEFT JOIN unnest(%(locks)s) WITH ORDINALITY AS lock (number, place) ON true
    ORDER BY lock.place
    """,
)

ANSWERED = """
    SELECT body_hash, response, decision_id FROM rules_idempotencykey WHERE client_id = %(client)s AND key = %(key)s
"""

_FACTS = """
    SELECT e.id, e.kind, e.event_at, e.customer_id, e.loan_id, e.phone_key, e.device_key, e.address_key,
           e.amount_minor, e.category, e.source
    FROM lending_riskevent e, clock
    WHERE {share}
      AND e.kind = ANY(%(kinds)s) AND e.known_at <= clock.as_of
      AND e.event_at BETWEEN clock.as_of - %(window)s * interval '1 second' AND clock.as_of
"""
_SHARES = (
    "e.customer_id IN (SELECT id FROM near)",
    "e.phone_key = %(phone_key)s AND e.phone_key <> ''",
    "e.device_key = %(device_key)s AND e.device_key <> ''",
    "e.address_key = %(address_key)s AND e.address_key <> ''",
)

# Facts of the applicant and of everybody they share a phone, device or address with, the newest first.
_FACT_PARTS = f"""
    near AS (
        SELECT id FROM who
        UNION
        (SELECT i.customer_id FROM lending_identifier i
         WHERE i.blind_index = ANY(%(shared)s) AND i.kind IN ('phone', 'device_id', 'address') LIMIT 100)
    ),
    fact AS (
        SELECT * FROM ({" UNION ".join(_FACTS.format(share=share) for share in _SHARES)}) AS found
        ORDER BY event_at DESC, id DESC LIMIT %(fact_limit)s
    ),
    facts AS (
        SELECT json_agg(json_build_object(
            'id', id, 'kind', kind, 'at', floor(extract(epoch FROM event_at))::bigint,
            'customer', coalesce(customer_id::text, ''), 'loan', coalesce(loan_id::text, ''),
            'phone_key', phone_key, 'device_key', device_key, 'address_key', address_key,
            'amount_minor', amount_minor, 'category', category, 'source', source
        ) ORDER BY event_at, id)::text AS json FROM fact
    )
"""

# What lists and windows say of the applicant: by every identifier given or on file for lists; for windows by the
# one given (which the locks cover, so that the count is exact), or by those on file where none is.
_KEYS = ", ".join(
    f"""CASE WHEN %({field})s <> '' THEN ARRAY[%({field})s]
        ELSE ARRAY(SELECT encode(blind_index, 'hex') FROM on_file WHERE kind = '{kind}') END AS {field}s"""
    for kind, field in (("phone", "phone_key"), ("device_id", "device_key"), ("address", "address_key"))
)
_OWN_PARTS = f"""
    on_file AS (
        SELECT i.kind, i.blind_index FROM lending_identifier i, clock
        WHERE i.customer_id = (SELECT id FROM who) AND i.created_at <= clock.as_of
    ),
    holds AS (
        SELECT 0 AS subject, kind, blind_index FROM unnest(%(index_kinds)s, %(indexes)s) AS given (kind, blind_index)
        UNION SELECT 0, kind, blind_index FROM on_file
    ),
    subject AS (
        SELECT 0 AS id, clock.as_of, coalesce((SELECT id FROM who), 0) AS customer_id,
               (SELECT id FROM application) AS application_id, {_KEYS}
        FROM clock
    ),
    list_definition AS (
        SELECT * FROM unnest(%(list_kinds)s, %(list_dimensions)s) WITH ORDINALITY AS d (kind, dimension, place)
    ),
    velocity_definition AS (
        SELECT * FROM unnest(%(velocity_entities)s, %(velocity_events)s, %(velocity_days)s, %(velocity_aggregates)s)
            WITH ORDINALITY AS d (entity, event, days, aggregate, place)
    ),
    own AS (
        SELECT json_build_object(
            'lists', (SELECT json_agg(value ORDER BY place) FROM ({own_sql.LISTS}) AS looked_up),
            'velocity', (SELECT json_agg(value ORDER BY place) FROM ({own_sql.VELOCITY}) AS counted)
        )::text AS json
        WHERE cardinality(%(list_kinds)s) + cardinality(%(velocity_entities)s) > 0
    )
"""

_WHO = """
    clock AS MATERIALIZED (
        SELECT now, coalesce(%(as_of)s, now) AS as_of FROM (SELECT clock_timestamp() AS now) AS moment
    ),
    application AS (
        SELECT id, customer_id, product_id FROM lending_application
        WHERE client_id = %(client)s AND external_id = %(external_id)s
    ),
    person AS (
        SELECT customer_id FROM lending_identifier WHERE kind = 'national_id' AND blind_index = %(national_id)s
    ),
    who AS MATERIALIZED (
        SELECT id, wrapped_key FROM lending_customer
        WHERE id = coalesce((SELECT customer_id FROM application), (SELECT customer_id FROM person))
        FOR KEY SHARE  -- an erasure waits for us or we for it: nothing is added to a customer who is being erased
    )
"""

_FACT_TYPES = {
    "client": "bigint",
    "external_id": "text",
    "as_of": "timestamptz",
    "national_id": "bytea",
    "shared": "bytea[]",
    "window": "double precision",
    "kinds": "text[]",
    "fact_limit": "bigint",
    "phone_key": "text",
    "device_key": "text",
    "address_key": "text",
    "index_kinds": "text[]",
    "indexes": "bytea[]",
    "list_kinds": "text[]",
    "list_dimensions": "text[]",
    "velocity_entities": "text[]",
    "velocity_events": "text[]",
    "velocity_days": "integer[]",
    "velocity_aggregates": "text[]",
}

_STANDING = standing_newest(customer="(SELECT id FROM who)", as_of="(SELECT as_of FROM clock)")

# Read after the locks, in a snapshot of its own: clock, live pointer, identity, standing and facts in one row.
READ = Statement(
    "decision_read",
    {**_FACT_TYPES, "product": "text", "stage": "text"},
    f"""
    WITH {_WHO}, {_FACT_PARTS}, {_OWN_PARTS},
    standing AS (
        SELECT json_agg(newest)::text AS json FROM ({_STANDING}) AS newest
    ),
    pointer AS ({POINTER_SQL.format(at="(SELECT now FROM clock)")})
    SELECT clock.now, clock.as_of,
           (SELECT id FROM application), (SELECT product_id FROM application), (SELECT customer_id FROM person),
           (SELECT id FROM who), (SELECT wrapped_key FROM who),
           CASE WHEN NOT EXISTS (SELECT FROM application) THEN nextval('lending_application_id_seq') END,
           CASE WHEN NOT EXISTS (SELECT FROM who) THEN nextval('lending_customer_id_seq') END,
           (SELECT array_agg(kind) FROM lending_identifier
            WHERE customer_id = (SELECT id FROM who) AND blind_index = ANY(%(indexes)s)),
           EXISTS (SELECT FROM lending_identifier WHERE customer_id = (SELECT id FROM who) AND kind = 'national_id'),
           (SELECT json FROM standing), (SELECT json FROM facts), (SELECT json FROM own),
           pointer.*
    FROM clock LEFT JOIN pointer ON true
    """,
)

# The facts and our own variables alone, where the live bundle asks for other ones than the last this process knew.
READ_FACTS = Statement(
    "decision_facts",
    _FACT_TYPES,
    f"WITH {_WHO}, {_FACT_PARTS}, {_OWN_PARTS} SELECT (SELECT json FROM facts), (SELECT json FROM own)",
)

SAVEPOINT, ROLLBACK = "SAVEPOINT decide", "ROLLBACK TO SAVEPOINT decide"

_TYPES = {
    "recorded_at": "timestamptz",
    "created_at": "timestamptz",
    "payload": "jsonb",
    "leaf_hash": "bytea",
    "attempts": "smallint",
}
# Named by their columns, which the audit app owns.
ENTRY_TYPES = {f"entry_{column}": _TYPES.get(column, "text") for column in ENTRY_COLUMNS}
MESSAGE_TYPES = {f"message_{column}": _TYPES.get(column, "text") for column in MESSAGE_COLUMNS}


def _insert(table: str, columns: Sequence[str], names: Iterable[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f'%({name})s' for name in names)})"


# Every row of a decision. What is not new is left out by its own condition, so that the text never changes.
WRITE = Statement(
    "decision_write",
    {
        "key_id": "bigint",
        "client": "bigint",
        "external_id": "text",
        "product": "bigint",
        "application": "bigint",
        "is_new_application": "boolean",
        "customer": "bigint",
        "wrapped_key": "bytea",
        "kinds": "text[]",
        "indexes": "bytea[]",
        "sealed": "bytea[]",
        "decision": "uuid",
        "outcome": "text",
        "grade": "text",
        "pd": "double precision",
        "points": "integer",
        "reasons": "jsonb",
        "document": "bytea",
        "document_hash": "text",
        "bundle_hash": "text",
        "as_of": "timestamptz",
        "now": "timestamptz",
        "asked_minor": "bigint",
        "working_days": "integer",
        "events": "text[]",
        "source": "text",
        "phone_key": "text",
        "device_key": "text",
        "address_key": "text",
        "answer": "bytea",
        **ENTRY_TYPES,
        **MESSAGE_TYPES,
    },
    f"""
    WITH customer AS (
        INSERT INTO lending_customer (id, wrapped_key, created_at)
        SELECT %(customer)s, %(wrapped_key)s, %(now)s WHERE %(wrapped_key)s IS NOT NULL
    ), identifier AS (
        INSERT INTO lending_identifier (customer_id, kind, blind_index, sealed, created_at)
        SELECT %(customer)s, new.kind, new.blind_index, new.sealed, %(now)s
        FROM unnest(%(kinds)s, %(indexes)s, %(sealed)s) AS new (kind, blind_index, sealed)
        ON CONFLICT (customer_id, kind, blind_index) DO NOTHING
    ), application AS (
        INSERT INTO lending_application (id, client_id, external_id, product_id, customer_id, created_at)
        SELECT %(application)s, %(client)s, %(external_id)s, %(product)s, %(customer)s, %(now)s
        WHERE %(is_new_application)s
    ), decision AS (
        INSERT INTO rules_decision (id, application_id, product_id, outcome, grade, pd, points, reason_codes,
                                    document, document_hash, bundle_hash, as_of, decided_at)
        VALUES (%(decision)s, %(application)s, %(product)s, %(outcome)s, %(grade)s, %(pd)s, %(points)s, %(reasons)s,
                %(document)s, %(document_hash)s, %(bundle_hash)s, %(as_of)s, %(now)s)
    ), referral AS (
        INSERT INTO rules_referral (decision_id, product_id, state, amount_minor, opened_at, due_at)
        SELECT %(decision)s, p.id, 'OPEN', %(asked_minor)s, %(now)s,
               working_day_end(%(now)s, p.timezone, %(working_days)s, p.code)
        FROM lending_product p WHERE p.id = %(product)s AND %(outcome)s = 'REFER'
    ), event AS (
        INSERT INTO lending_riskevent (customer_id, application_id, kind, event_at, known_at, recorded_at, source,
                                       phone_key, device_key, address_key, category)
        SELECT %(customer)s, %(application)s, kind, %(as_of)s, %(now)s, %(now)s, %(source)s,
               %(phone_key)s, %(device_key)s, %(address_key)s, ''
        FROM unnest(%(events)s) AS kind
    ), entry AS (
        {_insert(ENTRY_TABLE, ENTRY_COLUMNS, ENTRY_TYPES)}
    ), message AS (
        {_insert(MESSAGE_TABLE, MESSAGE_COLUMNS, MESSAGE_TYPES)}
    )
    UPDATE rules_idempotencykey SET decision_id = %(decision)s, response = %(answer)s WHERE id = %(key_id)s
    """,
)

STATEMENTS = (CLAIM, READ, READ_FACTS, WRITE)
PREPARE_ALL = "; ".join(["DEALLOCATE ALL", *(statement.prepare for statement in STATEMENTS)])
