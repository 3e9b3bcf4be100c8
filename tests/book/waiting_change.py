"""A restructuring that one person asked for and nobody approved yet; a row of the matrix of four eyes."""

from datetime import date
from typing import Any

from django.utils import timezone

from audit.models import User
from lending.models import LoanChangeRequest
from lending.services.book.inputs import ScheduledInstalment
from lending.services.book.loan_change_requests import OBJECT_TYPE, loan_change_ask, loan_change_decide
from tests.appr.governing import LATEST, Governed, service, word
from tests.book.test_loan_changes import scheduled

PARTS = [ScheduledInstalment(number=n, due_on=date(2026, 1 + n, 5), principal_minor=8_000) for n in range(1, 8)]


def _ask(_live: Any, author: User) -> LoanChangeRequest:
    at = timezone.now()
    told = {"kind": "RESTRUCTURED", "schedule": PARTS, "changed_on": at.date(), "reason": "lost work"}
    return loan_change_ask(loan=scheduled(), maker=author, at=at, **told)


LOAN_CHANGES = [
    Governed(
        OBJECT_TYPE,
        _ask,
        service(loan_change_decide, "request", is_approved=True),
        "/admin/lending/loanchangerequest/{pk}/change/",
        word,
        f"UPDATE lending_loanchangerequest SET approval_id = {LATEST} WHERE id = {{pk}}",
    ),
]
