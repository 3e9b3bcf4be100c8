"""What a list or velocity variable would have been for an application of the past, live, before it is catalogued."""

from typing import Any

from django.db import connection

from rules.models import Decision
from scoring import own_sql
from scoring.own_variables import Lookups

_STATEMENT = f"""
WITH on_file AS (
    SELECT kind, blind_index FROM lending_identifier WHERE customer_id = %(customer)s AND created_at <= %(decided)s
), given AS (
    SELECT phone_key, device_key, address_key FROM lending_riskevent
    WHERE customer_id = %(customer)s AND application_id = %(application)s AND kind = 'application'
        AND event_at <= %(decided)s
    ORDER BY event_at DESC, id DESC LIMIT 1
), holds AS (
    SELECT 0 AS subject, kind, blind_index FROM on_file
), subject AS (
    SELECT 0 AS id, %(as_of)s::timestamptz AS as_of, %(customer)s::bigint AS customer_id,
           %(application)s::bigint AS application_id,
           coalesce((SELECT ARRAY[phone_key] FROM given WHERE phone_key <> ''),
                    ARRAY(SELECT encode(blind_index, 'hex') FROM on_file WHERE kind = 'phone')) AS phone_keys,
           coalesce((SELECT ARRAY[device_key] FROM given WHERE device_key <> ''),
                    ARRAY(SELECT encode(blind_index, 'hex') FROM on_file WHERE kind = 'device_id')) AS device_keys,
           coalesce((SELECT ARRAY[address_key] FROM given WHERE address_key <> ''),
                    ARRAY(SELECT encode(blind_index, 'hex') FROM on_file WHERE kind = 'address')) AS address_keys
), list_definition AS (
    SELECT * FROM unnest(%(list_kinds)s::text[], %(list_dimensions)s::text[])
        WITH ORDINALITY AS d (kind, dimension, place)
), velocity_definition AS (
    SELECT * FROM unnest(%(velocity_entities)s::text[], %(velocity_events)s::text[], %(velocity_days)s::int[],
                         %(velocity_aggregates)s::text[]) WITH ORDINALITY AS d (entity, event, days, aggregate, place)
)
SELECT (SELECT array_agg(value ORDER BY place) FROM ({own_sql.LISTS}) AS looked_up),
       (SELECT array_agg(value ORDER BY place) FROM ({own_sql.VELOCITY}) AS counted)
"""  # noqa: S608 parts of our own


def own_values_at(lookups: Lookups, decision: Decision) -> dict[str, Any]:
    """The variables by name for the decision's applicant as of the decision."""
    values: dict[str, Any] = {
        "customer": decision.application.customer_id,
        "application": decision.application_id,
        "as_of": decision.as_of,
        "decided": decision.decided_at,
        **lookups.sql_values(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, values)
        lists, velocity = cursor.fetchone()
    return lookups.values({"lists": lists, "velocity": velocity}) or {}
