"""The page of alternative data says of each source how it stands and why."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from audit.services.governed import governed_end, governed_live
from lending.services.consents import consent_grant
from lending.services.customers import customer_create
from riskengine.demo.alternative import APPLIED_FROM, alternative_law_ensure
from scoring.alternative.policy import JURISDICTION
from scoring.models import ValueReport
from scoring.services.alternative.standing import standings
from tests.alternative.governing import TODAY, piloted, reviewed
from tests.factories import decisions as make
from tests.factories.audit import user

PAGE = "/admin/scoring/valuereport/"


@pytest.fixture(autouse=True)
def catalogued(db):
    make.catalogue_goes_live()
    make.product()


@pytest.fixture
def reader(settings):
    settings.IS_OTP_REQUIRED = False
    client = Client()
    client.force_login(
        user(is_staff=True, permissions=("scoring.view_valuereport",)),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


def state(source="text_data"):
    return next(one.state for one in standings(datetime.now(UTC)) if one.source == source)


def test_a_source_goes_from_off_through_review_and_pilot_to_its_end():
    assert state() == "off"
    reviewed("text_data")
    assert state() == "reviewed"
    pilot = piloted("text_data", cap=3)
    assert state() == "pilot"
    governed_end(governed=pilot, actor=user(), at=datetime.now(UTC), reason="done")
    assert state() == "reviewed"


def test_the_page_tells_state_law_consents_and_figures_in_both_languages(reader):
    maker, checker = user(), user(is_checker=True)
    alternative_law_ensure(maker=maker, checker=checker, at=datetime.now(UTC))
    customer = customer_create(identifiers={"phone": "13800000001"}, at=datetime.now(UTC))
    at = datetime.now(UTC)
    consent_grant(customer=customer, scope="text_data", granted_at=at, evidence="form", at=at, actor="system:demo")
    reviewed("text_data")
    piloted("text_data", cap=40)
    page = reader.get(PAGE).content.decode()
    for words in ("0 of 40 applications", "forbidden in EU (27 countries)", "no ethics review", "+0.0200 (+0.0100"):
        assert words in page, words
    chinese = reader.get(PAGE, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "替代数据" in chinese
    assert "Sources of alternative data" not in chinese
    report = ValueReport.objects.get()
    assert "rows.parquet" in reader.get(f"{PAGE}{report.pk}/change/").content.decode()


def test_without_any_the_page_says_that_all_are_off(reader):
    page = reader.get(PAGE).content.decode()
    assert page.count("Off: no ethics review is in force") == 4
    assert Client().get(PAGE).status_code == 302


def test_the_demos_law_counts_from_the_day_it_is_applied():
    maker, checker = user(), user(is_checker=True)
    assert alternative_law_ensure(maker=maker, checker=checker, at=datetime.now(UTC))
    assert not alternative_law_ensure(maker=maker, checker=checker, at=datetime.now(UTC))
    before, since = APPLIED_FROM - timedelta(days=1), max(APPLIED_FROM, TODAY)
    assert governed_live(JURISDICTION, "EU", on=before) is None
    law = governed_live(JURISDICTION, "EU", on=since)
    assert law is not None and law.value.forbids == ["social_data"] and len(law.value.countries) == 27
