"""Reported statements of card-like loans: read, and recorded."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import LoanName, loan_name_read, loans_find
from lending.api.book.reporting import ItemAnswer, items_record
from lending.services.book.inputs import LoanMonthInput
from lending.services.book.loan_months import LEAST_STATUS, MOST_STATUS, loan_months_record
from lending.services.book.recording import MAX_MINOR, Problem


class _Draft(msgspec.Struct, frozen=True):
    loan: LoanName
    business_date: date
    known_at: datetime | None
    payment_status: int
    billed_minor: int
    paid_minor: int


def loan_months_take(
    items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str
) -> list[ItemAnswer]:
    """Record statements of loans the client may report on; what becomes of each."""

    def build(drafts: Sequence[_Draft]) -> list[LoanMonthInput | list[Problem]]:
        loans = loans_find((draft.loan for draft in drafts), client_id=client_id)
        return [
            _input(draft, loans[draft.loan].loan_id) if draft.loan in loans else [problem_of("loan", "not_found")]
            for draft in drafts
        ]

    return items_record(
        items,
        read=_read,
        build=build,
        record=lambda inputs: loan_months_record(items=inputs, source=source, at=at, actor=actor),
        name=_name,
    )


def _input(draft: _Draft, loan_id: int) -> LoanMonthInput:
    return LoanMonthInput(
        loan_id=loan_id,
        business_date=draft.business_date,
        known_at=draft.known_at,
        payment_status=draft.payment_status,
        billed_minor=draft.billed_minor,
        paid_minor=draft.paid_minor,
    )


def _read(item: ItemReader) -> _Draft | None:
    item.require("loan")
    loan = loan_name_read(item)
    day, known_at = item.day("business_date", is_required=True), item.instant("known_at")
    status = item.integer("payment_status", is_required=True, least=LEAST_STATUS, most=MOST_STATUS)
    billed = item.integer("billed_minor", is_required=True, least=-MAX_MINOR, most=MAX_MINOR)
    paid = item.integer("paid_minor", is_required=True, least=0, most=MAX_MINOR)
    if loan is None or day is None or status is None or billed is None or paid is None:
        return None
    return _Draft(loan, day, known_at, status, billed, paid)


def _name(draft: _Draft) -> str:
    """A statement has no number of its own: the contract and its date name it."""
    return f"{draft.loan.external_id[:60]} {draft.business_date}"
