"""Taking over a lender's book in bulk: customers with keys of their own, loans, and their months."""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

import msgspec
from django.db import connection, transaction

from audit.services.log import entry_append
from lending.models import Loan, Product
from lending.vault import key_new
from riskengine.errors import Conflict


class LoansKnownError(Conflict):
    """A contract number of the book is in use for this product; nothing was imported."""

    code = "loans_known"


class MonthRecord(msgspec.Struct, frozen=True):
    """One month of a loan as its lender reported it; money in minor units of the product's currency."""

    business_date: date
    known_at: datetime
    payment_status: int
    billed_minor: int
    paid_minor: int


class LoanRecord(msgspec.Struct, frozen=True):
    """One loan of the book, of a customer of whom nothing else is known."""

    external_id: str
    limit_minor: int
    opened_on: date
    attributes: dict[str, int | str]
    """Catalogued variables fixed at opening, by their name in the catalogue."""
    months: Sequence[MonthRecord]


@transaction.atomic
def loans_import(*, product: Product, loans: Sequence[LoanRecord], source: str, at: datetime, actor: str) -> int:
    """Copy loans, each with a new customer, into the book; returns their number. All or nothing.

    `source` names where they come from in the audit log and holds no personal data. Raises LoansKnownError if any
    contract number is known: months that are already in the book are never overwritten.
    """
    _refuse_known(product, loans)
    customer_ids = _ids("lending_customer", len(loans))
    loan_ids = _ids("lending_loan", len(loans))
    _copy("lending_customer (id, wrapped_key, created_at)", _customer_rows(customer_ids, at))
    _copy(
        "lending_loan (id, product_id, customer_id, external_id, limit_minor, opened_on, attributes)",
        _loan_rows(product, loans, customer_ids, loan_ids),
    )
    _copy(
        "lending_loanmonth (loan_id, business_date, known_at, recorded_at, payment_status, billed_minor, paid_minor)",
        _month_rows(loans, loan_ids, at),
    )
    entry_append(
        kind="loans.imported",
        object_type="product",
        object_id=product.code,
        actor=actor,
        payload={"loans": len(loans), "months": sum(len(loan.months) for loan in loans), "source": source},
        recorded_at=at,
    )
    return len(loans)


def _refuse_known(product: Product, loans: Sequence[LoanRecord]) -> None:
    numbers = [loan.external_id for loan in loans]
    known = Loan.objects.filter(product=product, external_id__in=numbers).count()
    if known:
        raise LoansKnownError("Contract numbers of this book are known already.", known=known, product=product.code)


def _ids(table: str, count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count])
        return [row[0] for row in cursor.fetchall()]


def _customer_rows(customer_ids: list[int], at: datetime) -> Iterator[Iterable[object]]:
    for customer_id in customer_ids:
        yield customer_id, "\\\\x" + key_new()[1].hex(), at.isoformat()


def _loan_rows(
    product: Product, loans: Sequence[LoanRecord], customer_ids: list[int], loan_ids: list[int]
) -> Iterator[Iterable[object]]:
    for loan, customer_id, loan_id in zip(loans, customer_ids, loan_ids, strict=True):
        attributes = _copy_text(json.dumps(loan.attributes, ensure_ascii=False))
        number = _copy_text(loan.external_id)
        yield loan_id, product.pk, customer_id, number, loan.limit_minor, loan.opened_on.isoformat(), attributes


def _month_rows(loans: Sequence[LoanRecord], loan_ids: list[int], at: datetime) -> Iterator[Iterable[object]]:
    for loan, loan_id in zip(loans, loan_ids, strict=True):
        for month in loan.months:
            yield (
                loan_id,
                month.business_date.isoformat(),
                month.known_at.isoformat(),
                at.isoformat(),
                month.payment_status,
                month.billed_minor,
                month.paid_minor,
            )


def _copy_text(text: str) -> str:
    r"""Text as COPY reads it: a backslash, tab or line end in a value must not end the value."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _copy(target: str, rows: Iterable[Iterable[object]]) -> None:
    lines = io.StringIO("".join("\t".join(map(str, row)) + "\n" for row in rows))
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {target} FROM STDIN", lines)
