"""The work of an import, part by part: each is claimed, read, landed and counted in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from lending.book_imports.filling import MARK, months_interpolate
from lending.book_imports.mapping import Mapping, RowProblem, row_read
from lending.models import BookImport, BookImportPart, BookImportReject, Product
from lending.services.book_imports.land_facts import bureau_land
from lending.services.book_imports.land_links import links_land
from lending.services.book_imports.land_money import (
    events_land,
    instalments_land,
    repayments_land,
    transactions_land,
)
from lending.services.book_imports.land_months import loan_months_land
from lending.services.book_imports.land_people import customers_land, loans_land, regions_land
from lending.services.book_imports.land_regions import region_list_land
from lending.services.book_imports.landing import COUNTED, Context, Land, Landed
from lending.services.book_imports.likeness import alike_name
from lending.services.book_imports.mappings import mapping_of
from lending.services.book_imports.staging import State, import_end, part_people, part_rows, source_name
from lending.services.book_imports.variable_side import variable_default, variables_pinned
from lending.services.book_imports.watermarks import WAITING, waiting_note
from lending.vault import key_unwrap
from riskengine.errors import RiskEngineError

MOST_ATTEMPTS: Final = 3
MOST_REJECTS: Final = 100_000
ACTOR: Final = "system:import"
LANDS: Final[dict[str, Land]] = {
    "customers": customers_land,
    "loans": loans_land,
    "instalments": instalments_land,
    "repayments": repayments_land,
    "loan_months": loan_months_land,
    "transactions": transactions_land,
    "bureau_updates": bureau_land,
    "risk_events": events_land,
    "region_months": regions_land,
    "regions": region_list_land,
    "customer_links": links_land,
}


class RowOutcome:
    """One row on its way: what it says, and what becomes of it."""

    def __init__(self, number: int, raw: dict[str, Any], *, is_duplicate: bool = False) -> None:
        self.number = number
        self.raw = raw
        self.values: dict[str, Any] = {}
        self.landed = Landed()
        self.is_duplicate = is_duplicate


def part_work(book_import_id: int, at: datetime) -> bool:
    """Land the next part that nobody works on; False where there is none. A part that fails is tried again later."""
    claimed = _claim(book_import_id)
    if claimed is None:
        return False
    try:
        with transaction.atomic():
            part = BookImportPart.objects.select_for_update(skip_locked=True).filter(pk=claimed, is_done=False).first()
            row = BookImport.objects.select_related("mapping", "source").get(pk=book_import_id)
            if part is None or row.state != State.RUNNING or row.wrapped_key is None:
                return True
            key = key_unwrap(row.wrapped_key)
            with variables_pinned():
                outcomes, imputed = _land(part, row, key, at) if part.row_count else _people(part, row, key, at)
            _count(row, part, outcomes, imputed)
            _waits(row, outcomes)
    except RiskEngineError as error:
        _fail(book_import_id, error.code, at)
    return True


def import_close(book_import_id: int, at: datetime) -> bool:
    """End an import whose parts are all done; False where some are not, or it has ended."""
    with transaction.atomic():
        row = BookImport.objects.select_for_update().get(pk=book_import_id)
        if row.state != State.RUNNING or row.parts.filter(is_done=False).exists():
            return False
        import_end(row, State.DONE, at, ACTOR)
    return True


def _claim(book_import_id: int) -> int | None:
    """The next part, its attempt counted outside the transaction that may die with its worker."""
    with transaction.atomic():
        waiting = BookImportPart.objects.filter(book_import_id=book_import_id, is_done=False)
        with_rows = waiting.filter(row_count__gt=0)
        free = (with_rows if with_rows.exists() else waiting).select_for_update(skip_locked=True)
        part = free.order_by("attempts", "number").first()
        if part is None:
            return None
        if part.attempts >= MOST_ATTEMPTS:
            raise PartKeepsFailing("A part of the import failed too often.", book_import=book_import_id)
        BookImportPart.objects.filter(pk=part.pk).update(attempts=F("attempts") + 1)
        return part.pk


class PartKeepsFailing(RiskEngineError):
    """A part failed as often as it may."""

    code = "book_import_part_fails"


def import_fail(book_import_id: int, code: str, at: datetime) -> None:
    """End an import that cannot go on; what landed stays."""
    _fail(book_import_id, code, at)


@transaction.atomic
def _fail(book_import_id: int, code: str, at: datetime) -> None:
    row = BookImport.objects.select_for_update().get(pk=book_import_id)
    if row.state in (State.READING, State.RUNNING):
        import_end(row, State.FAILED, at, ACTOR, code)


def rows_preview(mapping: Mapping, rows: Sequence[dict[str, Any]]) -> list[RowOutcome]:
    """The rows as they would be read, without looking into the book."""
    return _read([RowOutcome(number + 1, raw) for number, raw in enumerate(rows)], mapping)


def _land(part: BookImportPart, row: BookImport, key: bytes, at: datetime) -> tuple[list[RowOutcome], int]:
    mapping = mapping_of(row.mapping)
    rows = part_rows(part, key)
    outcomes = _read([RowOutcome(one.number, one.raw, is_duplicate=one.is_duplicate) for one in rows], mapping)
    zones = dict(Product.objects.values_list("code", "timezone"))
    context = Context(row, source_name(row), at, ACTOR, zones)
    right = [outcome for outcome in outcomes if not outcome.landed.problems and not outcome.is_duplicate]
    for outcome, landed in zip(right, LANDS[mapping.kind]([one.values for one in right], context), strict=True):
        outcome.landed = landed
    return outcomes, sum(MARK in outcome.values for outcome in right if outcome.landed.state == "new")


def _waits(row: BookImport, outcomes: Sequence[RowOutcome]) -> None:
    waiting = [one.raw for one in outcomes if any(found.code == WAITING for found in one.landed.problems)]
    if waiting:
        waiting_note(row, mapping_of(row.mapping).watermark, [one.raw for one in outcomes], waiting)


def _people(part: BookImportPart, row: BookImport, key: bytes, at: datetime) -> tuple[list[RowOutcome], int]:
    """The last part of customers, which has no rows: who of them may be one person."""
    alike_name(part_people(part, key), row, at)
    return [], 0


def _read(outcomes: list[RowOutcome], mapping: Mapping) -> list[RowOutcome]:
    currencies = dict(Product.objects.values_list("code", "currency"))
    for outcome in outcomes:
        read = row_read(mapping, outcome.raw, currencies)
        outcome.values = dict(read.values)
        outcome.landed = Landed("rejected", list(read.problems))
    _fill(outcomes, mapping)
    return outcomes


def _fill(outcomes: list[RowOutcome], mapping: Mapping) -> None:
    """Fill in what the mapping asks for and the catalogue allows; what stays empty is named."""
    column = next((column for column in mapping.columns if column.if_missing), None)
    if column is None:
        return
    open_ones = [outcome for outcome in outcomes if not outcome.landed.problems]
    if column.if_missing == "interpolate":
        filled = months_interpolate([outcome.values for outcome in open_ones])
    else:
        filled = [_default(outcome.values) for outcome in open_ones]
    for outcome, values in zip(open_ones, filled, strict=True):
        outcome.values = values
        if column.field not in values:
            outcome.landed.problems = [RowProblem(column.field, "not_imputable")]


def _default(values: dict[str, Any]) -> dict[str, Any]:
    if "value" in values:
        return values
    default = variable_default(str(values.get("variable", "")))
    return values if default is None else {**values, "value": default, MARK: True}


def _count(row: BookImport, part: BookImportPart, outcomes: Sequence[RowOutcome], imputed: int) -> None:
    counted = {state: 0 for state in COUNTED}  # noqa: C420  # typed by its values
    duplicates = 0
    rejects: list[BookImportReject] = []
    for outcome in outcomes:
        if outcome.is_duplicate:
            duplicates += 1
            outcome.landed.problems = [RowProblem("", "duplicate_row")]
        else:
            counted[outcome.landed.state] += 1
        reference = outcome.values.get("external_id", "")
        rejects += [
            BookImportReject(
                book_import=row, row=outcome.number, reference=str(reference)[:80], field=found.field, code=found.code
            )
            for found in outcome.landed.problems
        ]
    if BookImportReject.objects.filter(book_import=row).count() < MOST_REJECTS:
        BookImportReject.objects.bulk_create(rejects)
    BookImport.objects.filter(pk=row.pk).update(
        duplicates=F("duplicates") + duplicates,
        imputed=F("imputed") + imputed,
        **{state: F(state) + count for state, count in counted.items()},
    )
    BookImportPart.objects.filter(pk=part.pk).update(is_done=True, sealed=None)
