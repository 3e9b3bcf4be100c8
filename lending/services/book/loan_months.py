"""Statements of card-like loans, in bulk: once told, a month stays as it was told; corrections stand beside it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest
from typing import Final, NamedTuple

import msgspec
from django.db import connection, transaction
from psycopg2.extras import execute_values

from lending.business_dates import business_date_end
from lending.models import Loan
from lending.services.book.inputs import LoanMonthInput
from lending.services.book.recording import MAX_MINOR, PAGE_ROWS, WRITTEN, Recorded, State, problems_refuse, times_check
from lending.services.book.telling import recorded_tell
from lending.services.book.versions import state_beside

LEAST_STATUS: Final = -2
MOST_STATUS: Final = 120
"""Ten years late."""
_Content = tuple[int, int, int]
_KNOWN: Final = """
SELECT m.loan_id, m.business_date, m.id, m.known_at, m.payment_status, m.billed_minor, m.paid_minor,
    m.replaced_known_at
FROM (VALUES %s) asked (loan_id, day) JOIN lending_loanmonth m ON m.loan_id = asked.loan_id AND m.business_date = day
ORDER BY m.loan_id, m.business_date, m.known_at
"""
_REPLACED: Final = """
UPDATE lending_loanmonth m SET replaced_known_at = v.at FROM (VALUES %s) v (id, at) WHERE m.id = v.id
"""
_NEW: Final = """
INSERT INTO lending_loanmonth (loan_id, business_date, known_at, recorded_at, payment_status, billed_minor, paid_minor,
    replaced_known_at) VALUES %s
"""


@transaction.atomic
def loan_months_record(
    *, items: Sequence[LoanMonthInput], source: str, at: datetime, actor: str, untold_at: datetime | None = None
) -> Recorded:
    """Record statements, each once per loan and business date, and corrections beside what they replace.

    Other content for a date that is known since later is a correction: reviews as of before go on to find what was
    known then. Known since the same instant or earlier, it conflicts, and the book's stays. What does not say when it
    was known is so since `untold_at` (the present where left out), and known already where it repeats what was ever
    told of the date. Raises InvalidBookItems; nothing is written then.
    """
    # Kept from others who tell of the same loans until the end: a date has one newest row.
    loans = Loan.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in={item.loan_id for item in items})
    rows = loans.order_by("pk").values_list("pk", "customer_id", "product__timezone")
    held = {pk: (holder, zone) for pk, holder, zone in rows}
    since = [item.known_at or untold_at or at for item in items]
    told = [msgspec.structs.replace(item, known_at=known) for item, known in zip(items, since, strict=True)]
    problems_refuse(told, lambda item: _month_check(item, held[item.loan_id][1], at))
    books = _versions(items)
    states: list[State] = []
    for item, known_at in zip(items, since, strict=True):
        versions = books.setdefault((item.loan_id, item.business_date), [])
        states.append(state_beside(versions, _content(item), known_at, is_told=item.known_at is not None))
        if states[-1] in WRITTEN:
            versions.append(_Version(None, known_at, _content(item), None))
    _write(books, at)
    recorded = Recorded(tuple(states))
    recorded_tell(
        kind="loan_months.recorded",
        recorded=recorded,
        customer_ids=[held[item.loan_id][0] for item in items],
        source=source,
        at=at,
        actor=actor,
    )
    return recorded


class _Version(NamedTuple):
    """What was told of a date since an instant; no number where it is not written yet."""

    pk: int | None
    known_at: datetime
    content: _Content
    replaced: datetime | None


def _content(item: LoanMonthInput) -> _Content:
    return item.payment_status, item.billed_minor, item.paid_minor


def _versions(items: Sequence[LoanMonthInput]) -> dict[tuple[int, date], list[_Version]]:
    keys = sorted({(item.loan_id, item.business_date) for item in items})
    found: dict[tuple[int, date], list[_Version]] = {}
    if not keys:
        return found
    with connection.cursor() as cursor:
        rows = execute_values(cursor.cursor, _KNOWN, keys, page_size=len(keys), fetch=True)
    for loan_id, day, pk, known_at, status, billed, paid, replaced in rows:
        found.setdefault((loan_id, day), []).append(_Version(pk, known_at, (status, billed, paid), replaced))
    return found


def _write(books: Mapping[tuple[int, date], Sequence[_Version]], at: datetime) -> None:
    """What is new, and of what it takes the place since when that is so."""
    replaced, new = [], []
    for (loan_id, day), versions in sorted(books.items()):
        for one, after in zip_longest(versions, versions[1:]):
            until = after.known_at if after else None
            if one.pk is None:
                new.append((loan_id, day, one.known_at, at, *one.content, until))
            elif until != one.replaced:
                replaced.append((one.pk, until))
    with connection.cursor() as cursor:
        if replaced:
            execute_values(cursor.cursor, _REPLACED, replaced, page_size=PAGE_ROWS)
        if new:
            execute_values(cursor.cursor, _NEW, new, page_size=PAGE_ROWS)


def _month_check(item: LoanMonthInput, zone: str, at: datetime) -> dict[str, str]:
    """A statement is known on its day at the earliest; what was paid is not negative."""
    found = {}
    if not LEAST_STATUS <= item.payment_status <= MOST_STATUS:
        found["payment_status"] = "out_of_range"
    if not -MAX_MINOR <= item.billed_minor <= MAX_MINOR:
        found["billed_minor"] = "out_of_range"
    if not 0 <= item.paid_minor <= MAX_MINOR:
        found["paid_minor"] = "out_of_range"
    began = business_date_end(item.business_date - timedelta(days=1), zone)
    return found | times_check(began, item.known_at or at, at)
