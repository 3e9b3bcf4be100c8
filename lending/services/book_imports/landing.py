"""Rows as facts of the book: each kind finds what its rows are about and calls the services that write."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Literal, TypeVar

import msgspec

from lending.book_imports.mapping import RowProblem
from lending.book_imports.values import Value
from lending.models import BookImport, Identifier, Loan
from lending.services.book.recording import InvalidBookItems, Recorded
from lending.vault import blind_index
from riskengine.errors import InvalidInput

Values = Mapping[str, Value]
Item = TypeVar("Item")


class Context(msgspec.Struct, frozen=True):
    """What every row of an import shares."""

    book_import: BookImport
    source: str
    at: datetime
    """When it is recorded."""
    actor: str
    zones: Mapping[str, str]
    """Time zone by product code."""

    @property
    def known_at(self) -> datetime:
        """When what does not say so itself is known: once for the whole import, however many parts it has."""
        return self.book_import.created_at


class Landed(msgspec.Struct):
    """What became of a row."""

    state: Literal["new", "known", "corrected", "conflicting", "rejected"] = "rejected"
    problems: list[RowProblem] = []


Land = Callable[[Sequence[Values], Context], list[Landed]]


def rejected(field: str, code: str) -> Landed:
    """A row that does not go in."""
    return Landed("rejected", [RowProblem(field, code)])


def land_items(
    rows: Sequence[Values],
    build: Callable[[Values], Item | Landed],
    record: Callable[[Sequence[Item]], Recorded],
) -> list[Landed]:
    """Build an input of each row, record those that can be, and name the others."""
    landed: list[Landed] = [Landed() for _ in rows]
    items: dict[int, Item] = {}
    for place, row in enumerate(rows):
        built = build(row)
        if isinstance(built, Landed):
            landed[place] = built
        else:
            items[place] = built
    while items:
        places = list(items)
        try:
            recorded = record(list(items.values()))
        except InvalidBookItems as error:
            for number, problems in error.by_place.items():
                found = [RowProblem(problem["field"], problem["code"]) for problem in problems]
                landed[places[number]] = Landed("rejected", found)
                del items[places[number]]
            continue
        for place, state in zip(places, recorded.states, strict=True):
            landed[place] = Landed(state, [RowProblem("", "conflicting")] if state == "conflicting" else [])
        break
    return landed


class Holder(msgspec.Struct, frozen=True):
    """Whose row it is."""

    customer_id: int
    loan_id: int | None
    is_erased: bool


def holders_find(rows: Sequence[Values]) -> list[Holder | None]:
    """The customer, and the loan where one is named, of each row: by contract number within its product, or by ID."""
    by_loan = _loans(rows)
    by_person = _persons(rows)
    found: list[Holder | None] = []
    for row in rows:
        if "loan" in row:
            found.append(by_loan.get((str(row.get("product", "")), str(row["loan"]))))
        else:
            found.append(by_person.get(_index(row)))
    return found


def _loans(rows: Sequence[Values]) -> dict[tuple[str, str], Holder]:
    names = {(str(row.get("product", "")), str(row["loan"])) for row in rows if "loan" in row}
    loans = Loan.objects.filter(
        product__code__in={code for code, _ in names}, external_id__in={number for _, number in names}
    ).values_list("product__code", "external_id", "customer_id", "pk", "customer__erased_at")
    return {
        (code, number): Holder(customer, pk, erased is not None)
        for code, number, customer, pk, erased in loans
        if (code, number) in names
    }


def _persons(rows: Sequence[Values]) -> dict[bytes, Holder]:
    indexes = {_index(row) for row in rows} - {b""}
    found = Identifier.objects.filter(kind=Identifier.Kind.NATIONAL_ID, blind_index__in=indexes)
    return {
        bytes(index): Holder(customer, None, erased is not None)
        for index, customer, erased in found.values_list("blind_index", "customer_id", "customer__erased_at")
    }


def _index(row: Values) -> bytes:
    if "national_id" not in row:
        return b""
    try:
        return blind_index(Identifier.Kind.NATIONAL_ID, str(row["national_id"]))
    except InvalidInput:
        return b""


def known_of(row: Values, context: Context) -> datetime:
    """When a row was known: as it says, else when the import was asked for."""
    found: Any = row.get("known_at")
    return found if isinstance(found, datetime) else context.known_at


COUNTED: Final = ("new", "known", "corrected", "conflicting", "rejected")
