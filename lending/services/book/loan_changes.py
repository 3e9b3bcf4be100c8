"""Loans restructured, closed or open again: as reported, and closed by itself once a schedule is paid in full."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import connection, transaction

from lending.business_dates import business_date_of
from lending.models import Loan, LoanChange
from lending.money import money_text
from lending.services.book.inputs import LoanChangeInput
from lending.services.book.owed import owed_of
from lending.services.book.recording import (
    MESSAGES,
    InvalidBookItems,
    Problem,
    Recorded,
    external_id_check,
    problems_found,
    rows_record,
    times_check,
)
from lending.services.book.telling import recorded_tell

Kind = LoanChange.Kind
SOURCE: Final = "system:loans"
"""Who closes a loan that is paid in full; no lending system has such a code."""
OWN_NUMBERS: Final = "settled/"
"""Numbers of changes that begin so are given here alone."""
REMEMBERED: Final = f"{OWN_NUMBERS}0"
"""The number of a closing from before changes were kept."""
RESERVED: Final = (OWN_NUMBERS, "import/", "asked/")
"""Beginnings of numbers that no lending system may give: ours, an import's, and those asked for in the admin."""

# What is known last counts; a loan without changes of these kinds keeps what it was imported with.
_APPLY: Final = """
UPDATE lending_loan l SET
    closed_on = CASE
        WHEN ended.kind IS NULL THEN l.closed_on WHEN ended.kind = 'CLOSED' THEN ended.changed_on
    END,
    closed_known_at = CASE
        WHEN ended.kind IS NULL THEN l.closed_known_at WHEN ended.kind = 'CLOSED' THEN ended.known_at
    END,
    closed_cause = CASE
        WHEN ended.kind IS NULL THEN l.closed_cause WHEN ended.kind = 'CLOSED' THEN ended.cause ELSE ''
    END,
    has_reopened = (
        SELECT count(*) > 1 OR coalesce(bool_or(kind = 'REOPENED'), false) FROM lending_loanchange
        WHERE loan_id = asked.id AND kind IN ('CLOSED', 'REOPENED')
    ),
    restructured_on = coalesce(again.changed_on, l.restructured_on)
FROM unnest(%(loans)s::bigint[]) AS asked (id)
LEFT JOIN LATERAL (
    SELECT kind, changed_on, cause, known_at FROM lending_loanchange
    WHERE loan_id = asked.id AND kind IN ('CLOSED', 'REOPENED') ORDER BY known_at DESC, id DESC LIMIT 1
) ended ON true
LEFT JOIN LATERAL (
    SELECT max(changed_on) AS changed_on FROM lending_loanchange
    WHERE loan_id = asked.id AND kind = 'RESTRUCTURED'
) again ON true
WHERE l.id = asked.id
"""
# A closing that only the loan itself tells of, from before changes were kept: what follows must not hide it.
_REMEMBER: Final = """
INSERT INTO lending_loanchange (loan_id, external_id, kind, changed_on, cause, known_at, recorded_at, source)
SELECT l.id, %(number)s, 'CLOSED', l.closed_on, 'OTHER',
    coalesce(l.closed_known_at, l.known_at, l.closed_on::timestamp AT TIME ZONE p.timezone), %(at)s, 'system:imports'
FROM lending_loan l JOIN lending_product p ON p.id = l.product_id
WHERE l.id = ANY(%(loans)s) AND l.closed_on IS NOT NULL AND NOT EXISTS (
    SELECT FROM lending_loanchange c WHERE c.loan_id = l.id AND c.kind IN ('CLOSED', 'REOPENED')
)
"""
# A schedule is known as a whole; the latest one is compared with all that was paid and not taken back.
_BALANCES: Final = """
WITH plan AS (
    SELECT DISTINCT ON (loan_id) loan_id, due, known_at FROM (
        SELECT loan_id, known_at, sum(principal_minor + interest_minor + fee_minor) AS due
        FROM lending_instalment WHERE loan_id = ANY(%(loans)s) GROUP BY loan_id, known_at
    ) known ORDER BY loan_id, known_at DESC
), paid AS (
    -- A day on which all was taken back paid nothing.
    SELECT loan_id, sum(paid) AS paid, max(paid_on) AS last_on, max(paid_on) FILTER (WHERE paid <> 0) AS settled_on,
        max(known_at) AS known_at
    FROM (
        SELECT loan_id, paid_on, sum(amount_minor) AS paid, max(known_at) AS known_at
        FROM lending_repayment WHERE loan_id = ANY(%(loans)s) GROUP BY loan_id, paid_on
    ) days GROUP BY loan_id
)
SELECT l.id, plan.due > 0 AND paid.paid >= plan.due,
    greatest(CASE WHEN paid.paid >= plan.due THEN paid.settled_on ELSE paid.last_on END, l.opened_on),
    -- Never before what it follows from, or what was known last would go on to count.
    greatest(paid.known_at, plan.known_at, last.known_at),
    l.closed_on IS NOT NULL, coalesce(last.source = %(source)s, false),
    (SELECT count(*) FROM lending_loanchange c WHERE c.loan_id = l.id),
    -- A correction has moved the money of the closing day: the loan was closed on another one.
    l.closed_on <> greatest(paid.settled_on, l.opened_on) AND coalesce((
        SELECT sum(amount_minor) FROM lending_repayment r WHERE r.loan_id = l.id AND r.paid_on = l.closed_on
    ), 0) = 0
FROM lending_loan l JOIN plan ON plan.loan_id = l.id JOIN paid ON paid.loan_id = l.id
LEFT JOIN LATERAL (
    SELECT source, known_at FROM lending_loanchange
    WHERE loan_id = l.id AND kind IN ('CLOSED', 'REOPENED') ORDER BY known_at DESC, id DESC LIMIT 1
) last ON true
WHERE l.id = ANY(%(loans)s)
"""


@transaction.atomic
def loan_changes_record(*, items: Sequence[LoanChangeInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record changes of loans, each once per loan and external id, and let the loans say so.

    A loan that still owes is not closed as repaid (`money_owed`, with the amount); written off or sold it is, and its
    outcome stays what it was. Raises InvalidBookItems; nothing is written then. A new schedule is recorded by itself,
    under the same `known_at`.
    """
    loans = _held([item.loan_id for item in items])
    problems = problems_found(items, lambda item: _check(item, loans[item.loan_id], at))
    for place, problem in _still_owed(items, loans).items():
        problems.setdefault(place, []).append(problem)
    if problems:
        raise InvalidBookItems(problems)
    return _record(items, loans, source, at, actor)


def loans_settle(*, loan_ids: Sequence[int], at: datetime, actor: str) -> int:
    """Close loans whose schedule is paid in full, on another day where a correction moved the money of that day, and
    open those again whose payment was taken back; in the caller's transaction. Returns how many.

    A loan that a lending system closed or opened is left to it, unless it is open and paid.
    """
    loans = _held(loan_ids)
    values: dict[str, Any] = {"loans": sorted(loans), "source": SOURCE}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, values)
        rows = cursor.fetchall()
    changes = [
        LoanChangeInput(
            loan_id=loan_id,
            external_id=f"{OWN_NUMBERS}{count + 1}",
            kind=Kind.CLOSED if is_paid else Kind.REOPENED,
            changed_on=last_on,
            cause=LoanChange.Cause.REPAID if is_paid else "",
            known_at=known_at,
        )
        for loan_id, is_paid, last_on, known_at, is_closed, is_ours, count, is_moved in rows
        if (is_paid and not is_closed) or (is_closed and is_ours and (is_moved or not is_paid))
    ]
    if changes:
        _record(changes, loans, SOURCE, at, actor)
    return len(changes)


def _record(
    items: Sequence[LoanChangeInput], loans: Mapping[int, Loan], source: str, at: datetime, actor: str
) -> Recorded:
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, {"loans": sorted(loans), "number": REMEMBERED, "at": at})
    recorded = rows_record(
        table="lending_loanchange",
        key=("loan_id", "external_id"),
        content=("kind", "changed_on", "cause"),
        rows=[
            {
                "loan_id": item.loan_id,
                "external_id": item.external_id,
                "kind": item.kind,
                "changed_on": item.changed_on,
                "cause": item.cause,
                "known_at": item.known_at,
                "recorded_at": at,
                "source": source,
            }
            for item in items
        ],
    )
    with connection.cursor() as cursor:
        cursor.execute(_APPLY, {"loans": sorted(loans)})
    customer_ids = [loans[item.loan_id].customer_id for item in items]
    recorded_tell(
        kind="loan_changes.recorded", recorded=recorded, customer_ids=customer_ids, source=source, at=at, actor=actor
    )
    return recorded


def _still_owed(items: Sequence[LoanChangeInput], loans: Mapping[int, Loan]) -> dict[int, Problem]:
    """By place, what speaks against calling a loan repaid; a repeat of what is recorded is none."""
    told = {item.loan_id for item in items if item.cause == LoanChange.Cause.REPAID}
    known = set(LoanChange.objects.filter(loan__in=told).values_list("loan_id", "external_id"))
    places = [
        place
        for place, item in enumerate(items)
        if item.loan_id in told
        and item.cause == LoanChange.Cause.REPAID
        and item.known_at.tzinfo is not None
        and (item.loan_id, item.external_id) not in known
    ]
    owed = owed_of([(items[place].loan_id, items[place].changed_on, items[place].known_at) for place in places])
    return {
        place: money_owed(found.minor, loans[items[place].loan_id].product.currency)
        for place, found in zip(places, owed, strict=True)
        if found.minor
    }


def money_owed(minor: int, currency: str) -> Problem:
    """Why a loan is not closed as repaid, with what is owed in words and in minor units."""
    message = MESSAGES["money_owed"].format(owed=money_text(minor, currency))
    return {"field": "cause", "code": "money_owed", "message": message, "owed_minor": str(minor)}


def _held(loan_ids: Sequence[int]) -> dict[int, Loan]:
    """The loans, kept from others who change them until the end: two halves paid at once must not both see one half."""
    loans = Loan.objects.select_for_update(no_key=True, of=("self",)).select_related("product")
    return {loan.pk: loan for loan in loans.filter(pk__in=set(loan_ids)).order_by("pk")}


def _check(item: LoanChangeInput, loan: Loan, at: datetime) -> dict[str, str]:
    found = external_id_check(item.external_id) | times_check(item.known_at, item.known_at, at)
    if item.external_id.startswith(OWN_NUMBERS):
        found["external_id"] = "out_of_range"
    if item.kind not in Kind.values:
        found["kind"] = "unknown_kind"
    if (item.cause in LoanChange.Cause.values) != (item.kind == Kind.CLOSED):
        found["cause"] = "out_of_range"
    if "known_at" not in found and item.changed_on > business_date_of(item.known_at, loan.product.timezone):
        found["known_at"] = "known_before_it_happened"
    if item.changed_on < loan.opened_on:
        found["changed_on"] = "days_out_of_order"
    return found
