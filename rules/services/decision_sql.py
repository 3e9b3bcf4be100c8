"""The statements of a decision: claim, read, write; hand-written, because this is the hot path."""

# ruff: noqa: S608 the parts put together are all of this module; values are parameters

from rules.services.bundles import POINTER_SQL

# The insert comes first: a second caller with the key waits here for the first one's commit and then finds no row
# to insert. Locks are taken only by the one who inserted, in one global order, so that two applications that share
# a phone, device, address or person see each other, one after the other.
CLAIM = """
    WITH claimed AS (
        INSERT INTO rules_idempotencykey (client_id, key, body_hash, created_at)
        VALUES (%(client)s, %(key)s, %(body_hash)s, clock_timestamp())
        ON CONFLICT (client_id, key) DO NOTHING RETURNING id
    )
    SELECT claimed.id, pg_advisory_xact_lock(lock.number)
    FROM claimed LEFT JOIN unnest(%(locks)s::bigint[]) WITH ORDINALITY AS lock (number, place) ON true
    ORDER BY lock.place
"""

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
FACTS = f"""
    near AS (
        SELECT id FROM who
        UNION
        (SELECT i.customer_id FROM lending_identifier i
         WHERE i.blind_index = ANY(%(shared)s::bytea[]) AND i.kind IN ('phone', 'device_id', 'address') LIMIT 100)
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

_WHO = """
    clock AS MATERIALIZED (
        SELECT now, coalesce(%(as_of)s::timestamptz, now) AS as_of FROM (SELECT clock_timestamp() AS now) AS moment
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
    )
"""

# Read after the locks, in a snapshot of its own: clock, live pointer, identity, standing and facts in one row.
READ = f"""
    SAVEPOINT decide;
    WITH {_WHO}, {FACTS},
    standing AS (
        SELECT json_build_object('warning_level', s.warning_level, 'open_warnings', s.open_warnings,
                                 'months_late', s.months_late)::text AS json
        FROM lending_customerstanding s, clock
        WHERE s.customer_id = (SELECT id FROM who) AND s.known_at <= clock.as_of AND s.as_of <= clock.as_of
        ORDER BY s.as_of DESC, s.known_at DESC LIMIT 1
    ),
    pointer AS ({POINTER_SQL.format(at="(SELECT now FROM clock)")})
    SELECT clock.now, clock.as_of,
           (SELECT id FROM application), (SELECT product_id FROM application), (SELECT customer_id FROM person),
           (SELECT id FROM who), (SELECT wrapped_key FROM who),
           CASE WHEN NOT EXISTS (SELECT FROM application) THEN nextval('lending_application_id_seq') END,
           CASE WHEN NOT EXISTS (SELECT FROM who) THEN nextval('lending_customer_id_seq') END,
           (SELECT array_agg(kind) FROM lending_identifier
            WHERE customer_id = (SELECT id FROM who) AND blind_index = ANY(%(indexes)s::bytea[])),
           (SELECT json FROM standing), (SELECT json FROM facts),
           pointer.*
    FROM clock LEFT JOIN pointer ON true
"""

# The facts alone, where the live version looks further back than the last one this process knew.
READ_FACTS = f"WITH {_WHO}, {FACTS} SELECT json FROM facts"

ROLLBACK = "ROLLBACK TO SAVEPOINT decide"

CUSTOMER = "INSERT INTO lending_customer (id, wrapped_key, created_at) VALUES (%s, %s, %s)"
IDENTIFIERS = """
    INSERT INTO lending_identifier (customer_id, kind, blind_index, sealed, created_at) VALUES {rows}
    ON CONFLICT (customer_id, kind, blind_index) DO NOTHING
"""
APPLICATION = """
    INSERT INTO lending_application (id, client_id, external_id, product_id, customer_id, created_at)
    VALUES (%s, %s, %s, %s, %s, %s)
"""
DECISION = """
    INSERT INTO rules_decision (id, application_id, product_id, outcome, grade, pd, points, reason_codes, document,
                                document_hash, bundle_hash, as_of, decided_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
EVENTS = """
    INSERT INTO lending_riskevent (customer_id, kind, event_at, known_at, recorded_at, source,
                                   phone_key, device_key, address_key, category)
    VALUES {rows}
"""
ANSWER = "UPDATE rules_idempotencykey SET decision_id = %s, response = %s WHERE id = %s"
