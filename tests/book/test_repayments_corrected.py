"""A repayment told again under its own number: known, corrected with a later instant, or conflicting."""

from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.book_changes import _WITH_FACTS, handler_register
from lending.models import Loan, LoanChange, Repayment
from lending.services.book.reading import repayments_as_of
from lending.services.book.recording import InvalidBookItems
from lending.services.book.repayments import repayments_record
from tests.book.factory import CALL, day, loan_make, repayment
from tests.book.importing import REPAID, counts, imported, mapping_of
from tests.book.test_loan_changes import NAME, WHOLE, scheduled
from tests.book.test_reports import Reporter

pytestmark = pytest.mark.django_db
PAID = {"loan": NAME, "external_id": "R-1", "paid_on": "2026-02-05", "amount_minor": 10_500}


def told(loan: Loan, minor: int, known: int | None, on: int = 31, number: str = "R-1") -> str:
    item = repayment(loan, number, minor, on=on, known_at=None if known is None else day(known, 20))
    return repayments_record(items=[item], **CALL).states[0]


def seen(loan: Loan, as_of: int) -> dict[Any, int]:
    """What was paid by day, as known then."""
    found = repayments_as_of([loan.pk], day(as_of, 22)).group_by("paid_on").sum()
    return {row["paid_on"]: row["amount_minor"] for row in found.to_dicts() if row["amount_minor"]}


def test_a_correction_counts_from_when_it_was_known_and_not_before() -> None:
    loan = loan_make()
    assert told(loan, 10_500, 31) == "new"
    assert told(loan, 15_000, 40, on=33) == "corrected"
    assert seen(loan, 39) == {day(31).date(): 10_500}
    assert seen(loan, 41) == {day(33).date(): 15_000}
    assert told(loan, 1_000, 50) == "corrected"
    assert (seen(loan, 49), seen(loan, 51)) == ({day(33).date(): 15_000}, {day(31).date(): 1_000})


def test_repeats_are_known_and_what_comes_too_early_or_without_an_instant_conflicts() -> None:
    loan = loan_make()
    told(loan, 10_500, 31)
    told(loan, 15_000, 40)
    rows = Repayment.objects.count()
    assert [told(loan, 15_000, known) for known in (40, 45, None)] == ["known", "known", "known"]
    assert [told(loan, 10_500, known) for known in (31, 35, None)] == ["known", "known", "known"]
    assert [told(loan, 7, known) for known in (31, 40, None)] == ["conflicting", "conflicting", "conflicting"]
    assert (Repayment.objects.count(), rows) == (3, 3)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 4), st.integers(32, 55)), min_size=1, max_size=6))
def test_sums_as_of_any_instant_are_those_of_the_version_known_then(history: list[tuple[int, int]]) -> None:
    loan = loan_make(f"L-{Loan.objects.count()}")
    versions: list[tuple[int, int]] = []
    for minor, known in history:
        state = told(loan, minor, known)
        if state in ("new", "corrected"):
            assert not versions or known > versions[-1][0]
            versions.append((known, minor))
    for as_of in range(31, 57):
        then = [minor for known, minor in versions if known <= as_of]
        assert sum(seen(loan, as_of).values()) == (then[-1] if then else 0)


def test_two_of_one_number_in_one_call_are_one_payment() -> None:
    loan = loan_make()
    items = [repayment(loan, "R-1", minor, known_at=day(known, 20)) for minor, known in ((5, 31), (5, 32), (9, 33))]
    assert repayments_record(items=items, **CALL).states == ("new", "known", "corrected")
    assert loan.repayments.aggregate(all=Sum("amount_minor"))["all"] == 9


def test_a_loan_that_a_mistaken_payment_closed_is_open_again_and_closes_anew() -> None:
    loan = scheduled()
    told(loan, WHOLE, 40, on=40)
    loan.refresh_from_db()
    assert loan.closed_on == day(40).date()
    told(loan, WHOLE - 1, 45, on=40)
    loan.refresh_from_db()
    assert loan.closed_on is None
    told(loan, WHOLE, 50, on=38)
    loan.refresh_from_db()
    assert (loan.closed_on, LoanChange.objects.count()) == (day(38).date(), 3)


def test_a_closing_day_moves_with_the_payment_that_a_correction_moves() -> None:
    loan = scheduled()
    told(loan, WHOLE, 40, on=40)
    assert [told(loan, WHOLE, known, on=38) for known in (60, 61)] == ["corrected", "known"]
    loan.refresh_from_db()
    assert (loan.closed_on, loan.closed_cause, LoanChange.objects.count()) == (day(38).date(), "REPAID", 2)


def test_a_payment_after_the_closing_does_not_move_it() -> None:
    loan = scheduled()
    told(loan, WHOLE, 40, on=40)
    told(loan, 100, 50, on=50, number="R-2")
    loan.refresh_from_db()
    assert (loan.closed_on, LoanChange.objects.count()) == (day(40).date(), 1)


@pytest.mark.parametrize("number", ["corrected/2/R-1", "taken-back/1/R-1"])
def test_nobody_gives_the_numbers_that_corrections_have(number: str) -> None:
    with pytest.raises(InvalidBookItems):
        told(loan_make(), 5, 31, number=number)


def test_over_the_api_a_later_instant_corrects_and_without_one_it_conflicts() -> None:
    loan_make()
    reporter = Reporter()
    assert reporter.post("repayments", {**PAID, "known_at": "2026-02-06T00:00:00Z"}).status_code == 201
    other = {**PAID, "amount_minor": 9_000}
    assert reporter.post("repayments", other).status_code == 409
    answer = reporter.post("repayments", {**other, "known_at": "2026-02-09T00:00:00Z"})
    assert (answer.status_code, answer.json()["state"]) == (200, "corrected")
    assert reporter.post("repayments", other).json()["state"] == "known"


def test_an_import_corrects_where_its_rows_say_when_they_were_known() -> None:
    loan_make()
    row = {"contract": "L-1", "no": "1", "day": "2026-02-05", "sum": "1.00", "known": "2026-02-06T00:00:00Z"}
    mapping = mapping_of("repayments", {**REPAID, "known_at": "known"})
    assert counts(imported(mapping, [row])) == {"new": 1}
    assert counts(imported(mapping, [{**row, "sum": "2.00"}])) == {"conflicting": 1}
    later = {**row, "sum": "2.00", "known": "2026-02-09T00:00:00Z"}
    done = imported(mapping, [later])
    assert (done.corrected, counts(done)) == (1, {})
    assert counts(imported(mapping, [later])) == {"known": 1}
    plain = mapping_of("repayments", REPAID)
    assert counts(imported(plain, [{**row, "sum": "3.00"}])) == {"conflicting": 1}


def test_reviews_look_again_at_the_customer_of_a_corrected_payment() -> None:
    loan = loan_make()
    told(loan, 10_500, 31)
    heard: list[int] = []
    handler_register("test", heard.extend, is_with_facts=True)
    try:
        told(loan, 15_000, 40)
        told(loan, 15_000, 41)
    finally:
        del _WITH_FACTS["test"]
    assert heard == [loan.customer_id]
