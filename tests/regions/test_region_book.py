"""Months of a product counted in its book, as it was known."""

from datetime import UTC, date, datetime

import pytest

from lending.models import Application, Customer, Instalment, Loan, LoanMonth, Region, Repayment
from monitoring.models import ProductMonth
from monitoring.region_tasks import region_months_task
from monitoring.services.regions.months import SyntheticMonths, months_of_products, product_months_keep
from tests.factories import decisions as make

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 10, tzinfo=UTC)
MARCH = date(2026, 3, 1)


@pytest.fixture
def lent():
    return make.product()


def a_customer():
    return Customer.objects.create(wrapped_key=b"x", created_at=AT)


def a_loan(product, number, *, customer=None, region=None, due=(date(2026, 3, 10),), known=date(2026, 1, 5), **more):
    terms = {"annual_rate": 0.12, "term_months": 12, "opened_on": date(2026, 1, 5), **more}
    loan = Loan.objects.create(
        product=product, customer=customer or a_customer(), external_id=number, limit_minor=1200, region=region, **terms
    )
    for place, day in enumerate(due, 1):
        Instalment.objects.create(
            loan=loan, number=place, due_on=day, principal_minor=100, known_at=instant(known), recorded_at=AT
        )
    return loan


def paid(loan, day, amount=100, *, known=None):
    Repayment.objects.create(
        loan=loan, external_id=f"{loan.external_id}/{day}/{amount}", paid_on=day, event_at=instant(day),
        known_at=instant(known or day), recorded_at=AT, amount_minor=amount, source="tests",
    )  # fmt: skip


def instant(day):
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def march(product, as_of=date(2026, 4, 9)):
    product_months_keep(product=product, as_of=as_of, at=AT, is_whole=True)
    return months_of_products(MARCH)[product.code].get(MARCH)


def test_who_paid_by_the_end_of_grace_did_not_miss(lent):
    lent.grace_days = 3
    lent.save()
    paid(a_loan(lent, "in time"), date(2026, 3, 13))
    paid(a_loan(lent, "late"), date(2026, 3, 14))
    a_loan(lent, "never")
    counts = march(lent)
    assert (counts.customers_due, counts.customers_missed) == (3, 2)


def test_a_customer_with_two_loans_counts_once(lent):
    customer = a_customer()
    paid(a_loan(lent, "one", customer=customer), date(2026, 3, 1))
    a_loan(lent, "two", customer=customer)
    counts = march(lent)
    assert (counts.customers_due, counts.customers_missed) == (1, 1)


def test_what_was_not_known_yet_does_not_count(lent):
    paid(a_loan(lent, "told late"), date(2026, 3, 10), known=date(2026, 4, 20))
    assert march(lent).customers_missed == 1
    assert march(lent, as_of=date(2026, 4, 30)).customers_missed == 0


def test_a_payment_taken_back_was_none(lent):
    loan = a_loan(lent, "back")
    paid(loan, date(2026, 3, 9))
    paid(loan, date(2026, 3, 10), -100)
    assert march(lent).customers_missed == 1


def test_who_is_behind_stays_behind_until_they_have_caught_up(lent):
    loan = a_loan(lent, "behind", due=(date(2026, 2, 10), date(2026, 3, 10)))
    paid(loan, date(2026, 3, 10))
    assert march(lent).customers_missed == 1


def test_a_later_schedule_takes_the_place_of_the_earlier(lent):
    loan = a_loan(lent, "moved")
    Instalment.objects.create(
        loan=loan, number=1, due_on=date(2026, 5, 10), principal_minor=100, known_at=instant(date(2026, 3, 1)),
        recorded_at=AT,
    )  # fmt: skip
    assert march(lent) is None


def test_an_account_without_a_schedule_misses_by_its_monthly_status(lent):
    for number, status in (("unused", -2), ("paid", -1), ("revolving", 0), ("late", 1)):
        loan = a_loan(lent, number, due=())
        LoanMonth.objects.create(
            loan=loan, business_date=date(2026, 3, 31), known_at=instant(date(2026, 3, 31)), payment_status=status,
            billed_minor=1, paid_minor=0,
        )  # fmt: skip
    counts = march(lent)
    assert (counts.customers_due, counts.customers_missed) == (3, 1)


def test_contracts_count_in_their_region_with_the_rate_weighted_by_amount(lent):
    north = Region.objects.create(code="N", name_en="North", name_zh="北")
    a_loan(lent, "big", region=north, due=(), opened_on=date(2026, 3, 5), annual_rate=0.10, disbursed_minor=3000)
    a_loan(lent, "small", due=(), opened_on=date(2026, 3, 31), annual_rate=0.20, disbursed_minor=1000)
    a_loan(lent, "no rate", due=(), opened_on=date(2026, 3, 6), annual_rate=None)
    counts = march(lent)
    assert (counts.contracts, counts.rated, counts.rate) == (3, 2, pytest.approx(0.125))
    assert ProductMonth.objects.get(region=north).contracts == 1


def test_a_contract_counts_from_when_it_is_known(lent):
    a_loan(lent, "told late", due=(), opened_on=date(2026, 3, 5), known_at=instant(date(2026, 4, 20)))
    a_loan(lent, "told at once", due=(), opened_on=date(2026, 3, 5), known_at=instant(date(2026, 3, 5)))
    assert march(lent).contracts == 1
    assert march(lent, as_of=date(2026, 4, 30)).contracts == 2


def test_an_application_counts_in_its_business_month_and_its_customers_known_region(lent):
    home = Region.objects.create(code="H", name_en="Home", name_zh="家")
    client, customer = make.lender()[0], a_customer()
    a_loan(lent, "earlier", customer=customer, region=home, due=())
    lent.timezone = "Asia/Shanghai"
    lent.save()
    for number, at in (
        ("last of March", datetime(2026, 3, 31, 15, tzinfo=UTC)),
        ("April", datetime(2026, 3, 31, 17, tzinfo=UTC)),
    ):
        Application.objects.create(client=client, external_id=number, product=lent, customer=customer, created_at=at)
    march(lent)
    assert ProductMonth.objects.get(month=MARCH, region=home).applications == 1


def test_counting_again_changes_nothing_but_what_came_in_late(lent):
    a_loan(lent, "one")
    assert march(lent) == march(lent)
    rows = ProductMonth.objects.count()
    a_loan(lent, "two")
    assert march(lent).customers_due == 2
    assert ProductMonth.objects.count() == rows


def test_a_month_is_not_counted_before_it_is_complete(lent):
    a_loan(lent, "one", opened_on=date(2026, 3, 2))
    assert product_months_keep(product=lent, as_of=date(2026, 3, 30), at=AT) == 0
    assert product_months_keep(product=lent, as_of=date(2026, 3, 31), at=AT) == 1


def test_made_up_months_are_never_mixed_with_counted_ones(lent):
    ProductMonth.objects.create(product=lent, month=MARCH, as_of=MARCH, is_synthetic=True)
    with pytest.raises(SyntheticMonths):
        product_months_keep(product=lent, as_of=AT.date(), at=AT)


def test_the_task_counts_every_product_and_goes_on_where_one_cannot(lent):
    a_loan(lent, "one")
    region_months_task(as_of="2026-04-09")
    assert ProductMonth.objects.filter(product=lent).exists()
