"""Reported changes of loans: read, and recorded with the new schedule where there is one."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import LoanName, loan_name_read, loans_find
from lending.api.book.reporting import ItemAnswer, items_record
from lending.api.book.schedules import schedule_read
from lending.models import LoanChange
from lending.services.book.changed_contracts import ContractChange, contract_changes_record
from lending.services.book.inputs import LoanChangeInput, ScheduledInstalment
from lending.services.book.loan_changes import RESERVED
from lending.services.book.recording import MAX_EXTERNAL_ID, Problem


class _Draft(msgspec.Struct, frozen=True):
    loan: LoanName
    external_id: str
    kind: str
    changed_on: date
    cause: str
    known_at: datetime | None
    schedule: tuple[ScheduledInstalment, ...]


def loan_changes_take(
    items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str
) -> list[ItemAnswer]:
    """Record changes of loans the client may report on; what becomes of each."""

    def build(drafts: Sequence[_Draft]) -> list[ContractChange | list[Problem]]:
        loans = loans_find((draft.loan for draft in drafts), client_id=client_id)
        return [
            _built(draft, loans[draft.loan].loan_id, at) if draft.loan in loans else [problem_of("loan", "not_found")]
            for draft in drafts
        ]

    return items_record(
        items,
        read=_read,
        build=build,
        record=lambda built: contract_changes_record(items=built, source=source, at=at, actor=actor),
    )


def _built(draft: _Draft, loan_id: int, at: datetime) -> ContractChange:
    change = LoanChangeInput(
        loan_id=loan_id,
        external_id=draft.external_id,
        kind=draft.kind,
        changed_on=draft.changed_on,
        cause=draft.cause,
        known_at=draft.known_at or at,
    )
    return ContractChange(change, draft.schedule)


def _read(item: ItemReader) -> _Draft | None:
    item.require("loan")
    loan = loan_name_read(item)
    number = item.text("external_id", is_required=True, most=MAX_EXTERNAL_ID)
    if number.startswith(RESERVED):
        item.problem("external_id", "out_of_range")
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
