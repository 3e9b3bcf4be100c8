"""Two who decide at once: a loan changes by one of them, and the other is told."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from lending.models import LoanChange, LoanChangeRequest
from riskengine.errors import RiskEngineError
from tests.book.test_loan_change_requests import approved, asked
from tests.book.test_loan_changes import scheduled

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*steps: Callable[[], Any]) -> list[str]:
    """What became of steps taken at the same moment, each on a connection of its own."""
    start = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> str:
        try:
            start.wait(timeout=30)
            step()
        except RiskEngineError as error:
            return error.code
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(steps)) as pool:
        return sorted(pool.map(run, steps))


def test_of_two_changes_of_a_loan_approved_at_once_one_counts() -> None:
    loan = scheduled()
    first, _maker, checker = asked(loan)
    second, _maker, other = asked(loan, "CLOSED", cause="WRITTEN_OFF")
    found = at_once(lambda: approved(first, checker), lambda: approved(second, other))
    assert found == ["done", "loan_change_overtaken"]
    assert LoanChange.objects.count() == 1
    assert LoanChangeRequest.objects.filter(change__isnull=False).count() == 1


def test_one_change_approved_twice_at_once_counts_once() -> None:
    request, _maker, checker = asked(scheduled())
    found = at_once(lambda: approved(request, checker), lambda: approved(request, checker))
    assert found == ["done", "loan_change_not_waiting"]
    assert LoanChange.objects.count() == 1
