"""Pages and API: from the holder's link to a share, verification, disputes, limits, both languages."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from lending.services.customers import identifiers_add
from monitoring import address_limits
from monitoring.address_limits import AddressLimit
from monitoring.models import HealthDispute, HealthScan, HealthShare
from monitoring.services.health.links import CustomerOfHolderNotFound, customer_of_client
from monitoring.services.health.shares import share_reference
from tests.factories.audit import api_client
from tests.factories.decisions import lender as lender_made
from tests.health import mailbox, world

pytestmark = pytest.mark.django_db
PHONE = "13912340000"
ASK = {"recipient": "bank", "purpose": "credit_application"}


@pytest.fixture(autouse=True)
def limit(monkeypatch):
    monkeypatch.setattr(address_limits, "LIMIT", AddressLimit(1_000))


@pytest.fixture
def system(policies, settings):
    """A lending system, its customer and a registered recipient's access code."""
    now = timezone.now()
    settings.HOLDER_CHANNEL = "tests.health.mailbox.Mailbox"
    mailbox.MESSAGES.clear()
    world.key_make(at=now)
    _recipient, secret = world.recipient_register(
        code="bank", name="Bank", purposes=("credit_application",), actor=world.administrator(), at=now
    )
    client, authorization = lender_made(scopes=("report",))
    made = world.loan(month=-(now - world.NOW).days + 1)
    world.reviewed({made: 0.02}, at=now)
    world.applicant(made.customer, client)
    identifiers_add(customer=made.customer, identifiers={"phone": PHONE}, at=now)
    http = Client(headers={"Authorization": authorization})
    return http, made.customer, secret


def post(http, path, body=None):
    return http.post(path, json.dumps(body or {}), content_type="application/json")


def test_the_lending_system_asks_the_holder_starts_and_the_recipient_looks_once(system):
    http, _customer, secret = system
    told = post(http, "/api/v1/customers/A-1/health-shares", ASK)
    assert (told.status_code, told.json()["sent_by"], HealthShare.objects.count()) == (202, "phone", 0)
    assert mailbox.MESSAGES[-1]["address"] == PHONE
    path = mailbox.path_received()
    assert path.rpartition("/")[2] not in told.content.decode()
    browser = Client()
    browser.post(path)
    page = browser.get("/health/mine").content.decode()
    assert "Bank asks to see your colour" in page
    assert "Application for credit" in page
    shared = browser.post("/health/mine", {"do": "share", **ASK}).content.decode()
    code = re.search(r'hc-secret">([^<]+)<', shared)[1]
    assert "asks to see your colour" not in browser.get("/health/mine").content.decode()
    first, second = (looked(code, secret) for _ in range(2))
    assert (first["is_accepted"], first["colour"], first["recipient"]) == (True, "GREEN", "Bank")
    assert (second["is_accepted"], second["result"], second["colour"]) == (False, "used", None)
    checked = Client().get("/api/v1/health-codes/verify", {"code": code}).json()
    assert (checked["result"], checked["colour"]) == ("used", None)


def looked(code, access_code):
    return post(Client(), "/api/v1/health-codes/verify", {"code": code, "access_code": access_code}).json()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"recipient": "bank", "purpose": "employment"}, 422, "health_purpose_refused"),
        ({"recipient": "bank", "purpose": "guarantee"}, 403, "health_purpose_not_of_recipient"),
        ({"recipient": "nobody", "purpose": "guarantee"}, 404, "health_recipient_unknown"),
        ({"recipient": 1, "colour": "GREEN"}, 422, "invalid_request"),
    ],
)
def test_refusals_have_codes(system, body, status, code):
    answer = post(system[0], "/api/v1/customers/A-1/health-shares", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert HealthShare.objects.count() == 0


def test_a_system_reaches_only_its_own_customers(system):
    _http, customer, _secret = system
    other = api_client("other")
    for number in ("A-1", str(customer), "C999999999999", "C1; DROP"):
        with pytest.raises(CustomerOfHolderNotFound):
            customer_of_client(other.pk, number)


def entered(system):
    """The holder's browser, on their page."""
    assert post(system[0], "/api/v1/customers/A-1/health-links").status_code == 202
    browser, path = Client(), mailbox.path_received()
    assert b"Open my page" in browser.get(path).content
    assert browser.post(path).status_code == 302
    return browser, path, path.rpartition("/")[2]


def test_a_link_opens_the_holders_page_once(system):
    browser, path, _secret = entered(system)
    assert b"hc-green" in browser.get("/health/mine").content
    assert Client().post(path).status_code == 403
    assert Client().get("/health/mine").status_code == 403
    assert Client().post("/health/holder/guess").status_code == 403


def test_the_holder_shares_sees_the_scan_and_takes_back(system):
    browser, _path, _secret = entered(system)
    fields = {"do": "share", "recipient": "bank", "purpose": "credit_application"}
    page = browser.post("/health/mine", fields).content.decode()
    code = re.search(r'hc-secret">([^<]+)<', page)[1]
    assert "<svg" in page
    share = HealthShare.objects.get()
    for form, head in (("svg", b"<svg"), ("png", b"\x89PNG")):
        assert browser.get(f"/health/mine/shares/{share.pk}.{form}").content.startswith(head)
    assert Client().get(f"/health/mine/shares/{share.pk}.svg").status_code == 404
    shown = Client().post("/health/verify", {"code": code, "access_code": system[2]})
    assert b"hc-green" in shown.content
    assert b"Shown" in browser.get("/health/mine").content
    browser.post("/health/mine", fields)
    assert browser.post(f"/health/mine/shares/{HealthShare.objects.latest('pk').pk}").status_code == 302
    assert HealthShare.objects.latest("pk").revoked_at is not None


def test_the_holder_disputes_by_page_and_api_and_no_colour_is_shown(system):
    browser, _path, secret = entered(system)
    text = "I have paid everything"
    browser.post("/health/mine", {"do": "object", "kind": "DISPUTE", "subject": "DELINQUENCY", "text": text})
    assert b"hc-not_assessed" in browser.get("/health/mine").content
    appeal = {"secret": secret, "kind": "APPEAL", "subject": "RISK", "text": text}
    answers = [post(Client(), "/api/v1/health-codes/disputes", appeal) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 409]
    assert post(Client(), "/api/v1/health-codes/disputes", {**appeal, "secret": "guess"}).status_code == 403
    assert text.encode() not in bytes(HealthDispute.objects.first().sealed)


@pytest.mark.parametrize(("language", "words"), [("en", "never be a condition of"), ("zh-hans", "不得作为")])
def test_the_page_says_in_both_languages_what_it_may_never_be(db, language, words):
    page = Client(headers={"Accept-Language": language}).get("/health/verify?c=HC1.x")
    assert words in page.content.decode()
    assert "HC1.x" in page.content.decode()
    policy = page["Content-Security-Policy"]
    assert "script-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<script" not in page.content.decode()
    assert " style=" not in page.content.decode()


def test_opening_the_page_uses_nothing_up(system):
    browser, _path, _secret = entered(system)
    browser.post("/health/mine", {"do": "share", **ASK})
    Client().get("/health/verify", {"c": share_reference(HealthShare.objects.get())})
    assert HealthScan.objects.count() == 0


def test_an_address_may_ask_only_so_often(db, monkeypatch):
    monkeypatch.setattr(address_limits, "LIMIT", AddressLimit(3))
    asked = {"code": "guess", "access_code": "guess"}
    statuses = [Client().post("/health/verify", asked).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    answer = post(Client(), "/api/v1/health-codes/verify", asked)
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert int(answer["Retry-After"]) > 0


def test_a_new_minute_forgets_everybody():
    limit = AddressLimit(1)
    assert [limit.take("a", 0.0), limit.take("b", 1.0)] == [0.0, 0.0]
    assert limit.take("a", 59.0) == 1.0
    assert limit.take("a", 60.0) == 0.0
