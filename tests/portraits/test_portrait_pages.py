"""The page of a portrait: for who may see customers, values for who may see those of decisions; empty and full."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from lending.services.customers import customer_erase
from rules.services.portraits.customers import portraits_save
from scoring.models import PortraitSnapshot
from tests.factories.audit import user
from tests.portraits import world
from tests.portraits.world import ACTOR, DAY, NOW, START

pytestmark = pytest.mark.django_db
SEES = ("lending.view_customer", "scoring.view_portraitsnapshot")


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.IS_OTP_REQUIRED = False


@pytest.fixture
def customer(db):
    world.catalogue_live()
    made = world.customer()
    loan = world.loan(made)
    for number in range(1, 6):
        world.month(loan, 2025, number, status=number % 3)
    world.facts(made, world.fact("months_at_address", 471, 30), world.fact("months_at_address", 472, 100))
    return made


def client_of(*permissions):
    client = Client()
    person = user(permissions=permissions, is_staff=True)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(customer, *permissions, query="", language="en"):
    client = client_of(*(permissions or (*SEES, "rules.view_decision")))
    client.cookies["django_language"] = language
    return client.get(reverse("admin:scoring_portraitsnapshot_customer", args=[customer.pk]) + query)


def test_it_shows_values_to_who_may_see_those_of_decisions_and_to_nobody_else(customer):
    assert "472 months" in page(customer).content.decode()
    shown = page(customer, *SEES)
    assert shown.status_code == 200
    assert "472 months" not in shown.content.decode() and "Months at the present address" in shown.content.decode()
    assert page(customer, "rules.view_decision").status_code == 403


def test_it_stands_at_the_day_last_heard_of_and_compares_two_days(customer):
    assert page(customer).context["day"].isoformat() == "2025-05-31"
    text = page(customer, query="?date=2025-05-31&before=2025-02-10").content.decode()
    assert "471 months" in text and "472 months" in text and "changed" in text
    early = page(customer, query="?date=2025-02-10").content.decode()
    assert "471 months" in early and "472 months" not in early


def test_without_a_policy_it_says_so_in_both_languages(customer):
    assert "No portrait policy is in force" in page(customer).content.decode()
    assert "没有生效的画像政策" in page(customer, language="zh-hans").content.decode()


def test_months_over_time_are_drawn(customer):
    view = page(customer).context["view"]
    assert len(view.history) == 6
    assert {row["title"] for row in view.trends} >= {"Repayment willingness", "Debt and multi-lending"}


def test_somebody_of_whom_nothing_is_known_has_a_page_too(customer):
    text = page(world.customer()).content.decode()
    assert "Not assessed" in text and "Variables by dimension" in text


def test_an_erased_customer_has_a_page_that_says_so(customer):
    customer_erase(customer=customer, at=NOW, actor=ACTOR)
    text = page(customer).content.decode()
    assert "erased" in text and "472 months" not in text


@pytest.mark.parametrize("typed", ["date=2025-13-77", "date=0001-01-01", "date=2025-05-01&before=9999-12-31"])
def test_a_bad_date_is_told_and_the_last_day_shown(customer, typed):
    shown = page(customer, query=f"?{typed}")
    assert shown.status_code == 200 and shown.context["form"].errors


def test_a_portrait_kept_is_shown_as_it_was_and_made_again(customer):
    assert portraits_save([customer.pk], START + 120 * DAY, at=NOW, actor=ACTOR) == 1
    client = client_of(*SEES, "rules.view_decision")
    path = reverse("admin:scoring_portraitsnapshot_change", args=[PortraitSnapshot.objects.get().pk])
    assert "472 months" in client.get(path).content.decode()
    assert "byte for byte" in client.get(path + "?verify").content.decode()
    assert client.get(reverse("admin:scoring_portraitsnapshot_changelist")).status_code == 200


def test_the_customers_page_leads_to_it(customer):
    client = client_of(*SEES)
    shown = client.get(reverse("admin:lending_customer_change", args=[customer.pk])).content.decode()
    assert reverse("admin:scoring_portraitsnapshot_customer", args=[customer.pk]) in shown


def test_the_command_prints_one_and_keeps_it_on_request(customer, capsys):
    call_command("portrait", customer=customer.pk, as_of=datetime(2025, 5, 31, tzinfo=UTC).date())
    printed = json.loads(capsys.readouterr().out)
    assert printed["segment"] == "not_assessed" and len(printed["dimensions"]) == 11
    assert all("value" not in item for one in printed["dimensions"] for item in one["held"])
    assert not PortraitSnapshot.objects.exists()
    call_command("portrait", customer=customer.pk, values=True, save=True)
    assert '"value": 472' in capsys.readouterr().out and PortraitSnapshot.objects.count() == 1
    call_command("portrait", "--customer", str(customer))
    assert json.loads(capsys.readouterr().out)["segment"] == "not_assessed"
    with pytest.raises(CommandError):
        call_command("portrait", customer=10**9)


def test_the_command_for_all_counts_and_keeps_them(customer, capsys, tmp_path):
    world.customer()
    customer_erase(customer=world.customer(), at=NOW, actor=ACTOR)
    call_command("portraits", save=True, report=tmp_path / "out.json")
    report = json.loads((tmp_path / "out.json").read_text())
    assert json.loads(capsys.readouterr().out) == report
    assert (report["customers"], report["kept"], report["segments"]) == (2, 2, {"not_assessed": 2})
    call_command("portraits", product="card")
    assert json.loads(capsys.readouterr().out)["customers"] == 1
