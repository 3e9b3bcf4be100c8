"""Events raised from the book: each once, known no earlier than its facts, and only where there is cause."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from lending.models import (
    AccountTransaction,
    BankAccount,
    CustomerLink,
    CustomerMonth,
    CustomerStanding,
    Identifier,
    Instalment,
    Region,
    RegionMonth,
    Repayment,
    RiskEvent,
)
from monitoring.services.trigger_events import trigger_events_raise
from monitoring.triggers.events import employers_in_shock, incomes_stopped, instalments_missed, regions_in_shock
from tests.factories.monitoring import AT, card, known, loans, months

pytestmark = pytest.mark.django_db
DAY = date(2005, 9, 30)
AS_OF = datetime(2005, 9, 30, 15, 59, 59, tzinfo=UTC)


def raised(as_of=AS_OF):
    return {kind: count for kind, count in trigger_events_raise(product=card(), as_of=as_of, at=AT).items() if count}


def kinds():
    return sorted(RiskEvent.objects.values_list("kind", flat=True))


def moved(loan, amount, category, day, number="T1"):
    account, _ = BankAccount.objects.get_or_create(
        external_id=f"A{loan.pk}", defaults={"customer": loan.customer, "currency": "TWD"}
    )
    return AccountTransaction.objects.create(
        account=account, external_id=number, event_at=known(day), known_at=known(day), recorded_at=AT,
        amount_minor=amount, category=category, sealed=b"x", source="test",
    )  # fmt: skip


def test_money_from_another_lender_is_told_once_and_what_goes_to_one_is_not():
    (loan,) = loans(months(0))
    moved(loan, 5_000, "other_lender", date(2005, 9, 10), "in")
    moved(loan, -5_000, "other_lender", date(2005, 9, 11), "out")
    moved(loan, 5_000, "salary", date(2005, 9, 12), "pay")
    assert raised() == {"lender_inflow": 1} and raised() == {}
    event = RiskEvent.objects.get()
    assert (event.customer_id, event.amount_minor, event.known_at) == (
        loan.customer_id,
        5_000,
        known(date(2005, 9, 10)),
    )


def test_what_becomes_known_later_raises_nothing_on_an_earlier_day():
    (loan,) = loans(months(0))
    transaction = moved(loan, 5_000, "other_lender", date(2005, 9, 10))
    AccountTransaction.objects.filter(pk=transaction.pk).update(known_at=AS_OF + timedelta(hours=1))
    assert raised() == {}
    assert raised(AS_OF + timedelta(days=1)) == {"lender_inflow": 1}


def due(loan, number, day, minor=1_000):
    at = known(date(2005, 5, 1))
    Instalment.objects.create(loan=loan, number=number, due_on=day, principal_minor=minor, known_at=at, recorded_at=at)


def paid(loan, number, day, minor=1_000):
    times = {"event_at": known(day), "known_at": known(day), "recorded_at": AT}
    Repayment.objects.create(loan=loan, external_id=number, paid_on=day, amount_minor=minor, source="test", **times)


def test_an_instalment_not_wholly_paid_by_its_day_is_missed_and_one_paid_is_told():
    on_time, short = loans(months(0), months(0))
    for loan in (on_time, short):
        due(loan, 1, date(2005, 9, 15))
    paid(on_time, "P1", date(2005, 9, 15))
    paid(short, "P2", date(2005, 9, 15), 999)
    assert raised() == {"instalment_missed": 1, "instalment_paid": 2}
    missed = RiskEvent.objects.get(kind="instalment_missed")
    assert missed.loan == short and missed.amount_minor == 1
    assert missed.known_at == datetime(2005, 9, 15, 16, tzinfo=UTC)  # the day's end in Taipei


def test_a_missed_instalment_is_known_no_earlier_than_its_schedule_and_what_was_taken_back():
    scheduled, reversed_ = loans(months(0), months(0))
    for loan in (scheduled, reversed_):
        due(loan, 1, date(2005, 9, 15))
    told = known(date(2005, 9, 28))
    Instalment.objects.filter(loan=scheduled).update(known_at=told)
    paid(reversed_, "P1", date(2005, 9, 15))
    paid(reversed_, "P1-back", date(2005, 9, 15), -1_000)
    Repayment.objects.filter(external_id="P1-back").update(known_at=told)
    assert raised()["instalment_missed"] == 2
    assert set(RiskEvent.objects.filter(kind="instalment_missed").values_list("known_at", flat=True)) == {told}


def standing(loan, level, day=date(2005, 9, 1)):
    CustomerStanding.objects.create(
        customer=loan.customer, as_of=known(day), known_at=known(day), warning_level=level, open_warnings=1
    )


def linked(loan, other, kind, is_liable, since=date(2005, 1, 1), until=None):
    CustomerLink.objects.create(
        customer=loan.customer, other=other.customer, kind=kind, is_liable=is_liable, since=since, until=until,
        known_at=known(date(2005, 5, 1)), source="test",
    )  # fmt: skip


def test_trouble_of_a_liable_guarantor_is_told_apart_from_that_of_others():
    borrower, guarantor, brother, friend = loans(months(0), months(0), months(0), months(0))
    linked(borrower, guarantor, "GUARANTOR", is_liable=True)
    linked(borrower, brother, "FAMILY", is_liable=False)
    linked(borrower, friend, "SHARED_DEVICE", is_liable=False, until=date(2005, 9, 30))
    for loan in (guarantor, brother, friend):
        standing(loan, "ORANGE")
    assert raised() == {"guarantor_trouble": 1, "linked_customer_trouble": 1}
    assert set(RiskEvent.objects.values_list("customer_id", flat=True)) == {borrower.customer_id}
    assert raised() == {}


def test_a_linked_customer_below_trouble_is_none_of_it():
    borrower, guarantor = loans(months(0), months(0))
    linked(borrower, guarantor, "GUARANTOR", is_liable=True)
    standing(guarantor, "YELLOW")
    assert raised() == {}


def earned(loan, *incomes):
    """Of June, July, August, …"""
    for place, income in enumerate(incomes):
        month = date(2005, 5 + place, 1)
        CustomerMonth.objects.create(
            customer=loan.customer, month=month, known_at=known(date(2005, 6 + place, 1)), income_minor=income
        )


def employed(loan, employer):
    Identifier.objects.create(
        customer=loan.customer, kind="employer", blind_index=employer, sealed=b"x", created_at=known(date(2005, 5, 1))
    )


@pytest.mark.parametrize(("stopped", "told"), [(3, 4), (2, 0)])
def test_an_employer_is_in_shock_from_the_third_income_that_stops(stopped, told):
    mates = loans(*[months(0)] * 4)
    for place, loan in enumerate(mates):
        employed(loan, b"0123456789abcdef")
        earned(loan, 100, 100, 100, 0 if place < stopped else 100)
    assert raised().get("employer_shock", 0) == told


@pytest.mark.parametrize(("rise", "told"), [(0.02, 1), (0.0199, 0)])
def test_a_region_is_in_shock_from_two_points_of_unemployment_in_three_months(rise, told):
    here, _elsewhere = loans(months(0), months(0))
    region = Region.objects.create(code="R1", name_en="North", name_zh="北部")
    type(here).objects.filter(pk=here.pk).update(region=region)
    for month, value in ((5, 0.05), (8, 0.05 + rise)):
        at = known(date(2005, month + 1, 5))
        RegionMonth.objects.create(
            region=region, month=date(2005, month, 1), indicator="unemployment_rate", value=value, event_at=at,
            known_at=at, recorded_at=at, source="test",
        )  # fmt: skip
    assert raised().get("region_shock", 0) == told


def test_payments_fill_the_oldest_instalment_first():
    instalments = pl.DataFrame(
        {"loan_id": [1, 1], "number": [1, 2], "due_on": [date(2005, 8, 15), date(2005, 9, 15)], "due_minor": [100, 100]}
    )
    repayments = pl.DataFrame({"loan_id": [1], "paid_on": [date(2005, 9, 1)], "amount_minor": [150]})
    found = instalments_missed(instalments, repayments, day=DAY, grace_days=0)
    assert found.select("number", "short_minor").rows() == [(1, 100), (2, 50)]
    assert instalments_missed(instalments, repayments, day=date(2005, 9, 14), grace_days=0)["number"].to_list() == [1]
    assert instalments_missed(instalments, repayments, day=DAY, grace_days=17)["number"].to_list() == []


def test_an_income_that_was_never_usual_cannot_stop():
    rows = {"customer_id": [1, 1, 1, 1, 2, 2], "income_minor": [5, 5, 5, 0, 5, 0]}
    starts = [date(2005, month, 1) for month in (5, 6, 7, 8, 7, 8)]
    found = incomes_stopped(pl.DataFrame({**rows, "month": starts}), date(2005, 8, 1))
    assert found.rows() == [(1, True)]
    nobody = employers_in_shock(pl.DataFrame({"customer_id": [1], "employer": ["a"]}), found)
    assert nobody.is_empty()


def test_a_region_without_the_month_before_is_in_no_shock():
    months_told = pl.DataFrame(
        {"region_id": [1, 1], "month": [date(2005, 6, 1), date(2005, 8, 1)], "value": [0.0, 1.0]}
    )
    assert regions_in_shock(months_told).is_empty()
