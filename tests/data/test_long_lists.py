"""Lists that may hold millions: counted and paged to a limit, searched by the beginning of a number."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from audit.admin import paging
from audit.models import ApiClient, User
from lending.models import Application, Customer, Loan, Product
from riskengine.roles import roles_ensure

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)
LOANS, CUSTOMERS = "admin:lending_loan_changelist", "admin:lending_customer_changelist"


@pytest.fixture
def book():
    product = Product.objects.create(code="card", name_en="Card", name_zh="卡", currency="TWD", timezone="Asia/Taipei")
    people = [Customer.objects.create(wrapped_key=b"k", created_at=NOW) for _ in range(5)]
    Loan.objects.bulk_create(
        Loan(product=product, customer=person, external_id=f"Ab-{n}%", limit_minor=1, opened_on=date(2025, 1, 1))
        for n, person in enumerate(people)
    )
    client = ApiClient.objects.create(code="lender", name="Lender")
    Application.objects.create(client=client, external_id="Ask-7", product=product, customer=people[3], created_at=NOW)
    return people


@pytest.fixture
def listed(client, book):
    user = User.objects.create(username="auditor", person_id="P1", is_staff=True)
    user.groups.add(roles_ensure()["auditor"])
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return lambda name, **given: client.get(reverse(name), given)


def _found(answer):
    return sorted(answer.context["cl"].queryset.values_list("pk", flat=True))


def test_a_list_is_counted_and_paged_no_further_than_the_limit_and_says_that_there_is_more(listed, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 3)
    monkeypatch.setattr("lending.admin.loans.LoanAdmin.list_per_page", 2)
    answer = listed(LOANS)
    assert answer.context["cl"].paginator.count == 3 and answer.context["cl"].paginator.num_pages == 2
    assert "more than 3 loans: search or filter to reach the others" in answer.text
    assert "more than 3 rows" in answer.text
    assert len(listed(LOANS, p=2).context["cl"].result_list) == 1


def test_a_list_within_the_limit_says_how_many_there_are(listed, monkeypatch):
    monkeypatch.setattr(paging, "MOST", 5)
    answer = listed(LOANS)
    assert answer.context["cl"].paginator.count == 5 and "more than" not in answer.text
    assert "5 loans" in answer.text


@pytest.mark.parametrize("term", ["Ab-3", "ab-3%", " AB-3"])
def test_a_loan_is_found_by_the_beginning_of_its_number_in_either_case(listed, book, term):
    assert _found(listed(LOANS, q=term)) == [book[3].loans.get().pk]


@pytest.mark.parametrize("term", ["b-3", "Ab_3", "%"])
def test_what_no_number_begins_with_finds_none(listed, term):
    assert _found(listed(LOANS, q=term)) == []


def test_loans_are_found_by_their_customer_as_printed_or_not(listed, book):
    wanted = [book[2].loans.get().pk]
    assert _found(listed(LOANS, q=str(book[2]))) == wanted
    assert _found(listed(LOANS, q=str(book[2].pk))) == wanted


@pytest.mark.parametrize("term", ["ask-", "ab-3"])
def test_a_customer_is_found_by_the_beginning_of_a_contract_or_an_application(listed, book, term):
    assert _found(listed(CUSTOMERS, q=term)) == [book[3].pk]


def test_a_number_longer_than_any_customers_finds_none(listed):
    assert _found(listed(CUSTOMERS, q="9" * 30)) == []


def test_loans_lead_to_how_late_they_are(listed):
    assert reverse("admin:monitoring_delinquencystate_changelist") in listed(LOANS).text
