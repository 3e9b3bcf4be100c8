"""Attributes in the pages: columns found for them, and loans that have no PD counted with what they lack."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lending.models import BookMapping
from riskengine.roles import roles_ensure
from tests.book.importing import imported, mapping_of
from tests.book.test_loan_attributes import AT, OWN, live, reviewed, row
from tests.factories.audit import user

__all__ = ["live"]
pytestmark = pytest.mark.django_db


def _client(role: str) -> Client:
    person = user(is_staff=True)
    person.groups.add(roles_ensure()[role])
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_mapping_of_loans_finds_columns_for_what_the_application_said(live: None) -> None:
    browser = _client("administrator")
    rows = b"contract,amount,issue_date,checking_status\nL-1,1000,2026-01-01,A11\n"
    told = {"name": "core-loans", "kind": "loans", "file": SimpleUploadedFile("loans.csv", rows)}
    page = browser.post(reverse("admin:lending_bookmapping_make"), told).content.decode()
    assert "What the application said" in page and '<option value="checking_status" selected>' in page
    sample = re.search(r'name="sample" value="([^"]+)"', page)
    assert sample
    form = {
        "name": "core-loans", "kind": "loans", "sample": sample[1], "timezone": "UTC", "save": "",
        "f-product-constant": "instalment", "f-external_id-column": "contract", "f-amount_minor-column": "amount",
        "f-opened_on-column": "issue_date", "f-attribute.checking_status-column": "checking_status",
    }  # fmt: skip
    kept = browser.post(reverse("admin:lending_bookmapping_columns"), form)
    columns = BookMapping.objects.get().document["columns"]
    assert {"attribute.checking_status"} <= {column["field"] for column in columns}
    assert "State of the current account" in browser.get(kept.url).content.decode()


def test_the_page_of_a_review_says_what_loans_without_a_pd_lack(live: None) -> None:
    imported(mapping_of("loans", OWN), [row(0)], AT)
    run = reviewed()
    page = _client("auditor").get(reverse("admin:monitoring_reviewrun_change", args=[run.pk])).content.decode()
    assert "Without a PD" in page and "State of the current account" in page
