"""The book in the admin: to look at, in words, without personal data in clear."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from audit.models import ApiClient, AuditEntry, User
from lending.models import Application, CustomerStanding, Loan, Product, RiskEvent
from lending.services.customers import customer_create
from lending.services.imports import LoanRecord, MonthRecord, loans_import
from riskengine.roles import roles_ensure

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)
PAGES = ["product", "customer", "customerstanding", "application", "loan", "riskevent"]
CANARY = "Canary Beispiel"


@pytest.fixture
def auditor(client):
    user = User.objects.create(username="auditor", person_id="P1", is_staff=True)
    user.groups.add(roles_ensure()["auditor"])
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def loan():
    product = Product.objects.create(code="card", name_en="Card", name_zh="卡", currency="TWD", timezone="Asia/Taipei")
    months = [
        MonthRecord(date(2005, month, 28), NOW, status, 123_456, 0) for month, status in ((7, -1), (8, 0), (9, 2))
    ]
    record = LoanRecord("TW00001", 2_000_000, date(2005, 4, 1), {"sex": 2}, months)
    loans_import(product=product, loans=[record], source="a test", at=NOW, actor="system:test")
    loan = Loan.objects.get()
    person = customer_create(identifiers={"name": CANARY, "phone": "+49 30 23125 001"}, at=NOW)
    application_client = ApiClient.objects.create(code="lender", name="Lender")
    Application.objects.create(
        client=application_client, external_id="A-1", product=product, customer=person, created_at=NOW
    )
    CustomerStanding.objects.create(customer=loan.customer, as_of=NOW, known_at=NOW, warning_level="ORANGE")
    RiskEvent.objects.create(
        customer=loan.customer, loan=loan, kind="cash_out", event_at=NOW, known_at=NOW, source="test", amount_minor=5
    )
    return loan


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_list_and_every_page_opens_and_shows_no_name(auditor, loan, page, language):
    address = f"admin:lending_{page}"
    listed = auditor.get(reverse(f"{address}_changelist"), headers={"accept-language": language})
    assert listed.status_code == 200
    first = listed.context["cl"].queryset.first()
    shown = auditor.get(reverse(f"{address}_change", args=[first.pk]), headers={"accept-language": language})
    assert shown.status_code == 200
    assert CANARY not in listed.text + shown.text


def test_a_loan_shows_its_months_in_words_and_money(auditor, loan):
    text = auditor.get(reverse("admin:lending_loan_change", args=[loan.pk])).text
    assert "2 months late" in text and "Paid in full" in text and "1,234.56 TWD" in text
    assert "sex" not in text.lower().replace("sussex", "")


@pytest.mark.parametrize("page", PAGES[1:])
def test_no_list_counts_what_each_choice_of_a_filter_would_show(auditor, loan, page):
    address = reverse(f"admin:lending_{page}_changelist")
    assert auditor.get(address, {"_facets": "True"}).context["cl"].add_facets is False
    assert "_facets" not in auditor.get(address).text


def test_a_customer_is_found_by_the_number_as_printed(auditor, loan):
    address = reverse("admin:lending_customer_changelist")
    assert auditor.get(address, {"q": str(loan.customer)}).context["cl"].result_count == 1


def test_nobody_changes_the_book_by_hand(auditor, loan):
    user = User.objects.create_superuser(username="root", password="x", email="r@demo.invalid", person_id="P2")
    auditor.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    address = reverse("admin:lending_loan_change", args=[loan.pk])
    assert auditor.post(address, {"external_id": "changed"}).status_code == 403
    assert auditor.get(reverse("admin:lending_loan_add")).status_code == 403
    assert auditor.post(reverse("admin:lending_loan_delete", args=[loan.pk])).status_code == 403


def _administrator(client):
    user = User.objects.create(username="administrator", person_id="P2", is_staff=True)
    user.groups.add(roles_ensure()["administrator"])
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return user


def test_a_product_is_changed_on_the_record_and_keeps_its_code_and_currency(client, loan):
    user, product = _administrator(client), loan.product
    form = {"name_en": "Card", "name_zh": "卡", "timezone": "Asia/Shanghai", "grace_days": 3, "is_active": "on"}
    client.post(reverse("admin:lending_product_change", args=[product.pk]), {**form, "code": "x", "currency": "CNY"})
    product.refresh_from_db()
    assert (product.code, product.currency, product.timezone, product.grace_days) == ("card", "TWD", "Asia/Shanghai", 3)
    entry = AuditEntry.objects.latest("pk")
    assert (entry.kind, entry.object_id, entry.actor) == ("product.changed", "card", f"user:{user.pk}")
    assert entry.payload["grace_days"] == 3


@pytest.mark.parametrize("zone", ["Asia/Nowhere", "../etc/passwd", "Asia"])
def test_a_product_without_a_calendar_is_refused(client, zone):
    _administrator(client)
    form = {"code": "new", "name_en": "New", "name_zh": "新", "currency": "CNY", "grace_days": 0, "is_active": "on"}
    client.post(reverse("admin:lending_product_add"), {**form, "timezone": zone})
    assert not Product.objects.exists()
    client.post(reverse("admin:lending_product_add"), {**form, "timezone": "Asia/Shanghai"})
    assert AuditEntry.objects.get().kind == "product.created"


def test_an_application_leads_to_its_customer_and_a_customer_without_loans_says_so(auditor, loan):
    application = Application.objects.get()
    page = auditor.get(reverse("admin:lending_application_change", args=[application.pk])).content.decode()
    assert reverse("admin:lending_customer_change", args=[application.customer_id]) in page
    customer = auditor.get(reverse("admin:lending_customer_change", args=[application.customer_id])).content.decode()
    assert "none yet" in customer
    assert application.external_id in customer


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_moment_is_written_alike_in_both_languages_with_its_zone(auditor, loan, language):
    auditor.cookies["django_language"] = language
    page = auditor.get(reverse("admin:lending_application_changelist")).content.decode()
    assert "2026-01-01 00:00" in page
    assert "UTC" in page
    assert {"en": "Card", "zh-hans": "卡"}[language] in page
