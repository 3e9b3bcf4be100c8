"""Customers who may be one person: alike in one file, or by keyed tokens across the book."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from lending.book_imports.duplicates import TOKEN_KINDS, normal, tokens
from lending.models import BookImport, Customer, Identifier, IdentifierToken, SuspectedDuplicate
from lending.services.book_imports.staged import People
from lending.vault import blind_index, keyed_hash

TOKEN_BYTES: Final = 8
MEET_AT_ONCE: Final = 500
MOST_AT_ONCE: Final = 200
Method = SuspectedDuplicate.Method

# The share of a kind's tokens that two customers have in common (Jaccard), by kind, and its mean over the kinds
# both have: at least two kinds, or one spelling of a name proves nothing.
_MEET: Final = """
WITH own AS (SELECT customer_id, kind, count(*) AS size FROM lending_identifiertoken
             WHERE customer_id = ANY(%(new)s) GROUP BY customer_id, kind),
met AS (SELECT a.customer_id, b.customer_id AS other_id, a.kind, count(*) AS shared
        FROM lending_identifiertoken a
        JOIN lending_identifiertoken b ON b.kind = a.kind AND b.token = a.token AND b.customer_id < a.customer_id
        WHERE a.customer_id = ANY(%(new)s) GROUP BY a.customer_id, b.customer_id, a.kind),
alike AS (SELECT m.customer_id, m.other_id, m.kind, m.shared::float / (own.size + others.size - m.shared) AS likeness
          FROM met m JOIN own ON own.customer_id = m.customer_id AND own.kind = m.kind
          CROSS JOIN LATERAL (SELECT count(*) AS size FROM lending_identifiertoken t
                              WHERE t.customer_id = m.other_id AND t.kind = m.kind) others
          WHERE m.shared * 2 >= own.size)
SELECT customer_id, other_id, 100 * avg(likeness) FROM alike
GROUP BY customer_id, other_id HAVING count(*) >= 2 AND 100 * avg(likeness) >= %(least)s
ORDER BY 3 DESC, 1, 2 LIMIT %(most)s
"""
TOKENS_ALIKE: Final = 70.0
"""Of 100: pairs of characters differ more than spellings do."""


def tokens_keep(rows: Sequence[Mapping[str, str]], customers: Sequence[Customer | None]) -> None:
    """Keep the tokens of names and addresses, by which customers meet across the book."""
    kept = [
        IdentifierToken(customer=customer, kind=kind, token=token)
        for row, customer in zip(rows, customers, strict=True)
        if customer is not None
        for kind in TOKEN_KINDS
        if kind in row
        for token in sorted(
            keyed_hash(f"token/{kind}", part.encode())[:TOKEN_BYTES] for part in tokens(kind, row[kind])
        )
    ]
    IdentifierToken.objects.bulk_create(kept, ignore_conflicts=True, batch_size=5000)


def alike_name(people: People, book_import: BookImport, at: datetime) -> int:
    """Name whoever of an import's customers may be one person, with another of the file or of the book; how many
    pairs are new. Called once all of them are in the book."""
    customers = _customers(people.national_ids)
    found: dict[tuple[int, int], tuple[str, float]] = {}
    for first, second, score in people.pairs:
        one, other = customers.get(people.national_ids[first]), customers.get(people.national_ids[second])
        if one is not None and other is not None and one.pk != other.pk:
            found[max(one.pk, other.pk), min(one.pk, other.pk)] = (Method.BATCH, score)
    new = sorted({one.pk for one in customers.values() if one.created_at >= book_import.created_at})
    for start in range(0, len(new), MEET_AT_ONCE):
        part = new[start : start + MEET_AT_ONCE]
        with connection.cursor() as cursor:
            cursor.execute(_MEET, {"new": part, "least": TOKENS_ALIKE, "most": MOST_AT_ONCE})
            for customer_id, other_id, score in cursor.fetchall():
                found.setdefault((customer_id, other_id), (Method.TOKENS, round(score, 1)))
    suspected = [
        SuspectedDuplicate(
            customer_id=pair[0], other_id=pair[1], book_import=book_import, method=method, score=score, found_at=at
        )
        for pair, (method, score) in found.items()
    ]
    SuspectedDuplicate.objects.bulk_create(suspected, ignore_conflicts=True)
    return len(suspected)


def _customers(national_ids: Sequence[str]) -> dict[str, Customer]:
    """Customers by the national ID they were told by."""
    kind = Identifier.Kind.NATIONAL_ID
    indexes = {number: blind_index(kind, number) for number in dict.fromkeys(national_ids) if normal(kind, number)}
    held = Identifier.objects.filter(kind=kind, blind_index__in=list(indexes.values())).select_related("customer")
    by_index = {bytes(one.blind_index): one.customer for one in held}
    return {number: by_index[index] for number, index in indexes.items() if index in by_index}
