"""Files with their mappings, asked for and run, for tests of imports of the book."""

import csv
import io
from datetime import UTC, datetime
from typing import Any

from lending.models import BookImport
from lending.services.book_imports.mappings import mapping_save
from lending.services.book_imports.running import import_run
from lending.services.book_imports.staging import import_ask
from tests.factories.audit import user

AT = datetime(2026, 11, 2, 12, tzinfo=UTC)


def csv_of(rows: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def mapping_of(kind: str, columns: dict[str, str], **more: Any) -> Any:
    """`field: column`, or `field: =constant`."""
    told = [
        {"field": field, "constant": column[1:]} if column.startswith("=") else {"field": field, "column": column}
        for field, column in columns.items()
    ]
    for column in told:
        column |= more.get("options", {}).get(column["field"], {})
    document = {"kind": kind, "columns": told, **{name: value for name, value in more.items() if name != "options"}}
    return mapping_save(name=kind, document=document, by=user(), at=AT)


def asked(mapping: Any, rows: list[dict[str, Any]], at: datetime = AT) -> BookImport:
    return import_ask(mapping=mapping, at=at, by=user(), file_name="rows.csv", data=csv_of(rows))


def imported(mapping: Any, rows: list[dict[str, Any]], at: datetime = AT) -> BookImport:
    return import_run(book_import_id=asked(mapping, rows, at).pk, now=lambda: at)


def counts(row: BookImport) -> dict[str, int]:
    names = ("new", "known", "conflicting", "rejected", "duplicates")
    return {name: getattr(row, name) for name in names if getattr(row, name)}


REPAID = {"product": "=instalment", "loan": "contract", "external_id": "no", "paid_on": "day", "amount_minor": "sum"}


def repaid(number: int, **more: str) -> dict[str, str]:
    return {"contract": "L-1", "no": f"P-{number}", "day": "2026-03-01", "sum": "1,045.00", **more}
