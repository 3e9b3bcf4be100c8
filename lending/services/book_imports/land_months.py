"""Landing of statements of card-like loans."""

from collections.abc import Sequence
from typing import Any

from lending.services.book.inputs import LoanMonthInput
from lending.services.book.loan_months import loan_months_record
from lending.services.book_imports.landing import Context, Landed, Values, holders_find, land_items, rejected


def loan_months_land(rows: Sequence[Values], context: Context) -> list[Landed]:
    """Statements of loans in the book, each once per loan and business date; other content later is a correction."""
    holders = iter(holders_find(rows))

    def build(row: Any) -> LoanMonthInput | Landed:
        holder = next(holders)
        if holder is None or holder.loan_id is None:
            return rejected("loan", "not_found")
        return LoanMonthInput(
            loan_id=holder.loan_id,
            business_date=row["business_date"],
            known_at=row.get("known_at"),
            payment_status=row["payment_status"],
            billed_minor=row["billed_minor"],
            paid_minor=row["paid_minor"],
        )

    def record(items: Sequence[LoanMonthInput]) -> Any:
        return loan_months_record(
            items=items, source=context.source, at=context.at, actor=context.actor, untold_at=context.known_at
        )

    return land_items(rows, build, record)
