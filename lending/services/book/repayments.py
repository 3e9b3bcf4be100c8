"""What is owed and what was paid: schedules and repayments, in bulk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec
from django.db import transaction

from lending.business_dates import business_date_of
from lending.models import Loan
from lending.services.book.inputs import InstalmentInput, RepaymentInput, ScheduledInstalment
from lending.services.book.loan_changes import loans_settle
from lending.services.book.recording import (
    MAX_MINOR,
    WRITTEN,
    Recorded,
    Row,
    State,
    amount_check,
    external_id_check,
    problems_refuse,
    rows_record,
    times_check,
)
from lending.services.book.repayment_versions import OWN_NUMBERS, Version, version_rows, versions_of
from lending.services.book.telling import recorded_tell
from lending.services.book.versions import state_beside

MAX_NUMBER: Final = 1200
"""A hundred years of months."""


@transaction.atomic
def repayments_record(
    *, items: Sequence[RepaymentInput], source: str, at: datetime, actor: str, untold_at: datetime | None = None
) -> Recorded:
    """Record repayments, each once per loan and external id, and corrections beside what they take the place of.

    Other content under a number in the book is a correction where it says that it is known since later than the last
    version: reviews as of before go on to find what was known then. Without a `known_at` of its own it conflicts, so
    that a number used twice replaces no payment; it is known since `untold_at` (the present where left out). Raises
    InvalidBookItems; nothing is written then.
    """
    # Kept from others who tell of the same loans until the end: a payment has one newest version.
    loans = Loan.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in={item.loan_id for item in items})
    zones = dict(loans.order_by("pk").values_list("pk", "product__timezone"))
    since = [item.known_at or untold_at or at for item in items]
    told = [msgspec.structs.replace(item, known_at=known) for item, known in zip(items, since, strict=True)]
    problems_refuse(told, lambda item: _repayment_check(item, zones[item.loan_id], at))
    books = versions_of([(item.loan_id, item.external_id) for item in items])
    states: list[State] = []
    rows: list[Row] = []
    for item, known_at in zip(items, since, strict=True):
        versions = books.setdefault((item.loan_id, item.external_id), [])
        new = Version(known_at, (item.paid_on, item.event_at, item.amount_minor))
        state = state_beside(versions, new.content, known_at, is_told=item.known_at is not None)
        states.append("conflicting" if state == "corrected" and item.known_at is None else state)
        if states[-1] in WRITTEN:
            rows += version_rows(item.external_id, versions, new, loan_id=item.loan_id, recorded_at=at, source=source)
            versions.append(new)
    rows_record(table="lending_repayment", key=("loan_id", "external_id"), content=("amount_minor",), rows=rows)
    recorded = Recorded(tuple(states))
    _tell("repayments.recorded", items, recorded, source, at, actor)
    loans_settle(loan_ids=_new_loans(items, recorded), at=at, actor=actor)
    return recorded


@transaction.atomic
def instalments_record(*, items: Sequence[InstalmentInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record schedules, each instalment once per loan, number and instant it was known. Raises InvalidBookItems.

    Give the whole of a changed schedule under one `known_at`: from then on it takes the place of the earlier one.
    """
    problems_refuse(items, lambda item: _instalment_check(item, at))
    recorded = rows_record(
        table="lending_instalment",
        key=("loan_id", "number", "known_at"),
        content=("due_on", "principal_minor", "interest_minor", "fee_minor"),
        rows=[
            {
                "loan_id": item.loan_id,
                "number": item.number,
                "due_on": item.due_on,
                "principal_minor": item.principal_minor,
                "interest_minor": item.interest_minor,
                "fee_minor": item.fee_minor,
                "known_at": item.known_at,
                "recorded_at": at,
            }
            for item in items
        ],
    )
    _tell("instalments.recorded", items, recorded, source, at, actor)
    loans_settle(loan_ids=_new_loans(items, recorded), at=at, actor=actor)
    return recorded


def instalments_of(loan_id: int, schedule: Sequence[ScheduledInstalment], known_at: datetime) -> list[InstalmentInput]:
    """A schedule as it was reported, as what `instalments_record` takes."""
    return [
        InstalmentInput(
            loan_id=loan_id,
            number=part.number,
            due_on=part.due_on,
            principal_minor=part.principal_minor,
            interest_minor=part.interest_minor,
            fee_minor=part.fee_minor,
            known_at=known_at,
        )
        for part in schedule
    ]


def _repayment_check(item: RepaymentInput, zone: str, at: datetime) -> dict[str, str]:
    """A payment is known on its business date at the earliest: one of a day to come would close the loan then."""
    found = external_id_check(item.external_id) | amount_check(item.amount_minor)
    if item.external_id.startswith(OWN_NUMBERS):
        found["external_id"] = "out_of_range"
    known_at = item.known_at or at
    found |= times_check(item.event_at, known_at, at)
    if "known_at" not in found and item.paid_on > business_date_of(known_at, zone):
        found["paid_on"] = "known_before_it_happened"
    return found


def _instalment_check(item: InstalmentInput, at: datetime) -> dict[str, str]:
    found = times_check(item.known_at, item.known_at, at)
    if not 0 < item.number <= MAX_NUMBER:
        found["number"] = "out_of_range"
    for field in ("principal_minor", "interest_minor", "fee_minor"):
        if not 0 <= getattr(item, field) <= MAX_MINOR:
            found[field] = "out_of_range"
    return found


def _new_loans(items: Sequence[RepaymentInput | InstalmentInput], recorded: Recorded) -> list[int]:
    return sorted({item.loan_id for item, state in zip(items, recorded.states, strict=True) if state in WRITTEN})


def _tell(
    kind: str,
    items: Sequence[RepaymentInput] | Sequence[InstalmentInput],
    recorded: Recorded,
    source: str,
    at: datetime,
    actor: str,
) -> None:
    holders = dict(Loan.objects.filter(pk__in={item.loan_id for item in items}).values_list("pk", "customer_id"))
    customer_ids = [holders[item.loan_id] for item in items]
    recorded_tell(kind=kind, recorded=recorded, customer_ids=customer_ids, source=source, at=at, actor=actor)
