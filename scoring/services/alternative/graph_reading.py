"""The links between a book's customers and who of them was known to be bad, as of an instant. Nothing is opened.

Shared phones, devices and addresses are met by their keyed indexes, accounts by theirs; no text and no number in clear.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
import numpy as np
from django.db import connection

from audit.services.governed import governed_lives
from lending.models import Identifier
from scoring.alternative.links import MOST_SHARING, LinkKind, Links, links_of_pairs, links_of_shared
from scoring.alternative_sources import AlternativeSource
from scoring.services.bad_definitions import KIND_CODE

TRANSFERS_SINCE: Final = timedelta(days=365)
"""How far back transfers link."""
_SHARED: Final[Mapping[str, LinkKind]] = {
    Identifier.Kind.PHONE: "phone",
    Identifier.Kind.DEVICE_ID: "device",
    Identifier.Kind.ADDRESS: "address",
}
# A transfer that both banks report is one: of each pair and direction the side that tells more counts.
_TRANSFERS: Final = """
    WITH moved AS (
        SELECT a.customer_id AS own, o.customer_id AS other, t.amount_minor < 0 AS is_out, count(*) AS times
        FROM lending_accounttransaction t
        JOIN lending_bankaccount a ON a.id = t.account_id AND a.is_own
        JOIN lending_bankaccount o ON o.account_key = t.counterparty_key AND o.account_key <> '' AND o.is_own
        WHERE t.event_at >= %(since)s AND t.event_at <= %(as_of)s AND t.known_at <= %(as_of)s
          AND t.amount_minor <> 0 AND a.customer_id <> o.customer_id
        GROUP BY 1, 2, 3)
    SELECT CASE WHEN is_out THEN own ELSE other END, CASE WHEN is_out THEN other ELSE own END, max(times)
    FROM moved GROUP BY 1, 2 ORDER BY 1, 2
"""
_HELD: Final = """
    SELECT kind, customer_id, encode(blind_index, 'hex') FROM lending_identifier i
    WHERE kind = ANY(%(kinds)s) AND created_at <= %(as_of)s
      AND (SELECT count(*) FROM lending_identifier o
           WHERE o.blind_index = i.blind_index AND o.kind = i.kind AND o.created_at <= %(as_of)s)
          BETWEEN 2 AND %(most)s
"""
_LINKS: Final = """
    SELECT kind, customer_id, other_id FROM (
        SELECT DISTINCT ON (customer_id, other_id, kind, since) customer_id, other_id, kind, since, until
        FROM lending_customerlink WHERE known_at <= %(as_of)s
        ORDER BY customer_id, other_id, kind, since, known_at DESC, id DESC) latest
    WHERE since <= %(day)s AND (until IS NULL OR until >= %(day)s)
"""
_BADS: Final = """
    SELECT s.customer_id FROM lending_customerstanding s
    JOIN lending_product p ON p.id = s.product_id
    JOIN unnest(%(products)s::text[], %(days)s::int[]) AS bad (product, days) ON bad.product = p.code
    WHERE s.as_of <= %(as_of)s AND s.known_at <= %(as_of)s AND s.dpd >= bad.days
    UNION
    SELECT l.customer_id FROM (
        SELECT DISTINCT ON (loan_id) loan_id, kind, cause FROM lending_loanchange WHERE known_at <= %(as_of)s
          AND kind IN ('CLOSED', 'REOPENED')
        ORDER BY loan_id, known_at DESC, id DESC) last
    JOIN lending_loan l ON l.id = last.loan_id WHERE last.kind = 'CLOSED' AND last.cause = 'WRITTEN_OFF'
"""


class BookGraph(msgspec.Struct, frozen=True):
    """Who is linked as of an instant, by numbers of customers, and who was known to be bad."""

    parties: list[int]
    links: list[Links]
    bads: frozenset[int]


def graph_read(source: AlternativeSource, *, customer_ids: Collection[int], as_of: datetime) -> BookGraph:
    """The graph that a source's consent opens: everybody with a link of it, and these customers.

    What happened, and was known, by `as_of` counts. Bad is who was ever so many days past due as the definition of
    bad in force says of the product, as reviews found by then, and who had a loan written off.
    """
    pairs: dict[LinkKind, list[tuple[int, int, int]]] = {}
    shared: dict[LinkKind, list[tuple[int, str]]] = {}
    if source == "transfer_data":
        pairs["transfer"] = _rows(_TRANSFERS, as_of=as_of, since=as_of - TRANSFERS_SINCE)
    else:
        for kind, customer, key in _rows(_HELD, as_of=as_of, kinds=list(_SHARED), most=MOST_SHARING):
            shared.setdefault(_SHARED[kind], []).append((customer, key))
        for kind, customer, other in _rows(_LINKS, as_of=as_of, day=as_of.astimezone(UTC).date()):
            _take_link(pairs, kind, customer, other)
    linked = {number for rows in pairs.values() for source_, target, _ in rows for number in (source_, target)}
    linked |= {customer for rows in shared.values() for customer, _ in rows}
    parties = sorted(linked | set(customer_ids))
    place = {customer: number for number, customer in enumerate(parties)}
    links = [_links(kind, rows, place) for kind, rows in pairs.items()]
    links += [_shared_links(kind, rows, place) for kind, rows in shared.items()]
    return BookGraph(parties, _whole(source, links), bads_as_of(as_of))


def bads_as_of(as_of: datetime) -> frozenset[int]:
    """Customers known to be bad by then."""
    live = governed_lives(KIND_CODE, as_of.astimezone(UTC).date())
    found = _rows(
        _BADS, as_of=as_of, products=list(live), days=[one.value.days_past_due for one in live.values()]
    )  # fmt: skip
    return frozenset(customer for (customer,) in found)


def _take_link(pairs: dict[LinkKind, list[tuple[int, int, int]]], kind: str, customer: int, other: int) -> None:
    """A guarantor stands surety for the customer; a shared device is one like those told by applications."""
    if kind == "GUARANTOR":
        pairs.setdefault("guarantor", []).append((other, customer, 1))
    else:
        pairs.setdefault("device" if kind == "SHARED_DEVICE" else "related", []).append((customer, other, 1))


def _links(kind: LinkKind, rows: Sequence[tuple[int, int, int]], place: Mapping[int, int]) -> Links:
    source, target = (np.array([place[row[end]] for row in rows], dtype=np.int64) for end in (0, 1))
    if kind == "transfer":
        return Links(kind, source, target, np.array([row[2] for row in rows], dtype=np.float64))
    return links_of_pairs(kind, source, target)


def _shared_links(kind: LinkKind, rows: Sequence[tuple[int, str]], place: Mapping[int, int]) -> Links:
    party = np.array([place[customer] for customer, _ in rows], dtype=np.int64)
    return links_of_shared(kind, party, [key for _, key in rows])


def _whole(source: AlternativeSource, links: Sequence[Links]) -> list[Links]:
    """One of every kind of the source, so that nobody's features lack a column; links of one kind are put together."""
    kinds: tuple[LinkKind, ...] = (
        ("transfer",) if source == "transfer_data" else ("guarantor", "phone", "device", "address", "related")
    )
    return [_joined(kind, [one for one in links if one.kind == kind]) for kind in kinds]


def _joined(kind: LinkKind, links: Sequence[Links]) -> Links:
    if len(links) == 1:
        return links[0]
    none = np.array([], dtype=np.int64)
    ends = [np.concatenate([none, *(getattr(one, end) for one in links)]) for end in ("source", "target")]
    return links_of_pairs(kind, *ends)


def _rows(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[Any] = cursor.fetchall()
    return found
