"""Closings that an import tells of: changes of the loan like any other, each told once."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from lending.book_imports.mapping import RowProblem
from lending.models import Loan, LoanChange
from lending.services.book.inputs import LoanChangeInput
from lending.services.book.loan_changes import REMEMBERED, loan_changes_record
from lending.services.book.owed import owed_of
from lending.services.book_imports.landing import Context, known_of

NUMBERS: Final = "import/"
Cause = LoanChange.Cause
CAUSES: Final = {
    **{cause.value.lower(): cause for cause in Cause},
    **{"paid": Cause.REPAID, "settled": Cause.REPAID, "结清": Cause.REPAID, "已结清": Cause.REPAID},
    **{"written off": Cause.WRITTEN_OFF, "charged off": Cause.WRITTEN_OFF, "核销": Cause.WRITTEN_OFF},
    **{"sold": Cause.SOLD, "转让": Cause.SOLD, "refinanced": Cause.REFINANCED, "借新还旧": Cause.REFINANCED},
    **{"other": Cause.OTHER, "其他": Cause.OTHER},
}
"""What columns say, in lower case."""


def loan_close(loan: Loan, row: Mapping[str, Any], context: Context) -> RowProblem | None:
    """Close a loan as a row says, in the caller's transaction; what speaks against it, if anything.

    A closing told before, or from before changes were kept, is not told again, but for the cause where none was: a loan
    that was opened again since stays open. Without a cause a loan that owes nothing is closed for another reason; one
    that owes is not closed. Raises InvalidBookItems.
    """
    closed_on: date | None = row.get("closed_on")
    if closed_on is None:
        return None
    cause = CAUSES.get(str(row.get("closed_cause", "")).strip().lower())
    if cause is None and row.get("closed_cause"):
        return RowProblem("closed_cause", "unknown_kind")
    number = f"{NUMBERS}{closed_on}"
    told = LoanChange.objects.filter(loan=loan, external_id=number).values_list("cause", flat=True).first()
    held = loan.closed_cause if told is None and loan.closed_on == closed_on else told
    if held is not None and cause in (None, held):
        return None
    if held:
        return RowProblem("closed_cause", "conflicting")
    if held is None and _is_past(loan, closed_on):
        return None
    # The cause of a closing from before causes were kept is news, and must not come before what it adds to.
    known_at = max(filter(None, (known_of(row, context), loan.known_at, loan.closed_known_at)))
    if cause is None and owed_of([(loan.pk, closed_on, known_at)])[0].minor:
        return RowProblem("closed_cause", "cause_required")
    change = LoanChangeInput(
        loan_id=loan.pk,
        external_id=number,
        kind=LoanChange.Kind.CLOSED,
        changed_on=closed_on,
        cause=cause or Cause.OTHER,
        known_at=known_at,
    )
    loan_changes_record(items=[change], source=context.source, at=context.at, actor=context.actor)
    return None


def _is_past(loan: Loan, closed_on: date) -> bool:
    """Whether the loan was opened again from this very closing, which was there before changes were kept.

    It is remembered as a change once another one follows it; a loan opened again before that was begins with its
    opening, and whatever day up to it an extract repeats is the closing that it took back.
    """
    changes = LoanChange.objects.filter(loan=loan, kind__in=[LoanChange.Kind.CLOSED, LoanChange.Kind.REOPENED])
    if changes.filter(external_id=REMEMBERED, changed_on=closed_on).exists():
        return True
    first = changes.order_by("known_at", "pk").first()
    return first is not None and first.kind == LoanChange.Kind.REOPENED and closed_on <= first.changed_on
