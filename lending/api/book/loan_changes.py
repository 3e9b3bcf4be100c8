"""Reported changes of loans: read, and recorded with the new schedule where there is one."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from django.db import transaction
from django.db.models import Sum

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import LoanName, loan_name_read, loans_find
from lending.api.book.reporting import ItemAnswer, items_record
from lending.api.book.schedules import schedule_read
from lending.models import LoanChange, Repayment
from lending.services.book.inputs import InstalmentInput, LoanChangeInput, ScheduledInstalment
from lending.services.book.loan_changes import loan_changes_record
from lending.services.book.recording import MAX_EXTERNAL_ID, InvalidBookItems, Problem, Recorded
from lending.services.book.repayments import instalments_of, instalments_record


class _Draft(msgspec.Struct, frozen=True):
    loan: LoanName
    external_id: str
    kind: str
    changed_on: date
    cause: str
    known_at: datetime | None
    schedule: tuple[ScheduledInstalment, ...]


class _Built(msgspec.Struct, frozen=True):
    change: LoanChangeInput
    schedule: list[InstalmentInput]


def loan_changes_take(
    items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str
) -> list[ItemAnswer]:
    """Record changes of loans the client may report on; what becomes of each."""

    def build(drafts: Sequence[_Draft]) -> list[_Built | list[Problem]]:
        loans = loans_find((draft.loan for draft in drafts), client_id=client_id)
        paid = _paid_minor([loans[draft.loan].loan_id for draft in drafts if draft.schedule and draft.loan in loans])
        built: list[_Built | list[Problem]] = []
        for draft in drafts:
            loan = loans.get(draft.loan)
            if loan is None:
                built.append([problem_of("loan", "not_found")])
            elif draft.schedule and sum(map(_due_minor, draft.schedule)) <= paid.get(loan.loan_id, 0):
                # It would close the loan at once: what remains was given in place of the whole.
                built.append([problem_of("instalments", "paid_already")])
            else:
                built.append(_built(draft, loan.loan_id, draft.known_at or at))
        return built

    @transaction.atomic  # a change whose schedule is refused is not written either
    def record(built: Sequence[_Built]) -> Recorded:
        changes = [one.change for one in built]
        recorded = loan_changes_record(items=changes, source=source, at=at, actor=actor)
        new = [place for place, state in enumerate(recorded.states) if state == "new"]
        parts = [(place, part) for place in new for part in built[place].schedule]
        if parts:
            told = instalments_record(items=[part for _place, part in parts], source=source, at=at, actor=actor)
            states = zip(parts, told.states, strict=True)
            if clashing := {place for (place, _part), state in states if state == "conflicting"}:
                raise InvalidBookItems({place: [problem_of("known_at", "schedule_known")] for place in clashing})
        return recorded

    return items_record(items, read=_read, build=build, record=record)


def _paid_minor(loan_ids: Sequence[int]) -> dict[int, int]:
    rows = Repayment.objects.filter(loan__in=loan_ids).values("loan").annotate(paid=Sum("amount_minor"))
    return dict(rows.values_list("loan", "paid"))


def _due_minor(part: ScheduledInstalment) -> int:
    return part.principal_minor + part.interest_minor + part.fee_minor


def _built(draft: _Draft, loan_id: int, known_at: datetime) -> _Built:
    change = LoanChangeInput(
        loan_id=loan_id,
        external_id=draft.external_id,
        kind=draft.kind,
        changed_on=draft.changed_on,
        cause=draft.cause,
        known_at=known_at,
    )
    return _Built(change, instalments_of(loan_id, draft.schedule, known_at))


def _read(item: ItemReader) -> _Draft | None:
    item.require("loan")
    loan = loan_name_read(item)
    number = item.text("external_id", is_required=True, most=MAX_EXTERNAL_ID)
    kind = item.choice("kind", LoanChange.Kind.values, is_required=True)
    changed_on = item.day("changed_on", is_required=True)
    cause = item.choice("cause", LoanChange.Cause.values, is_required=kind == LoanChange.Kind.CLOSED)
    known_at = item.instant("known_at")
    schedule = schedule_read(item)
    if len({part.number for part in schedule}) != len(schedule):
        item.problem("instalments", "out_of_range")
    if schedule and kind and kind != LoanChange.Kind.RESTRUCTURED:
        item.problem("instalments", "only_restructured")
    if cause and kind and kind != LoanChange.Kind.CLOSED:
        item.problem("cause", "only_closed")
    if loan is None or changed_on is None:
        return None
    return _Draft(loan, number, kind, changed_on, cause, known_at, schedule)
