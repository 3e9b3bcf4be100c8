"""Customers who may be one person: alike in one file, or by keyed tokens across the book."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import connection

from lending.book_imports.duplicates import TOKEN_KINDS, Alike, tokens
from lending.models import BookImport, Customer, IdentifierToken, SuspectedDuplicate
from lending.vault import keyed_hash

TOKEN_BYTES: Final = 8
MOST_PER_PART: Final = 200
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
ORDER BY 3 DESC LIMIT %(most)s
"""
TOKENS_ALIKE: Final = 70.0
"""Of 100: pairs of characters differ more than spellings do."""


def tokens_keep(
    rows: Sequence[Mapping[str, str]],
    customers: Sequence[Customer | None],
    pairs: Sequence[Alike],
    book_import: BookImport,
    at: datetime,
) -> int:
    """Keep the tokens of names and addresses, and name whoever may be one person; returns how many pairs are new."""
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
    found = {}
    for pair in pairs:
        first, second = customers[pair.first], customers[pair.second]
        if first is not None and second is not None and first.pk != second.pk:
            found[max(first.pk, second.pk), min(first.pk, second.pk)] = (Method.BATCH, pair.score)
    new = sorted({customer.pk for customer in customers if customer is not None and customer.created_at == at})
    with connection.cursor() as cursor:
        cursor.execute(_MEET, {"new": new, "least": TOKENS_ALIKE, "most": MOST_PER_PART})
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
