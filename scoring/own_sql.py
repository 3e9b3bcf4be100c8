"""SQL of velocity and list variables: for one applicant inside a decision's read, or for a whole chunk of a portfolio.

The contract is that of `scoring.velocity`. Both take relations by name: `subject` (id, as_of, customer_id,
application_id, phone_keys, device_keys, address_keys as text[]), `holds` (subject, kind, blind_index: identifiers of
each subject), and the definitions as rows, so that a prepared text serves every catalogue.
"""

# ruff: noqa: S608 the parts put together are all of our own modules

from lending.list_lookup import COUNTS_AT

_IN_WINDOW = """
    e.kind = d.event AND e.known_at <= s.as_of
    AND e.event_at >= s.as_of - d.days * interval '24 hours' AND e.event_at < s.as_of
    AND (e.application_id IS NULL OR e.application_id IS DISTINCT FROM s.application_id)
"""
_COLUMNS = "e.customer_id, e.phone_key, e.device_key, e.amount_minor, e.event_at"
# A branch for each entity: each walks its own index, and three of the four are never begun.
_BRANCHES = " UNION ALL ".join(
    [
        f"SELECT {_COLUMNS} FROM lending_riskevent e "
        f"WHERE d.entity = 'customer' AND e.customer_id = s.customer_id AND {_IN_WINDOW}",
        *(
            f"SELECT {_COLUMNS} FROM lending_riskevent e WHERE d.entity = '{entity}' "
            f"AND e.{entity}_key = ANY(s.{entity}_keys) AND e.{entity}_key <> '' AND {_IN_WINDOW}"
            for entity in ("phone", "device", "address")
        ),
    ]
)

VELOCITY = f"""
    SELECT s.id AS subject, d.place,
        CASE WHEN CASE d.entity WHEN 'phone' THEN cardinality(s.phone_keys)
                                WHEN 'device' THEN cardinality(s.device_keys)
                                WHEN 'address' THEN cardinality(s.address_keys) ELSE 1 END > 0
        THEN CASE d.aggregate
            WHEN 'count' THEN found.events
            WHEN 'sum_minor' THEN coalesce(found.total, 0)::double precision
            WHEN 'max_minor' THEN found.largest
            WHEN 'mean_minor' THEN found.total::double precision / nullif(found.amounts, 0)
            WHEN 'distinct_customers' THEN found.customers
            WHEN 'distinct_devices' THEN found.devices
            WHEN 'distinct_phones' THEN found.phones
            WHEN 'days_since_last' THEN
                (extract(epoch FROM s.as_of - found.latest) * 1000000)::bigint::double precision / 86400000000
        END END AS value
    FROM subject s CROSS JOIN velocity_definition d CROSS JOIN LATERAL (
        SELECT count(*) AS events, sum(amount_minor) AS total, max(amount_minor) AS largest,
               count(amount_minor) AS amounts, max(event_at) AS latest,
               count(DISTINCT customer_id) AS customers,
               count(DISTINCT nullif(device_key, '')) AS devices, count(DISTINCT nullif(phone_key, '')) AS phones
        FROM ({_BRANCHES}) AS branch
    ) AS found
"""
"""Rows (subject, place, value as a double) from `subject` and `velocity_definition` (place, entity, event, days,
aggregate)."""

LISTS = f"""
    SELECT s.id AS subject, d.place,
        CASE WHEN EXISTS (SELECT FROM holds h WHERE h.subject = s.id AND h.kind = d.dimension) THEN EXISTS (
            SELECT FROM holds h JOIN lending_listentry e
                ON e.dimension = h.kind AND e.blind_index = h.blind_index AND e.kind = d.kind
            WHERE h.subject = s.id AND h.kind = d.dimension AND {COUNTS_AT.format(entry="e", at="s.as_of")}
        ) END AS value
    FROM subject s CROSS JOIN list_definition d
"""
"""Rows (subject, place, value: true, false, or null without such an identifier) from `subject`, `holds` and
`list_definition` (place, kind, dimension)."""
