"""Statements told anew and payments taken back: reviews as of before see the one, those after the other."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.models import LoanMonth
from lending.services.book.inputs import LoanMonthInput
from lending.services.book.loan_months import loan_months_record
from lending.services.book.reading import repayments_as_of
from lending.services.book.repayments import repayments_record
from monitoring.services.delinquency.histories import _of_months
from monitoring.services.delinquency.statements import loans_read
from monitoring.services.portraits.months import months_read
from tests.book.factory import CALL, day, loan_make, repayment
from tests.book.importing import AT, counts, imported, mapping_of
from tests.book.test_reports import Reporter

pytestmark = pytest.mark.django_db
END = date(2026, 1, 31)
STATEMENT: dict[str, Any] = {
    "loan": {"product": "instalment", "external_id": "L-1"}, "business_date": "2026-10-31", "payment_status": 0,
    "billed_minor": 500, "paid_minor": 0,
}  # fmt: skip


def told(loan: Any, known: datetime | None, status: int = 0, billed: int = 500) -> LoanMonthInput:
    return LoanMonthInput(
        loan_id=loan.pk, business_date=END, known_at=known, payment_status=status, billed_minor=billed, paid_minor=0
    )


def late_as_of(loan: Any, as_of: datetime) -> int | None:
    """Months late as a review reads them, which every reader must say alike."""
    on = as_of.date()
    found = months_read(np.array([loan.pk]), (), as_of=as_of, business_date=on, is_listed=True).late[0]
    (status,) = loans_read([loan.pk], on, as_of)["payment_status"]
    history = _of_months([loan.pk], on, as_of)
    assert found == (None if status is None else max(status, 0))
    assert [one.settled_on is None for one in (history[loan.pk].settled if history else ())] == (
        [] if found is None else [found > 0]
    )
    return found


def test_a_review_as_of_before_sees_the_first_and_one_after_the_correction() -> None:
    loan = loan_make()
    for on, status in ((40, 0), (60, 2), (80, 1)):
        recorded = loan_months_record(items=[told(loan, day(on), status)], **CALL)
        assert recorded.states == ("new" if on == 40 else "corrected",)
    assert [late_as_of(loan, day(on, 20)) for on in (39, 40, 59, 60, 79, 80, 90)] == [None, 0, 0, 2, 2, 1, 1]


def test_the_twin_that_forgets_what_was_replaced_reads_a_date_twice() -> None:
    loan = loan_make()
    for on, status in ((40, 2), (60, 0)):
        loan_months_record(items=[told(loan, day(on), status)], **CALL)
    first = LoanMonth.objects.order_by("known_at").first()
    assert first is not None
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanMonth.objects.filter(pk=first.pk).update(replaced_known_at=None)
    LoanMonth.objects.filter(pk=first.pk).update(replaced_known_at=day(99))
    with pytest.raises(AssertionError):
        late_as_of(loan, day(70))


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(40, 50), st.integers(0, 2)), min_size=1, max_size=7), st.booleans())
def test_told_in_any_order_and_number_a_date_has_one_row_at_every_instant(
    items: list[tuple[int, int]], is_one_call: bool
) -> None:
    with transaction.atomic():
        loan = loan_make()
        inputs = [told(loan, day(on), status) for on, status in items]
        calls = [inputs] if is_one_call else [[one] for one in inputs]
        states = [state for call in calls for state in loan_months_record(items=call, **CALL).states]
        written = [one for one, state in zip(inputs, states, strict=True) if state in ("new", "corrected")]
        assert set(loan_months_record(items=written, **CALL).states) == {"known"}
        book: dict[int, int] = {}
        for (on, status), state in zip(items, states, strict=True):
            newest = max(book, default=None)
            wanted = (
                "new" if newest is None
                else ("known" if book[newest] == status else "corrected") if on > newest
                else None
            )  # fmt: skip
            assert wanted in (None, state)
            if state in ("new", "corrected"):
                book[on] = status
        assert dict(LoanMonth.objects.values_list("known_at", "payment_status")) == {
            day(on): status for on, status in book.items()
        }
        for on in range(39, 52):
            known = [one for one in book if one <= on]
            assert late_as_of(loan, day(on, 20)) == (book[max(known)] if known else None)
        transaction.set_rollback(True)


def test_over_the_api_a_correction_says_so_and_a_repeat_of_either_is_known() -> None:
    loan = loan_make()
    other = {**STATEMENT, "payment_status": 1}
    answers = [Reporter().post("loan-months", item) for item in (STATEMENT, other, other, STATEMENT)]
    assert [one.json()["state"] for one in answers] == ["new", "corrected", "known", "known"]
    assert [one.status_code for one in answers] == [201, 200, 200, 200]
    assert late_as_of(loan, datetime.now(UTC)) == 1
    back = {**STATEMENT, "known_at": datetime.now(UTC).isoformat()}
    batch = Reporter().post("loan-months", {"items": [back, {**back, "billed_minor": 9}]}).json()
    assert batch["counts"] == {"new": 0, "known": 0, "corrected": 1, "conflicting": 1, "rejected": 0}
    assert late_as_of(loan, datetime.now(UTC)) == 0


def test_an_import_corrects_and_the_older_file_again_does_not() -> None:
    loan = loan_make()
    columns = {"loan": "no", "business_date": "day", "payment_status": "late", "billed_minor": "sum", "paid_minor": "p"}
    mapping = mapping_of("loan_months", {"product": "=instalment", **columns})
    row = {"no": "L-1", "day": "2026-10-31", "late": "2", "sum": "5", "p": "0"}
    assert counts(imported(mapping, [row])) == {"new": 1}
    done = imported(mapping, [{**row, "late": "0"}], AT + timedelta(days=1))
    assert (done.corrected, counts(done)) == (1, {})
    assert counts(imported(mapping, [row], AT + timedelta(days=2))) == {"known": 1}
    assert [late_as_of(loan, AT + timedelta(days=on)) for on in (0, 1, 3)] == [2, 0, 0]


def test_a_payment_taken_back_counts_until_that_is_known() -> None:
    loan = loan_make()
    back = repayment(loan, "R-2", -10_000, on=30, known_at=day(60))
    repayments_record(items=[repayment(loan), back], **CALL)
    sums = [repayments_as_of([loan.pk], day(on, 20))["amount_minor"].sum() for on in (59, 60)]
    assert sums == [10_000, 0]
