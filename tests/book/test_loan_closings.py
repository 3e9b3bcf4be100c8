"""Closed while money is owed, closed by imports, and whether a loan was open on a day as it was known then."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lending.models import Loan, LoanChange, LoanMonth
from lending.open_loans import closing_of, is_open_then, open_loan
from lending.services.book.loan_changes import loan_changes_record
from lending.services.book.owed import owed_of
from lending.services.book.recording import InvalidBookItems
from tests.book.factory import CALL, NOW, day, loan_make, product_make
from tests.book.importing import AT, counts, imported, mapping_of
from tests.book.test_loan_changes import CLOSED, NAME, WHOLE, change, paid, scheduled
from tests.book.test_reports import Reporter

pytestmark = pytest.mark.django_db
COLUMNS = {"external_id": "no", "amount_minor": "sum", "opened_on": "opened", "closed_on": "closed"}
ROW = {"no": "L-1", "sum": "10000", "opened": "2026-01-05", "closed": "2026-03-01", "why": ""}


def is_open(loan: Loan, on: date, as_of: datetime) -> bool:
    """As the ORM and as a statement say, which must agree; an open loan, and none else, has no closing."""
    told = Loan.objects.filter(is_open_then(on, as_of), pk=loan.pk).exists()
    condition = open_loan("l").format(day="%(day)s", as_of="%(as_of)s")
    closing = closing_of("l").format(day="%(day)s", as_of="%(as_of)s")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT NOT ({condition}), (SELECT count(*) FROM {closing} closing) FROM lending_loan l"
            " WHERE l.id = %(id)s",
            {"day": on, "as_of": as_of, "id": loan.pk},
        )
        assert cursor.fetchone() == (not told, 0 if told else 1)
    return told


def painted(changes: list[tuple[str, int, int]], on: int, known: int) -> bool:
    """Open on a day: each change known by then speaks of its own day and all after it, a closing told anew in place
    of the one before."""
    told = sorted((change for change in changes if change[2] <= known), key=lambda change: change[2])
    days = [True] * 61
    for place, (kind, since, _known) in enumerate(told):
        if kind == "CLOSED" and place + 1 < len(told) and told[place + 1][0] == "CLOSED":
            continue
        days[since:] = [kind == "REOPENED"] * (61 - since)
    return days[on]


HISTORY = st.lists(st.tuples(st.sampled_from(["CLOSED", "REOPENED"]), st.integers(10, 50)), max_size=5)


@settings(max_examples=30, deadline=None)
@given(HISTORY, st.lists(st.tuples(st.integers(5, 59), st.integers(5, 59)), min_size=8, max_size=8))
def test_a_review_as_of_then_sees_the_loan_as_it_was_known_then(
    history: list[tuple[str, int]], asked: list[tuple[int, int]]
) -> None:
    with transaction.atomic():
        loan = loan_make(f"L-{Loan.objects.count()}")
        changes = [(kind, since, max(since, 12 + 9 * place)) for place, (kind, since) in enumerate(history)]
        known: list[tuple[str, int, int]] = []
        for place, (kind, since, at) in enumerate(changes):
            later = at if not known else max(at, known[-1][2] + 1)
            item = change(loan, kind, on=since, number=f"C-{place}", known_at=day(later, 20))
            loan_changes_record(items=[item], **CALL)
            known.append((kind, since, later))
        for on, at in asked:
            on = min(on, at)
            assert is_open(loan, day(on).date(), day(at, 22)) == painted(known, on, at)
        transaction.set_rollback(True)


def test_the_twin_that_asks_the_bare_day_misses_that_an_open_loan_was_closed() -> None:
    loan = loan_make()
    for kind, on in (("CLOSED", 40), ("REOPENED", 50)):
        loan_changes_record(items=[change(loan, kind, on=on, number=kind)], **CALL)
    assert not is_open(loan, day(45).date(), day(45, 22))
    assert not is_open(loan, day(45).date(), day(55, 22))
    assert is_open(loan, day(55).date(), day(55, 22))
    assert Loan.objects.filter(pk=loan.pk, closed_on=None).exists()


def test_a_closing_from_before_changes_were_kept_is_remembered_when_the_loan_opens_again() -> None:
    loan = loan_make()
    Loan.objects.filter(pk=loan.pk).update(closed_on=day(40).date())
    loan_changes_record(items=[change(loan, "REOPENED", on=50)], **CALL)
    assert not is_open(loan, day(45).date(), day(45, 22))
    assert is_open(loan, day(50).date(), day(50, 22))


def test_a_loan_that_owes_is_not_repaid_and_how_much_is_said() -> None:
    loan = paid(scheduled(), 10_500)
    with pytest.raises(InvalidBookItems) as refused:
        loan_changes_record(items=[change(loan, on=70, cause="REPAID", number="C-9")], **CALL)
    (problem,) = refused.value.facts["problems"]
    # The second instalment was due with its interest; of the third, not due yet, only the principal is owed.
    assert (problem["field"], problem["code"], problem["owed_minor"]) == ("items[0].cause", "money_owed", "20500")
    assert "205.00 CNY" in problem["message"]
    assert not LoanChange.objects.exists()
    assert loan_changes_record(items=[change(loan, on=70, cause="WRITTEN_OFF")], **CALL).new == 1
    loan.refresh_from_db()
    assert (loan.closed_cause, loan.closed_on) == ("WRITTEN_OFF", day(70).date())


def test_paid_early_without_the_interest_to_come_a_loan_is_repaid() -> None:
    loan = paid(scheduled(), 10_500, 20_000)
    assert loan.closed_on is None
    assert loan_changes_record(items=[change(loan, cause="REPAID")], **CALL).new == 1


def test_a_repeat_of_a_closing_is_known_though_money_came_to_be_owed_since() -> None:
    loan = paid(scheduled(), WHOLE - 1_000, 1_000)
    told = change(loan, cause="REPAID", on=60)
    loan_changes_record(items=[told], **CALL)
    paid(loan, -1_000)
    assert loan_changes_record(items=[told], **CALL).known == 1


@pytest.mark.parametrize(("status", "owed"), [(2, 70_000), (0, 0)])
def test_a_card_owes_its_last_statement_where_that_is_late(status: int, owed: int) -> None:
    loan = loan_make()
    for on, billed in ((20, 999_000), (40, 90_000)):
        LoanMonth.objects.create(
            loan=loan,
            business_date=day(on).date(),
            known_at=day(on),
            recorded_at=NOW,
            payment_status=status,
            billed_minor=billed,
            paid_minor=0,
        )
    paid(loan, 5_000)  # before the statement, and in it
    loan.repayments.update(paid_on=day(35).date())
    loan.repayments.create(
        external_id="after",
        paid_on=day(45).date(),
        event_at=day(45),
        known_at=day(45),
        recorded_at=NOW,
        amount_minor=20_000,
    )
    (found,) = owed_of([(loan.pk, day(50).date(), day(50, 20))])
    assert (found.minor, found.is_late) == (owed, owed > 0)


def test_over_the_api_the_answer_is_coded_and_other_causes_go_in() -> None:
    scheduled()
    answer = Reporter().post("loan-changes", {**CLOSED, "cause": "REPAID"})
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["field"], problem["code"], problem["owed_minor"]) == ("cause", "money_owed", "30500")
    assert Reporter().post("loan-changes", CLOSED).status_code == 201
    reserved = Reporter().post("loan-changes", {**CLOSED, "external_id": "asked/7", "loan": NAME})
    assert [one["field"] for one in reserved.json()["problems"]] == ["external_id"]


def loans_mapping(*more: str) -> Any:
    product_make()
    return mapping_of("loans", {"product": "=instalment", **COLUMNS, **dict.fromkeys(more, "why")})


def test_an_import_closes_by_a_change_and_does_not_close_again_what_was_opened_since() -> None:
    mapping = loans_mapping()
    assert counts(imported(mapping, [ROW])) == {"new": 1}
    told = LoanChange.objects.get()
    assert (told.kind, told.cause, told.changed_on, told.known_at) == ("CLOSED", "OTHER", date(2026, 3, 1), AT)
    loan = Loan.objects.get()
    item = change(loan, "REOPENED", number="C-2", changed_on=date(2026, 4, 1), known_at=AT + timedelta(hours=1))
    loan_changes_record(items=[item], source="t", at=AT + timedelta(hours=2), actor="system:test")
    assert counts(imported(mapping, [ROW], AT.replace(day=3))) == {"known": 1}
    loan.refresh_from_db()
    assert (loan.closed_on, LoanChange.objects.count()) == (None, 2)
    imported(mapping, [{**ROW, "closed": "2026-05-01"}], AT.replace(day=4))
    loan.refresh_from_db()
    assert loan.closed_on == date(2026, 5, 1)


@pytest.mark.parametrize("is_remembered", [True, False])
def test_a_full_extract_does_not_close_again_what_was_closed_before_changes_were_kept(is_remembered: bool) -> None:
    mapping = loans_mapping()
    imported(mapping, [{**ROW, "closed": ""}])
    Loan.objects.update(closed_on=date(2026, 3, 1), closed_known_at=AT)
    loan = Loan.objects.get()
    if is_remembered:
        item = change(loan, "REOPENED", changed_on=date(2026, 4, 1), known_at=AT + timedelta(hours=1))
        loan_changes_record(items=[item], source="t", at=AT + timedelta(hours=2), actor="system:test")
    else:  # opened again when no closing but those told was remembered
        told = {"known_at": AT, "recorded_at": AT, "source": "t"}
        LoanChange.objects.create(loan=loan, external_id="C-1", kind="REOPENED", changed_on=date(2026, 4, 1), **told)
        Loan.objects.update(closed_on=None, closed_known_at=None, has_reopened=True)
    kept = LoanChange.objects.count()
    assert counts(imported(mapping, [ROW], AT.replace(day=3))) == {"known": 1}
    loan.refresh_from_db()
    assert (loan.closed_on, LoanChange.objects.count()) == (None, kept)
    imported(mapping, [{**ROW, "closed": "2026-05-01"}], AT.replace(day=4))
    loan.refresh_from_db()
    assert loan.closed_on == date(2026, 5, 1)


def test_an_import_must_say_why_a_loan_that_owes_is_closed() -> None:
    mapping = loans_mapping("closed_cause")
    loan = scheduled()
    Loan.objects.update(limit_minor=1_000_000, disbursed_minor=1_000_000)
    rows = {"": "cause_required", "结清": "money_owed", "who knows": "unknown_kind"}
    for why, code in rows.items():
        left = imported(mapping, [{**ROW, "why": why}]).rejects.get()
        assert (left.field, left.code) == ("closed_cause", code)
    assert counts(imported(mapping, [{**ROW, "why": "核销"}])) == {"known": 1}
    loan.refresh_from_db()
    assert (loan.closed_on, loan.closed_cause) == (date(2026, 3, 1), "WRITTEN_OFF")
    assert counts(imported(mapping, [{**ROW, "why": "sold"}])) == {"conflicting": 1}


def test_an_import_tells_the_cause_of_a_closing_from_before_causes_were_kept() -> None:
    mapping = loans_mapping("closed_cause")
    imported(mapping, [{**ROW, "closed": ""}])
    Loan.objects.update(closed_on=date(2026, 3, 1), closed_known_at=AT + timedelta(hours=1))
    assert counts(imported(mapping, [ROW], AT.replace(day=3))) == {"known": 1}
    assert not LoanChange.objects.exists()
    assert counts(imported(mapping, [{**ROW, "why": "核销"}], AT.replace(day=4))) == {"known": 1}
    loan = Loan.objects.get()
    assert (loan.closed_on, loan.closed_cause) == (date(2026, 3, 1), "WRITTEN_OFF")
    assert not is_open(loan, date(2026, 3, 1), AT + timedelta(hours=2))
    assert counts(imported(mapping, [{**ROW, "why": "sold"}], AT.replace(day=5))) == {"conflicting": 1}
