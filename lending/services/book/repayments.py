"""What is owed and what was paid: schedules and repayments, in bulk."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from lending.models import Loan
from lending.services.book.inputs import InstalmentInput, RepaymentInput, ScheduledInstalment
from lending.services.book.loan_changes import loans_settle
from lending.services.book.recording import (
    MAX_MINOR,
    Recorded,
    amount_check,
    external_id_check,
    problems_refuse,
    rows_record,
    times_check,
)
from lending.services.book.telling import recorded_tell

MAX_NUMBER: Final = 1200
"""A hundred years of months."""


@transaction.atomic
def repayments_record(*, items: Sequence[RepaymentInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record repayments, each once per loan and external id. Raises InvalidBookItems; nothing is written then."""
    problems_refuse(
        items,
        lambda item: (
            external_id_check(item.external_id)
            | amount_check(item.amount_minor)
            | times_check(item.event_at, item.known_at, at)
        ),
    )
    recorded = rows_record(
        table="lending_repayment",
        key=("loan_id", "external_id"),
        content=("paid_on", "event_at", "amount_minor"),
        rows=[
            {
                "loan_id": item.loan_id,
                "external_id": item.external_id,
                "paid_on": item.paid_on,
                "event_at": item.event_at,
                "known_at": item.known_at,
                "recorded_at": at,
                "amount_minor": item.amount_minor,
                "source": source,
            }
            for item in items
        ],
    )
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


def _instalment_check(item: InstalmentInput, at: datetime) -> dict[str, str]:
    found = times_check(item.known_at, item.known_at, at)
    if not 0 < item.number <= MAX_NUMBER:
        found["number"] = "out_of_range"
    for field in ("principal_minor", "interest_minor", "fee_minor"):
        if not 0 <= getattr(item, field) <= MAX_MINOR:
            found[field] = "out_of_range"
    return found


def _new_loans(items: Sequence[RepaymentInput | InstalmentInput], recorded: Recorded) -> list[int]:
    return sorted({item.loan_id for item, state in zip(items, recorded.states, strict=True) if state == "new"})


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
