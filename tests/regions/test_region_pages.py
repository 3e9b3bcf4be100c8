"""The pages of products and regions on the made-up book, and the drafts they end in."""

import json
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from audit.models import GovernedDocument
from audit.services.governed import governed_problems, governed_submit
from audit.services.governed_errors import GovernedInvalid
from lending.models import RegionMonth
from monitoring.models import RegionFigure, RegionInfluence
from riskengine.demo.regions import regions_ensure
from riskengine.roles import roles_ensure
from tests.factories.audit import user
from tests.factories.decisions import staff

pytestmark = pytest.mark.django_db
PRODUCTS = "/admin/monitoring/productmonth/"
MAP = "/admin/monitoring/regioninfluence/"


@pytest.fixture(autouse=True)
def no_second_factor(settings):
    settings.IS_OTP_REQUIRED = False


@pytest.fixture
def seen(client):
    def seen(path, role="maker", language="en", method="get", **data):
        person = user(is_staff=True)
        person.groups.add(roles_ensure()[role])
        client.force_login(person)
        return getattr(client, method)(path, data, headers={"accept-language": language})

    return seen


@pytest.fixture(scope="module")
def book(django_db_setup, django_db_blocker):
    """The made-up book, written once for all tests here and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        maker, checker = staff()
        regions_ensure(maker=maker, checker=checker, at=timezone.now())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def made_up(book, db):
    """The book, with each test's own changes taken back."""


def test_the_pages_show_what_they_promise(seen, made_up):
    page = seen(PRODUCTS).content.decode()
    assert "Weights fitted" in page and "Risky" in page and "Calm" in page and "made up" in page
    assert page.count("<svg") >= 12
    assert seen(f"{PRODUCTS}?months=2").content.decode().count("<rect") < page.count("<rect")
    mapped = seen(f"{MAP}?product=synthetic-cash").content.decode()
    assert mapped.count("<rect") >= 36 + 6 and "Made up" in mapped
    region = seen(f"{MAP}region/SYN-01/?product=synthetic-cash").content.decode()
    assert "Unemployment" in region and "<polyline" in region
    assert "protected" not in region and "minority" not in region
    lines = seen(f"{PRODUCTS}?format=csv").content.decode().splitlines()
    assert len(lines) == 1 + 3 * 6


def test_a_placement_list_is_drafted_and_one_that_keeps_a_group_out_is_stopped(seen, made_up):
    place = f"{MAP}placement/synthetic-cash/"
    assert "Passed" in seen(place).content.decode()
    assert "risky now" in seen(f"{MAP}placement/synthetic-car/").content.decode()
    assert seen(place, method="post").status_code == 302
    draft = GovernedDocument.objects.get(kind="region_placement")
    assert governed_problems(draft) == []
    offered = {row["region"] for row in draft.document["regions"]}
    for row in RegionMonth.objects.filter(indicator="protected_minority").select_related("region"):
        row.value = 0.02 if row.region.code in offered else 0.6
        row.save()
    assert "Flagged" in seen(place).content.decode()
    with pytest.raises(GovernedInvalid):
        governed_submit(governed=draft, maker=draft.author, at=timezone.now())
    RegionMonth.objects.filter(indicator="protected_minority").delete()
    assert len(governed_problems(draft)) == 1


def test_an_edited_list_is_worked_out_anew(seen, made_up):
    seen(f"{MAP}placement/synthetic-cash/", method="post")
    draft = GovernedDocument.objects.get(kind="region_placement")
    influence = RegionInfluence.objects.get(product__code="synthetic-cash")
    risky = RegionFigure.objects.filter(influence=influence, yxtz__gte=0.5).select_related("region").first()
    draft.document["regions"].append({"region": risky.region.code, "yxtz": 0.1})
    assert any("not under DY" in problem for problem in governed_problems(draft))


def test_a_feasible_plan_is_drafted_and_an_edited_one_is_stopped(seen, made_up):
    planner = f"{PRODUCTS}plan/synthetic-car/"
    page = seen(planner).content.decode()
    assert "Feasible plans found" in page and "scenario, not causal" in page
    term, rate = (
        page.split('name="term_months" value="')[1].split('"')[0],
        page.split('annual_rate" value="')[1].split('"')[0],
    )
    assert seen(planner, method="post", term_months=term, annual_rate=rate).status_code == 302
    draft = GovernedDocument.objects.get(kind="product_adjustment")
    assert governed_problems(draft) == []
    draft.document["margin_low_minor"] += 1.0
    assert governed_problems(draft)
    assert seen(planner, method="post", term_months="12", annual_rate="0.18").status_code == 200
    assert seen(planner, role="checker", method="post", term_months=term, annual_rate=rate).status_code == 403
    assert GovernedDocument.objects.filter(kind="product_adjustment").count() == 1


def test_no_feasible_plan_says_what_stood_against_it(seen, made_up):
    page = seen(f"{PRODUCTS}plan/synthetic-home/").content.decode()
    assert "No feasible plan" in page and "Zh stays at or above DR" in page
    assert "No plan needed" in seen(f"{PRODUCTS}plan/synthetic-cash/").content.decode()


def test_the_report_tells_the_same_as_json(made_up, tmp_path):
    out = tmp_path / "regions.json"
    call_command("region_report", as_of=timezone.now().date(), report=out)
    found = json.loads(out.read_text())
    states = {product["product"]: product["zh"]["state"] for product in found["products"]}
    assert states == {"synthetic-car": "RISKY", "synthetic-cash": "CALM", "synthetic-home": "RISKY"}
    assert found["weighting"]["basis"] == "FITTED"
    plans = {product["product"]: product["plan"]["state"] for product in found["products"]}
    assert plans["synthetic-home"] == "NO_FEASIBLE_PLAN"


def test_a_past_day_without_history_is_not_assessed(made_up, tmp_path):
    out = tmp_path / "regions.json"
    call_command("region_report", as_of=date(2018, 3, 31), report=out)
    assert json.loads(out.read_text())["products"] == []
