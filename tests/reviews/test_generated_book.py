"""A made-up book: the same seed gives the same facts, it can be reviewed, and it says that it is made up."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from lending.models import Customer, CustomerMonth, Loan, LoanMonth, RiskEvent
from lending.synthetic.loans import month_ends
from lending.vault import key_unwrap
from tests.factories.monitoring import card, post_loan_goes_live, reviewed

pytestmark = pytest.mark.django_db


def generate(loans=400, seed=5, **options):
    card()
    call_command("generate_book", loans=loans, seed=seed, until=date(2005, 9, 30), verbosity=0, **options)
    return Loan.objects.filter(external_id__startswith=f"SYN{seed}-")


def facts():
    months = LoanMonth.objects.order_by("loan__external_id", "business_date")
    events = RiskEvent.objects.order_by("loan__external_id", "event_at", "kind")
    accounts = CustomerMonth.objects.order_by("customer__loans__external_id", "month")
    return [
        list(
            Loan.objects.order_by("external_id").values_list("external_id", "limit_minor", "attributes", "region__code")
        ),
        list(months.values_list("business_date", "payment_status", "billed_minor", "paid_minor")),
        list(events.values_list("kind", "event_at", "category", "amount_minor")),
        list(accounts.values_list("month", "income_minor", "lowest_balance_minor")),
    ]


def test_the_same_seed_gives_the_same_facts_and_another_seed_others(monkeypatch):
    generate()
    first = facts()
    keys = {bytes(key) for key in Customer.objects.values_list("wrapped_key", flat=True)}
    for model in (RiskEvent, CustomerMonth, LoanMonth, Loan, Customer):
        model.objects.all().delete()
    generate()
    assert facts() == first
    assert keys.isdisjoint(bytes(key) for key in Customer.objects.values_list("wrapped_key", flat=True))
    for model in (RiskEvent, CustomerMonth, LoanMonth, Loan, Customer):
        model.objects.all().delete()
    generate(seed=6)
    assert facts()[1] != first[1]


def test_it_looks_like_a_book():
    loans = generate(2_000)
    assert all(len(key_unwrap(row.customer.wrapped_key)) == 32 for row in loans.select_related("customer")[:20])
    statuses = list(LoanMonth.objects.filter(business_date="2005-09-30").values_list("payment_status", flat=True))
    late = sum(status > 0 for status in statuses) / len(statuses)
    assert 0.02 < late < 0.2
    assert loans.exclude(region=None).values("region").distinct().count() == 8
    assert loans.values("purpose").distinct().count() == 8
    with_new = RiskEvent.objects.filter(event_at__gte="2005-08-25T00:00Z").values("customer").distinct().count()
    assert with_new == 100
    assert set(RiskEvent.objects.values_list("source", flat=True)) == {"synthetic"}


def test_it_is_reviewed_like_any_other():
    post_loan_goes_live()
    generate()
    run = reviewed()
    assert (run.state, run.done_count + run.skipped_count) == ("COMPLETE", 400)


def test_the_same_book_is_not_written_twice():
    generate()
    with pytest.raises(CommandError, match="loans_known"):
        generate()


def test_months_end_where_calendar_months_end():
    assert month_ends(date(2024, 3, 30), 2) == [date(2024, 1, 31), date(2024, 2, 29)]
    assert month_ends(date(2024, 2, 29), 1) == [date(2024, 2, 29)]
    assert month_ends(date(2024, 12, 31), 13)[0] == date(2023, 12, 31)
