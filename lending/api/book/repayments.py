"""Reported repayments: read, and recorded."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import msgspec

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import LoanName, loan_name_read, loans_find
from lending.api.book.reporting import ItemAnswer, items_record
from lending.business_dates import business_date_end
from lending.services.book.inputs import RepaymentInput
from lending.services.book.recording import MAX_EXTERNAL_ID, MAX_MINOR, Problem
from lending.services.book.repayments import repayments_record


class _Draft(msgspec.Struct, frozen=True):
    loan: LoanName
    external_id: str
    paid_on: date
    event_at: datetime | None
    known_at: datetime | None
    amount_minor: int


def repayments_take(
    items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str
) -> list[ItemAnswer]:
    """Record repayments of loans the client may report on; what becomes of each."""

    def build(drafts: Sequence[_Draft]) -> list[RepaymentInput | list[Problem]]:
        loans = loans_find((draft.loan for draft in drafts), client_id=client_id)
        built: list[RepaymentInput | list[Problem]] = []
        for draft in drafts:
            loan = loans.get(draft.loan)
            if loan is None:
                built.append([problem_of("loan", "not_found")])
                continue
            began = business_date_end(draft.paid_on - timedelta(days=1), loan.timezone)
            built.append(
                RepaymentInput(
                    loan_id=loan.loan_id,
                    external_id=draft.external_id,
                    paid_on=draft.paid_on,
                    event_at=draft.event_at or began,
                    known_at=draft.known_at,
                    amount_minor=draft.amount_minor,
                )
            )
        return built

    return items_record(
        items,
        read=_read,
        build=build,
        record=lambda inputs: repayments_record(items=inputs, source=source, at=at, actor=actor),
    )


def _read(item: ItemReader) -> _Draft | None:
    item.require("loan")
    loan = loan_name_read(item)
    number = item.text("external_id", is_required=True, most=MAX_EXTERNAL_ID)
    paid_on = item.day("paid_on", is_required=True)
    event_at, known_at = item.instant("event_at"), item.instant("known_at")
    amount = item.integer("amount_minor", is_required=True, least=-MAX_MINOR, most=MAX_MINOR)
    if loan is None or paid_on is None or amount is None:
        return None
    return _Draft(loan, number, paid_on, event_at, known_at, amount)
