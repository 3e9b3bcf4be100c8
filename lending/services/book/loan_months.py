"""Statements of card-like loans, in bulk: once told, a month stays as it was told."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from lending.business_dates import business_date_end
from lending.models import Loan
from lending.services.book.inputs import LoanMonthInput
from lending.services.book.recording import MAX_MINOR, Recorded, problems_refuse, rows_record, times_check
from lending.services.book.telling import recorded_tell

LEAST_STATUS: Final = -2
MOST_STATUS: Final = 120
"""Ten years late."""


@transaction.atomic
def loan_months_record(*, items: Sequence[LoanMonthInput], source: str, at: datetime, actor: str) -> Recorded:
    """Record statements, each once per loan and business date. Raises InvalidBookItems; nothing is written then.

    A month cannot be corrected: another content for a date that is known conflicts, and the book's stays. Reviews of
    the past then find what was known.
    """
    loans = Loan.objects.filter(pk__in={item.loan_id for item in items})
    held = {pk: (holder, zone) for pk, holder, zone in loans.values_list("pk", "customer_id", "product__timezone")}
    problems_refuse(items, lambda item: _month_check(item, held[item.loan_id][1], at))
    recorded = rows_record(
        table="lending_loanmonth",
        key=("loan_id", "business_date"),
        content=("payment_status", "billed_minor", "paid_minor"),
        rows=[
            {
                "loan_id": item.loan_id,
                "business_date": item.business_date,
                "known_at": item.known_at,
                "recorded_at": at,
                "payment_status": item.payment_status,
                "billed_minor": item.billed_minor,
                "paid_minor": item.paid_minor,
            }
            for item in items
        ],
    )
    recorded_tell(
        kind="loan_months.recorded",
        recorded=recorded,
        customer_ids=[held[item.loan_id][0] for item in items],
        source=source,
        at=at,
        actor=actor,
    )
    return recorded


def _month_check(item: LoanMonthInput, zone: str, at: datetime) -> dict[str, str]:
    """A statement is known on its day at the earliest; what was paid is not negative."""
    found = {}
    if not LEAST_STATUS <= item.payment_status <= MOST_STATUS:
        found["payment_status"] = "out_of_range"
    if not -MAX_MINOR <= item.billed_minor <= MAX_MINOR:
        found["billed_minor"] = "out_of_range"
    if not 0 <= item.paid_minor <= MAX_MINOR:
        found["paid_minor"] = "out_of_range"
    began = business_date_end(item.business_date - timedelta(days=1), zone)
    return found | times_check(began, item.known_at, at)
