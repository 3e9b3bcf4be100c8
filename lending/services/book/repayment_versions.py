"""The versions of a repayment as rows: each correction takes the one before back and stands beside it.

Sums of what was known by an instant are right before and after it, so nobody who adds up payments asks for versions.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from django.db import connection
from psycopg2.extras import execute_values

from lending.services.book.recording import Row

CORRECTED: Final = "corrected/"
TAKEN_BACK: Final = "taken-back/"
OWN_NUMBERS: Final = (CORRECTED, TAKEN_BACK)
"""Beginnings of numbers that are given here alone; the number of the version and the payment's own follow."""
_Content = tuple[date, datetime, int]

_FIRST: Final = """
SELECT r.loan_id, r.external_id, r.known_at, r.paid_on, r.event_at, r.amount_minor
FROM (VALUES %s) asked (loan_id, number)
JOIN lending_repayment r ON r.loan_id = asked.loan_id AND r.external_id = asked.number
"""
_LATER: Final = """
SELECT r.loan_id, asked.number, r.known_at, r.paid_on, r.event_at, r.amount_minor
FROM (VALUES %s) asked (loan_id, number)
JOIN lending_repayment r ON r.loan_id = asked.loan_id AND starts_with(r.external_id, 'corrected/')
    AND regexp_replace(r.external_id, '^corrected/[0-9]+/', '') = asked.number
ORDER BY r.known_at
"""


class Version(NamedTuple):
    """What was told of a payment since an instant: the day, the instant and the amount."""

    known_at: datetime
    content: _Content


def taken_back_sql(row: str, as_of: str) -> str:
    """A condition on the row `row` of lending_repayment: by the instant `as_of` a correction had taken it back."""
    number = f"CASE WHEN starts_with({row}.external_id, 'corrected/') THEN substr({row}.external_id, 11)"
    told = f"back.loan_id = {row}.loan_id AND back.known_at <= {as_of}"
    asked = f"back.external_id = 'taken-back/' || {number} ELSE '1/' || {row}.external_id END"
    return f"EXISTS (SELECT FROM lending_repayment back WHERE {told} AND {asked})"  # names of our own


def versions_of(keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], list[Version]]:
    """What the book holds of payments named by loan and number, in order of when it was known; no others."""
    found: dict[tuple[int, str], list[Version]] = {}
    for statement in (_FIRST, _LATER):
        asked = sorted(found if statement is _LATER else set(keys))
        if not asked:
            break
        with connection.cursor() as cursor:
            rows = execute_values(cursor.cursor, statement, asked, page_size=len(asked), fetch=True)
        for loan_id, number, known_at, *content in rows:
            found.setdefault((loan_id, number), []).append(Version(known_at, tuple(content)))
    return found


def version_rows(number: str, versions: Sequence[Version], new: Version, **shared: Any) -> list[Row]:
    """The rows that write a version: the payment under its own number, or what takes the last one back, and the new."""
    count = len(versions)
    if not count:
        return [_row(number, new.known_at, new.content, shared)]
    paid_on, event_at, minor = versions[-1].content
    back = _row(f"{TAKEN_BACK}{count}/{number}", new.known_at, (paid_on, event_at, -minor), shared)
    return [back, _row(f"{CORRECTED}{count + 1}/{number}", new.known_at, new.content, shared)]


def _row(number: str, known_at: datetime, content: _Content, shared: Row) -> Row:
    names = ("paid_on", "event_at", "amount_minor")
    return {"external_id": number, "known_at": known_at, **dict(zip(names, content, strict=True)), **shared}
