"""Reported risk events: read, and recorded."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import (
    CustomerName,
    LoanName,
    customer_name_read,
    customers_find,
    loan_name_read,
    loans_find,
)
from lending.api.book.reporting import ItemAnswer, items_record
from lending.models import RiskEvent
from lending.services.book.events import DECIDED_HERE, events_record
from lending.services.book.inputs import EventInput
from lending.services.book.recording import MAX_EXTERNAL_ID, MAX_MINOR, Problem

OURS: Final = DECIDED_HERE | {"application", "decline", "disbursement"}
"""What only this system says: it decides, is told of loans elsewhere, and has people confirm a diversion."""
KINDS: Final = tuple(kind for kind in RiskEvent.Kind.values if kind not in OURS)


class _Draft(msgspec.Struct, frozen=True):
    external_id: str
    kind: str
    customer: CustomerName | None
    loan: LoanName | None
    event_at: datetime
    known_at: datetime | None
    amount_minor: int | None
    category: str


def events_take(items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str) -> list[ItemAnswer]:
    """Record events of customers and loans the client may report on; what becomes of each."""

    def build(drafts: Sequence[_Draft]) -> list[EventInput | list[Problem]]:
        loans = loans_find((draft.loan for draft in drafts if draft.loan), client_id=client_id)
        customers = customers_find((draft.customer for draft in drafts if draft.customer), client_id=client_id)
        built: list[EventInput | list[Problem]] = []
        for draft in drafts:
            loan = loans.get(draft.loan) if draft.loan else None
            customer = customers.get(draft.customer) if draft.customer else None
            missing = [
                problem_of(field, "not_found")
                for field, name, found in (("loan", draft.loan, loan), ("customer", draft.customer, customer))
                if name is not None and found is None
            ]
            if loan is not None and customer is not None and customer[0] != loan.customer_id:
                missing.append(problem_of("customer", "another_customer"))
            holder = loan.customer_id if loan else customer[0] if customer else None
            if missing or holder is None:
                built.append(missing)
                continue
            built.append(
                EventInput(
                    kind=draft.kind,
                    customer_id=holder,
                    loan_id=loan.loan_id if loan else None,
                    external_id=draft.external_id,
                    event_at=draft.event_at,
                    known_at=draft.known_at or at,
                    amount_minor=draft.amount_minor,
                    category=draft.category,
                )
            )
        return built

    return items_record(
        items,
        read=_read,
        build=build,
        record=lambda inputs: events_record(items=inputs, source=source, at=at, actor=actor),
    )


def _read(item: ItemReader) -> _Draft | None:
    number = item.text("external_id", is_required=True, most=MAX_EXTERNAL_ID)
    kind = item.choice("kind", KINDS, is_required=True)
    customer, loan = customer_name_read(item), loan_name_read(item)
    event_at, known_at = item.instant("event_at", is_required=True), item.instant("known_at")
    amount = item.integer("amount_minor", least=-MAX_MINOR, most=MAX_MINOR)
    category = item.text("category", most=40)
    if customer is None and loan is None and not item.problems:
        item.problem("customer", "missing")
    if event_at is None:
        return None
    return _Draft(number, kind, customer, loan, event_at, known_at, amount, category)
