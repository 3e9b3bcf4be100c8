"""What is made to break the health code's endpoints and pages: refused with a code, never an error of ours."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from monitoring import address_limits
from monitoring.address_limits import AddressLimit
from monitoring.models import HealthDispute, HealthLink, HealthShare
from riskengine.api.throttling import buckets_clear
from tests.book.test_hostile_reports import BODIES, VALUES
from tests.book.test_reports import Reporter
from tests.health import mailbox, world

pytestmark = pytest.mark.django_db
FIELDS = {
    "customers/A-1/health-shares": {"recipient": "bank", "purpose": "credit_application"},
    "customers/A-1/health-links": {},
    "health-codes/verify": {"code": "HS1.AAAAAAAAAAAAAAAAAAAAAA", "access_code": "x"},
    "health-codes/disputes": {"secret": "x", "kind": "APPEAL", "subject": "RISK", "text": "something is wrong"},
}
TYPES = ["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "image/png"]
TEXTS = [
    "\x00",
    "a\x00b",
    "\ud800",
    "9" * 5_000,
    "HS1.",
    "HS1." + "\xff" * 22,
    "HC1." + "A" * 148,
    "?c=" * 9,
    "\u202e",
    "🙂" * 99,
]
NUMBERS = ["%00", "A%00", "C" + "9" * 12, "C" + "9" * 5_000, "9" * 5_000, "..", "%ff", "%2e%2e%2f", "🙂", "C%EF%BC%91"]


@pytest.fixture
def reporter(policies, monkeypatch, settings):
    settings.HOLDER_CHANNEL = "tests.health.mailbox.Mailbox"
    mailbox.MESSAGES.clear()
    monkeypatch.setattr(address_limits, "LIMIT", AddressLimit(100_000))
    world.recipient()
    made = Reporter()
    world.applicant(world.green(), made.client)
    return made


def fine(answer):
    return answer.status_code < 500 and (
        answer.status_code < 400 or answer.headers["Content-Type"] == "application/problem+json"
    )


@pytest.mark.parametrize("path", FIELDS)
def test_no_body_breaks_an_endpoint(reporter, path):
    buckets_clear()
    bad = [body for body in BODIES if not fine(reporter.post(path, body))]
    for name in FIELDS[path]:
        for value in [*VALUES, *TEXTS]:
            buckets_clear()
            if not fine(reporter.post(path, json.dumps({**FIELDS[path], name: value}).encode())):
                bad.append((name, str(value)[:60]))
    assert bad == []
    assert (HealthShare.objects.count(), HealthDispute.objects.count()) == (0, 0)


@pytest.mark.parametrize("path", FIELDS)
def test_no_content_type_breaks_an_endpoint(reporter, path):
    headers = {"Authorization": reporter._authorization}
    for kind in TYPES:
        http = Client(raise_request_exception=False, headers=headers)
        for body in (b"", b"{}", b"\x00", b"a=b", b"--x\r\n"):
            answer = http.generic("POST", f"/api/v1/{path}", body, content_type=kind)
            assert fine(answer), (kind, body)


@pytest.mark.parametrize("number", NUMBERS)
def test_no_number_of_a_customer_breaks_an_endpoint(reporter, number):
    for name in ("health-shares", "health-links"):
        answer = reporter.post(f"customers/{number}/{name}", FIELDS["customers/A-1/health-shares"])
        assert answer.status_code in (400, 404, 422), (name, answer.status_code)


def test_no_address_breaks_what_is_open_to_everybody(reporter):
    http = Client(raise_request_exception=False)
    for text in TEXTS:
        asked = text.encode("utf-8", "surrogatepass").decode("latin-1")
        assert fine(http.get("/api/v1/health-codes/verify", {"code": asked}))
        assert http.get("/health/verify", {"c": asked}).status_code == 200
        for page in (f"/health/holder/{'9' * 5_000}", "/health/holder/%00", f"/health/mine/shares/{'9' * 5_000}"):
            assert http.get(page).status_code in (200, 403, 404)
            assert http.post(page).status_code in (403, 404)
        for fields in ({"code": asked, "access_code": "x"}, {"code": "x", "access_code": asked}, {}):
            assert http.post("/health/verify", fields).status_code in (200, 422)


def test_no_form_of_the_holder_breaks_their_page(reporter):
    at = timezone.now()
    link = world.visit(HealthLink._meta.get_field("customer").related_model.objects.first(), at)
    http = Client(raise_request_exception=False)
    session = http.session
    session["health_holder"] = {"link": link.pk, "until": (at + timedelta(minutes=30)).isoformat()}
    session.save()
    for text in TEXTS:
        asked = text.encode("utf-8", "surrogatepass").decode("latin-1")
        for fields in (
            {"do": "share", "recipient": asked, "purpose": "credit_application"},
            {"do": "share", "recipient": "bank", "purpose": asked},
            {"do": "object", "kind": asked, "subject": "RISK", "text": "something"},
            {"do": "object", "kind": "APPEAL", "subject": asked, "text": "something"},
            {"do": "object", "kind": "APPEAL", "subject": "RISK", "text": asked},
            {"do": asked},
        ):
            assert http.post("/health/mine", fields).status_code < 500, fields
