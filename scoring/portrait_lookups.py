"""List and velocity variables of many subjects at once: the same SQL as a decision's.

Counts of a customer's own events, which reviews ask most for, are told in one walk over those events instead.

Whoever uses it has a relation `due` (id, customer_id): a loan or a customer each. Its subject is the customer, by every
identifier on file as of then; no event is its own.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from psycopg2 import sql

from scoring import own_sql
from scoring.catalogue import Variable
from scoring.own_variables import Lookups
from scoring.velocity import COUNTS, Velocity

EVERYBODY: Final = sql.SQL("true")
_PARTS: Final = """
, holds AS MATERIALIZED (
    SELECT due.id AS subject, i.kind, i.blind_index
    FROM due JOIN lending_identifier i ON i.customer_id = due.customer_id WHERE i.created_at <= {as_of}
), subject AS MATERIALIZED (
    SELECT due.id, {as_of} AS as_of, due.customer_id, NULL::bigint AS application_id,
           coalesce(keys.phone_keys, ARRAY[]::text[]) AS phone_keys,
           coalesce(keys.device_keys, ARRAY[]::text[]) AS device_keys,
           coalesce(keys.address_keys, ARRAY[]::text[]) AS address_keys
    FROM due LEFT JOIN (
        SELECT subject, array_agg(encode(blind_index, 'hex')) FILTER (WHERE kind = 'phone') AS phone_keys,
               array_agg(encode(blind_index, 'hex')) FILTER (WHERE kind = 'device_id') AS device_keys,
               array_agg(encode(blind_index, 'hex')) FILTER (WHERE kind = 'address') AS address_keys
        FROM holds GROUP BY subject
    ) AS keys ON keys.subject = due.id
), list_definition AS (
    SELECT * FROM unnest({list_kinds}::text[], {list_dimensions}::text[])
        WITH ORDINALITY AS d (kind, dimension, place)
), velocity_definition AS (
    SELECT * FROM unnest({velocity_entities}::text[], {velocity_events}::text[], {velocity_days}::int[],
                         {velocity_aggregates}::text[]) WITH ORDINALITY AS d (entity, event, days, aggregate, place)
), looked_up AS (
    SELECT subject {listed} FROM ({lists}) AS found GROUP BY subject
), counted AS (
    SELECT subject {windows} FROM ({velocity}) AS found GROUP BY subject
)
"""


_COUNTED: Final = """
, own_counted AS (
    SELECT e.customer_id {counts} FROM lending_riskevent e
    WHERE e.customer_id IN (SELECT customer_id FROM due) AND {near} AND e.kind = ANY({kinds}) AND e.known_at <= {as_of}
        AND e.event_at >= {as_of} - {longest} * interval '24 hours' AND e.event_at < {as_of}
    GROUP BY e.customer_id
)
"""
_COUNT: Final = """,
    count(*) FILTER (WHERE e.kind = {event} AND e.event_at >= {as_of} - {days} * interval '24 hours') AS {name}"""


def lookup_parts(lookups: Lookups, as_of: datetime, near: sql.Composable = EVERYBODY) -> sql.Composable:
    """The common table expressions `looked_up` and `counted`, a row per loan due, and `own_counted`, one per customer
    with such events; nothing where nothing is asked.

    `near`: a condition on `e.customer_id` that holds for everybody due and few others, for where thousands are.
    """
    together, single = _split(lookups)
    return _counted_parts(together, as_of, near) + _single_parts(single, as_of)


def _single_parts(lookups: Lookups, as_of: datetime) -> sql.Composable:
    if not lookups:
        return sql.SQL("")
    values: dict[str, Any] = {name: sql.Literal(items) for name, items in lookups.sql_values().items()}
    return sql.SQL(_PARTS).format(
        as_of=sql.Literal(as_of),
        lists=sql.SQL(own_sql.LISTS),
        velocity=sql.SQL(own_sql.VELOCITY),
        listed=_pivot([name for name, _ in lookups.lists], "bool_or(value)"),
        windows=_pivot([name for name, _ in lookups.velocity], "max(value)"),
        **values,
    )


def _counted_parts(counts: Sequence[tuple[str, Velocity]], as_of: datetime, near: sql.Composable) -> sql.Composable:
    """Counts of customers' events in one walk over them, however many windows are asked for."""
    if not counts:
        return sql.SQL("")
    columns = [
        sql.SQL(_COUNT).format(
            event=sql.Literal(definition.event),
            days=sql.Literal(definition.window_days),
            as_of=sql.Literal(as_of),
            name=sql.Identifier(name),
        )
        for name, definition in counts
    ]
    return sql.SQL(_COUNTED).format(
        counts=sql.SQL("").join(columns),
        kinds=sql.Literal(sorted({definition.event for _, definition in counts})),
        near=near,
        longest=sql.Literal(max(definition.window_days for _, definition in counts)),
        as_of=sql.Literal(as_of),
    )


def lookup_joins(lookups: Lookups) -> sql.Composable:
    """Their joins to `due`."""
    together, single = _split(lookups)
    joins = "LEFT JOIN looked_up ON looked_up.subject = due.id LEFT JOIN counted ON counted.subject = due.id"
    own = " LEFT JOIN own_counted ON own_counted.customer_id = due.customer_id"
    return sql.SQL((joins if single else "") + (own if together else ""))


def lookup_column(variable: Variable) -> sql.Composable:
    """A variable's expression beside those joins."""
    if variable.velocity is None:
        return sql.SQL("looked_up.{}::int").format(sql.Identifier(variable.name))
    if _is_together(variable.velocity):
        return sql.SQL("coalesce(own_counted.{}, 0)").format(sql.Identifier(variable.name))
    kind = "bigint" if variable.velocity.aggregate in COUNTS else "double precision"
    return sql.SQL("counted.{}::{}").format(sql.Identifier(variable.name), sql.SQL(kind))


def _split(lookups: Lookups) -> tuple[list[tuple[str, Velocity]], Lookups]:
    """Counts of customers' own events, which are told together, and the rest."""
    together = [pair for pair in lookups.velocity if _is_together(pair[1])]
    single = tuple(pair for pair in lookups.velocity if not _is_together(pair[1]))
    return together, Lookups(lookups.lists, single)


def _is_together(definition: Velocity) -> bool:
    return definition.entity == "customer" and definition.aggregate == "count"


def _pivot(names: list[str], value: str) -> sql.Composable:
    columns = [
        sql.SQL(", {} FILTER (WHERE place = {}) AS {}").format(sql.SQL(value), sql.Literal(place), sql.Identifier(name))
        for place, name in enumerate(names, start=1)
    ]
    return sql.SQL("").join(columns)
