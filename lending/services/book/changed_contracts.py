"""A change of a contract with the schedule it brings: one way in for the API and for what the admin asks for."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from django.db import transaction
from django.db.models import Sum

from lending.models import Repayment
from lending.services.book.inputs import LoanChangeInput, ScheduledInstalment
from lending.services.book.loan_changes import loan_changes_record
from lending.services.book.recording import MESSAGES, InvalidBookItems, Problem, Recorded
from lending.services.book.repayments import instalments_of, instalments_record


class ContractChange(msgspec.Struct, frozen=True):
    """A change, and of a restructured loan its whole new schedule, known since the same instant."""

    change: LoanChangeInput
    schedule: tuple[ScheduledInstalment, ...] = ()


@transaction.atomic
def contract_changes_record(*, items: Sequence[ContractChange], source: str, at: datetime, actor: str) -> Recorded:
    """Record changes with their schedules, each once; one whose schedule is refused is not written either.

    Raises InvalidBookItems; nothing is written then.
    """
    if covered := _covered(items):
        raise InvalidBookItems({place: [_problem("instalments", "paid_already")] for place in covered})
    recorded = loan_changes_record(items=[one.change for one in items], source=source, at=at, actor=actor)
    parts = [
        (place, part)
        for place, state in enumerate(recorded.states)
        if state == "new"
        for part in instalments_of(items[place].change.loan_id, items[place].schedule, items[place].change.known_at)
    ]
    if parts:
        told = instalments_record(items=[part for _place, part in parts], source=source, at=at, actor=actor)
        states = zip(parts, told.states, strict=True)
        if clashing := {place for (place, _part), state in states if state == "conflicting"}:
            raise InvalidBookItems({place: [_problem("known_at", "schedule_known")] for place in clashing})
    return recorded


def _covered(items: Sequence[ContractChange]) -> list[int]:
    """Places of schedules that would close their loan at once: what remains was given in place of the whole."""
    loans = [one.change.loan_id for one in items if one.schedule]
    rows = Repayment.objects.filter(loan__in=loans).values("loan").annotate(paid=Sum("amount_minor"))
    paid = dict(rows.values_list("loan", "paid"))
    return [
        place
        for place, one in enumerate(items)
        if one.schedule and sum(map(_due_minor, one.schedule)) <= paid.get(one.change.loan_id, 0)
    ]


def _due_minor(part: ScheduledInstalment) -> int:
    return part.principal_minor + part.interest_minor + part.fee_minor


def _problem(field: str, code: str) -> Problem:
    return {"field": field, "code": code, "message": MESSAGES[code]}
