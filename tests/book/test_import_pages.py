"""From a sample to a mapping to an import, in the admin, by who may; and what was left out, as a harmless CSV."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.csv_file import cell_safe
from lending.models import BookImport, BookMapping, BookSource, Repayment
from lending.services.book_imports.running import import_run
from riskengine.roles import roles_ensure
from tests.book.factory import loan_make
from tests.factories.audit import user

pytestmark = pytest.mark.django_db
FILE = """合同号,还款流水号,还款日期,还款金额
L-1,P-1,2026-03-01,"1,045.00"
L-1,P-2,2026-02-30,7
L-1,=cmd(),2026-03-01,x
"""


def _client(role: str) -> Client:
    person = user(is_staff=True)
    person.groups.add(roles_ensure()[role])
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("还款.csv", FILE.encode("gb18030"))


def test_an_administrator_makes_a_mapping_from_a_sample_and_imports_with_it() -> None:
    loan_make()
    browser = _client("administrator")
    told = {"name": "core-repayments", "kind": "repayments", "file": _file()}
    page = browser.post(reverse("admin:lending_bookmapping_make"), told).content.decode()
    assert '<option value="还款金额" selected>' in page
    sample = re.search(r'name="sample" value="([^"]+)"', page)
    assert sample
    columns = {"f-product-constant": "instalment", "f-loan-column": "合同号", "f-external_id-column": "还款流水号",
               "f-paid_on-column": "还款日期", "f-amount_minor-column": "还款金额"}  # fmt: skip
    form = {"name": "core-repayments", "kind": "repayments", "sample": sample[1], "timezone": "UTC", **columns}
    looked = browser.post(reverse("admin:lending_bookmapping_columns"), {**form, "look": ""}).content.decode()
    assert "1,045.00 CNY" in looked and "This is no day." in looked
    assert not BookMapping.objects.exists()
    browser.post(reverse("admin:lending_bookmapping_columns"), {**form, "save": ""})
    mapping = BookMapping.objects.get()
    asked = browser.post(reverse("admin:lending_bookimport_ask"), {"mapping": mapping.pk, "file": _file()})
    row = BookImport.objects.get()
    assert asked.url == reverse("admin:lending_bookimport_change", args=[row.pk])
    assert 'http-equiv="refresh"' in browser.get(asked.url).content.decode()
    import_run(book_import_id=row.pk, now=timezone.now)
    page = browser.get(asked.url).content.decode()
    assert Repayment.objects.count() == 1 and "This is no number." in page
    answer = browser.get(reverse("admin:lending_bookimport_rejects", args=[row.pk]))
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert lines[2].startswith("3,'=cmd(),amount_minor,not_a_number")
    for name in ("bookmapping", "bookimport"):
        assert "core-repayments" in browser.get(reverse(f"admin:lending_{name}_changelist")).content.decode()
    kept = browser.get(reverse("admin:lending_bookmapping_change", args=[mapping.pk])).content.decode()
    assert "instalment" in kept and f"ask/?mapping={mapping.pk}" in kept and "make/?name=core-repayments" in kept
    again = re.search(r'href="([^"]+/ask/[^"]+)"', page)
    assert again and f'value="{mapping.pk}" selected' in browser.get(again[1].replace("&amp;", "&")).content.decode()


def test_what_no_field_reads_is_named_and_products_are_chosen_by_name() -> None:
    loan_make()
    told = {"name": "core", "kind": "repayments", "file": SimpleUploadedFile("a.csv", b"loan,memo\nL-1,x\n")}
    page = _client("administrator").post(reverse("admin:lending_bookmapping_make"), told).content.decode()
    assert "Columns that no field reads: memo" in page and "(instalment)</option>" in page


def test_a_sources_address_is_not_shown_again(settings: Any) -> None:
    settings.BOOK_SOURCE_HOSTS = "host"
    browser = _client("administrator")
    told = {"name": "core", "kind": "SQL", "address": "postgresql://u:geheim@host/db", "query": "SELECT 1"}
    browser.post(reverse("admin:lending_booksource_connect"), told)
    assert b"geheim" not in bytes(BookSource.objects.get().sealed)
    assert "geheim" not in browser.get(reverse("admin:lending_booksource_changelist")).content.decode()
    refused = browser.post(reverse("admin:lending_booksource_connect"), {**told, "name": "x", "query": "DELETE FROM t"})
    assert "A source is one SELECT that" in refused.content.decode()


@pytest.mark.parametrize("role", ["maker", "auditor"])
def test_others_look_and_do_nothing(role: str) -> None:
    browser = _client(role)
    assert browser.get(reverse("admin:lending_bookimport_changelist")).status_code == 200
    for name in ("bookmapping_make", "bookimport_ask", "booksource_connect"):
        assert browser.get(reverse(f"admin:lending_{name}")).status_code == 403


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert cell_safe(text) == f"'{text}"
