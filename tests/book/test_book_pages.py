"""What the admin shows of the book: a customer's money a page at a time, a loan's schedule, regions."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lending.models import CustomerLink, Region, RegionMonth
from lending.services.book.accounts import transactions_record
from lending.services.book.repayments import instalments_record, repayments_record
from tests.book.factory import CALL, NOW, account_make, customer_make, day, instalment, loan_make, moved, repayment
from tests.factories.audit import user

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser() -> Client:
    client = Client()
    client.force_login(user(is_staff=True, is_superuser=True), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _page(browser: Client, name: str, key: int, query: str = "") -> str:
    answer = browser.get(reverse(f"admin:lending_{name}_change", args=[key]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_customers_transactions_come_a_page_at_a_time_in_as_many_queries(browser: Client) -> None:
    customer = customer_make()
    account = account_make(customer)
    few = [moved(account, f"T-{number}", -100, text="secret words") for number in range(60)]
    transactions_record(items=few, **CALL)
    url = reverse("admin:lending_customer_change", args=[customer.pk])
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as first:
        page = browser.get(url).content.decode()
    transactions_record(items=[moved(account, f"M-{number}", -100, on=20) for number in range(240)], **CALL)
    with CaptureQueriesContext(connection) as second:
        last = _page(browser, "customer", customer.pk, "?transactions=6")
    assert "Page 1 of 2" in page and "Page 6 of 6" in last
    assert "secret words" not in page
    assert len(second) == len(first)


def test_a_customer_without_accounts_has_no_empty_tables(browser: Client) -> None:
    assert "By month, as known now" not in _page(browser, "customer", customer_make().pk)


def test_a_customers_links_are_shown(browser: Client) -> None:
    one, other = customer_make(), customer_make()
    CustomerLink.objects.create(
        customer=one, other=other, kind="GUARANTOR", since=date(2026, 1, 1), known_at=NOW, source="core"
    )
    assert "Guarantor" in _page(browser, "customer", one.pk)


def test_a_loan_shows_its_schedule_and_payments(browser: Client) -> None:
    loan = loan_make()
    instalments_record(items=[instalment(loan, 1)], **CALL)
    repayments_record(items=[repayment(loan, amount=-12_345)], **CALL)
    page = _page(browser, "loan", loan.pk)
    assert "100.00 CNY" in page and "−123.45 CNY" in page


def test_a_region_leads_to_its_months(browser: Client) -> None:
    region = Region.objects.create(code="CN-31", name_en="Shanghai", name_zh="上海")
    RegionMonth.objects.create(
        region=region,
        month=date(2026, 1, 1),
        indicator="unemployment",
        value=0.05,
        event_at=day(31),
        known_at=day(40),
        recorded_at=NOW,
        source="statistics",
    )
    assert f"region__id__exact={region.pk}" in _page(browser, "region", region.pk)
    months = browser.get(reverse("admin:lending_regionmonth_changelist"), {"region__id__exact": region.pk})
    assert "unemployment" in months.content.decode()


def test_a_loan_says_what_its_money_is_for_and_its_rate_and_shows_no_empty_table(browser: Client) -> None:
    loan = loan_make()
    type(loan).objects.filter(pk=loan.pk).update(annual_rate=0.12, purpose="boats")
    page = _page(browser, "loan", loan.pk)
    assert "12.00%" in page and "boats" in page and f"diversionfinding/?q={loan.external_id}" in page
    assert "inline-group" not in page
    instalments_record(items=[instalment(loan, 1)], **CALL)
    assert "due date" in _page(browser, "loan", loan.pk).lower()
