"""What staff typed wrongly about a health code is named beside the field, and nothing typed is lost."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.admin.base import refusal_words
from lending.models import Customer
from monitoring.models import HealthDispute, HealthOverride
from monitoring.services.health.disputes import dispute_open
from monitoring.services.health.overrides import OverrideInvalid
from riskengine.roles import roles_ensure
from tests.book.factory import customer_make
from tests.factories.audit import user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> Client:
    person = user(is_staff=True)
    person.groups.add(roles_ensure()["reviewer"])
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def customer() -> Customer:
    return customer_make()


def test_an_override_that_would_last_too_long_is_named_beside_its_end(reviewer: Client, customer: Customer) -> None:
    late = (timezone.now() + timedelta(days=400)).strftime("%Y-%m-%dT%H:%M")
    typed = {"colour": "GREEN", "until": late, "reason": "pay slips were looked at"}
    page = reviewer.post(f"/admin/monitoring/healthcode/customer/{customer.pk}/", typed).content.decode()
    assert "within 90 days, until" in page and "pay slips were looked at" in page
    assert not HealthOverride.objects.exists()


def test_an_appeal_is_upheld_with_a_colour_and_disputed_data_without(reviewer: Client, customer: Customer) -> None:
    at = timezone.now()
    pages = {}
    for kind in HealthDispute.Kind.values:
        one = dispute_open(
            customer=customer, kind=kind, subject="OTHER", text="I paid.", channel="PAGE", actor="holder", at=at
        )
        typed = {"outcome": "UPHELD", "text": "the bank confirms it"}
        pages[kind] = reviewer.post(f"/admin/monitoring/healthdispute/{one.pk}/change/", typed)
    appeal = pages["APPEAL"].content.decode()
    assert "Choose the colour that it should be" in appeal and "the bank confirms it" in appeal
    assert pages["DISPUTE"].status_code == 302


def test_a_refusal_is_told_in_the_readers_words(settings) -> None:
    settings.LANGUAGE_CODE = "en"
    assert "ten characters" in refusal_words(OverrideInvalid("An override has a colour, a reason and an end."))
