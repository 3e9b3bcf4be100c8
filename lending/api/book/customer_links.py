"""Reported links between customers: read, and recorded."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from lending.api.book.item_reader import ItemReader, problem_of
from lending.api.book.references import CustomerName, customer_name_read, customers_find
from lending.api.book.reporting import ItemAnswer, items_record
from lending.models import CustomerLink
from lending.services.book.inputs import LinkInput
from lending.services.book.links import links_record
from lending.services.book.recording import Problem


class _Draft(msgspec.Struct, frozen=True):
    customer: CustomerName
    other: CustomerName
    kind: str
    is_liable: bool
    since: date
    until: date | None
    known_at: datetime | None


def customer_links_take(
    items: Sequence[object], *, client_id: int, source: str, at: datetime, actor: str
) -> list[ItemAnswer]:
    """Record links between customers whom the client may both report on; what becomes of each."""

    def build(drafts: Sequence[_Draft]) -> list[LinkInput | list[Problem]]:
        names = [name for draft in drafts for name in (draft.customer, draft.other)]
        found = customers_find(names, client_id=client_id)
        built: list[LinkInput | list[Problem]] = []
        for draft in drafts:
            customer, other = found.get(draft.customer), found.get(draft.other)
            if customer is None or other is None or customer[1] or other[1]:
                built.append(
                    [
                        problem_of(field, "not_found" if held is None else "customer_erased")
                        for field, held in (("customer", customer), ("other", other))
                        if held is None or held[1]
                    ]
                )
                continue
            built.append(
                LinkInput(
                    customer_id=customer[0],
                    other_id=other[0],
                    kind=draft.kind,
                    is_liable=draft.is_liable,
                    since=draft.since,
                    until=draft.until,
                    known_at=draft.known_at,
                )
            )
        return built

    return items_record(
        items,
        read=_read,
        build=build,
        record=lambda inputs: links_record(items=inputs, source=source, at=at, actor=actor),
        name=lambda draft: f"{draft.kind} {draft.since}",
    )


def _read(item: ItemReader) -> _Draft | None:
    item.require("customer")
    item.require("other")
    customer, other = customer_name_read(item), customer_name_read(item, "other")
    kind = item.choice("kind", CustomerLink.Kind.values, is_required=True)
    is_liable = item.boolean("is_liable", default=kind in ("GUARANTOR", "CO_BORROWER"))
    since, until = item.day("since", is_required=True), item.day("until")
    known_at = item.instant("known_at")
    if customer is None or other is None or since is None:
        return None
    return _Draft(customer, other, kind, is_liable, since, until, known_at)
