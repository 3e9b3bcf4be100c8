"""Whom entries of lists would hit: customers and applications of the book, and the latest decisions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import connection

LAST = 1_000
SAMPLE = 10

_STATEMENT = """
WITH wanted AS (
    SELECT place, dimension, blind_index
    FROM unnest(%(dimensions)s::text[], %(indexes)s::bytea[]) WITH ORDINALITY AS w (dimension, blind_index, place)
), hit AS MATERIALIZED (
    SELECT w.place, i.customer_id FROM wanted w
    JOIN lending_identifier i ON i.blind_index = w.blind_index AND i.kind = w.dimension
), customer AS MATERIALIZED (
    SELECT DISTINCT customer_id FROM hit
), latest AS MATERIALIZED (
    SELECT id, application_id, outcome, decided_at FROM rules_decision ORDER BY decided_at DESC, id LIMIT %(last)s
), decided AS MATERIALIZED (
    SELECT l.id, l.outcome, l.decided_at, a.external_id
    FROM latest l JOIN lending_application a ON a.id = l.application_id
    WHERE a.customer_id IN (SELECT customer_id FROM customer)
)
SELECT (SELECT count(*) FROM customer),
       (SELECT count(*) FROM lending_application a WHERE a.customer_id IN (SELECT customer_id FROM customer)),
       (SELECT count(*) FROM latest), (SELECT count(*) FROM decided),
       (SELECT json_agg(json_build_array(id, outcome, decided_at, external_id) ORDER BY decided_at DESC)
        FROM (SELECT * FROM decided ORDER BY decided_at DESC LIMIT %(sample)s) AS newest)::text,
       (SELECT json_object_agg(outcome, n)
        FROM (SELECT outcome, count(*) AS n FROM decided GROUP BY outcome) AS counted)::text,
       (SELECT json_agg(n ORDER BY place)
        FROM (SELECT w.place, count(h.customer_id) AS n FROM wanted w LEFT JOIN hit h USING (place) GROUP BY w.place)
             AS by_place)::text
"""


class DecisionHit(msgspec.Struct, frozen=True, array_like=True):
    """A decision on somebody the entries name."""

    id: UUID
    outcome: str
    decided_at: datetime
    application: str


class Hits(msgspec.Struct, frozen=True, kw_only=True):
    """What a set of entries names, together."""

    customers: int
    applications: int
    looked_at: int
    """How many of the latest decisions were looked at."""
    decisions: int
    outcomes: dict[str, int]
    """Decisions hit, by what was decided."""
    sample: list[DecisionHit]
    each: list[int]
    """Customers by entry, in the order asked."""


def list_hits(marks: Sequence[tuple[str, bytes]]) -> Hits:
    """Whom identifiers (dimension, blind index) name among all customers and the LAST decisions. Writes nothing."""
    values: dict[str, Any] = {
        "dimensions": [dimension for dimension, _ in marks],
        "indexes": [index for _, index in marks],
        "last": LAST,
        "sample": SAMPLE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        customers, applications, looked_at, decisions, sample, outcomes, each = cursor.fetchone()
    return Hits(
        customers=customers,
        applications=applications,
        looked_at=looked_at,
        decisions=decisions,
        outcomes=msgspec.json.decode(outcomes or "{}"),
        sample=msgspec.json.decode(sample or "[]", type=list[DecisionHit]),
        each=msgspec.json.decode(each or "[]"),
    )
