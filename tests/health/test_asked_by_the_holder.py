"""Nobody but the holder starts a share, and a QR code for others says no colour by itself."""

import base64
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from audit.models import ApiClient, AuditEntry
from lending.models import Identifier
from lending.services.customers import identifiers_add
from monitoring.holder_channels import HolderChannelMissing
from monitoring.models import HealthLink, HealthShare
from monitoring.services.health.links import (
    REQUEST_LIFE,
    VISIT,
    HolderUnreachable,
    IdentityNotSeen,
    LinkNotPermitted,
    LinksTooMany,
    link_hand_over,
    link_open,
    link_send,
)
from monitoring.services.health.shares import ShareNotAsked, share_reference, share_start, share_token
from monitoring.services.health.verification import share_check, share_verify
from monitoring.verifier.verify_health_code import COLOURS, Refused, token_read
from riskengine.demo.health import health_story_ensure
from tests.admin.conftest import member
from tests.factories.audit import api_client, user
from tests.factories.triggers import unguarded
from tests.health import mailbox, world
from tests.health.world import DAY, NOW

pytestmark = pytest.mark.django_db
ASK = {"recipient_code": "bank", "purpose": "credit_application"}
HANDS = ("monitoring.add_healthlink",)


@pytest.fixture
def holder(shown_to, settings):
    settings.HOLDER_CHANNEL = "tests.health.mailbox.Mailbox"
    mailbox.MESSAGES.clear()
    customer = world.green()
    identifiers_add(customer=customer, identifiers={"phone": "13912340000"}, at=NOW - 90 * DAY)
    return customer


def sent(customer, at=NOW, **asks):
    client = ApiClient.objects.filter(code="lender").first() or api_client("lender")
    return link_send(
        customer=customer, client_id=client.pk, actor="test", text=lambda secret, _link: secret, at=at, **asks
    )


def share(customer, at=NOW):
    return share_start(link=world.visit(customer, at), at=at, **ASK)[0]


def test_a_link_that_the_holder_did_not_open_starts_nothing(holder):
    link = sent(holder, **ASK)
    with pytest.raises(ShareNotAsked):
        share_start(link=link, at=NOW, **ASK)


def test_a_visit_that_is_over_starts_nothing(holder):
    link = world.visit(holder)
    with pytest.raises(ShareNotAsked):
        share_start(link=link, at=NOW + VISIT + timedelta(seconds=1), **ASK)


INSERT = (
    "INSERT INTO monitoring_healthshare (customer_id, recipient_id, purpose, secret_hash, nonce, made_at, expires_at,"
    " link_id) SELECT customer_id, recipient_id, purpose, '\\x01', '\\x02', made_at, expires_at, {link}"
    " FROM monitoring_healthshare LIMIT 1"
)


@pytest.mark.parametrize("link", ["NULL", "(SELECT max(id) FROM monitoring_healthlink)"])
def test_not_by_raw_sql_either(holder, link):
    share(holder)
    sent(holder)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(INSERT.format(link=link))


def test_the_twin_without_the_trigger_it_would_be_started(holder):
    share(holder)
    with unguarded("monitoring_healthshare") as cursor:
        cursor.execute(INSERT.format(link="NULL"))
    assert HealthShare.objects.filter(link=None).count() == 1


def test_a_link_is_opened_once_by_sql_too(holder):
    link = world.visit(holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        HealthLink.objects.filter(pk=link.pk).update(opened_at=NOW + DAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        HealthLink.objects.filter(pk=link.pk).update(secret_hash=b"x" * 32)


def test_the_message_goes_to_what_was_known_first(holder):
    """Whoever applies in the holder's name tells a phone of their own."""
    identifiers_add(customer=holder, identifiers={"phone": "13900000666", "email": "thief@example.com"}, at=NOW)
    assert (sent(holder).channel, mailbox.MESSAGES[-1]["address"]) == ("phone", "13912340000")


def test_without_an_address_or_a_channel_nothing_is_made(shown_to, settings):
    settings.HOLDER_CHANNEL = "tests.health.mailbox.Broken"
    customer = world.green()
    with pytest.raises(HolderUnreachable):
        sent(customer)
    identifiers_add(customer=customer, identifiers={"email": "somebody@example.com"}, at=NOW)
    for channel in ("tests.health.mailbox.Broken", ""):
        settings.HOLDER_CHANNEL = channel
        with pytest.raises(HolderChannelMissing) as raised:
            sent(customer)
        assert "somebody" not in str(raised.value) + str(raised.value.facts)
    assert HealthLink.objects.count() == 0


def test_the_file_channel_keeps_the_message_from_others_and_no_address(holder, settings, tmp_path):
    settings.HOLDER_CHANNEL, settings.VAR_DIR = "file", tmp_path
    sent(holder)
    (file,) = (tmp_path / "holder_messages").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert "13912340000" not in file.read_text() + file.name
    assert link_open(secret=file.read_text(), at=NOW).customer == holder


def test_a_holder_is_not_pestered_and_a_request_is_short_lived(holder):
    links = [sent(holder, **ASK) for _ in range(5)]
    assert {link.expires_at for link in links} == {NOW + REQUEST_LIFE}
    with pytest.raises(LinksTooMany):
        sent(holder)
    assert sent(holder, at=NOW + REQUEST_LIFE).expires_at > NOW + DAY


def test_staff_hand_a_link_over_only_to_somebody_whose_identity_was_checked(holder):
    with pytest.raises(LinkNotPermitted):
        link_hand_over(customer=holder, staff=user(is_checker=True), identity="ID_CARD", at=NOW)
    person = user(permissions=HANDS)
    with pytest.raises(IdentityNotSeen):
        link_hand_over(customer=holder, staff=person, identity="", at=NOW)
    link, secret = link_hand_over(customer=holder, staff=person, identity="PASSPORT", at=NOW, **ASK)
    entry = AuditEntry.objects.filter(kind="health_link.made").latest("pk")
    assert (entry.payload["identity"], entry.payload["channel"]) == ("PASSPORT", "in_person")
    assert (link.staff, secret in str(entry.payload)) == (person, False)


def test_staff_do_not_open_the_link_in_the_browser_they_handed_it_over_with(holder, client):
    at = timezone.now()
    person = user(permissions=(*HANDS, "monitoring.view_healthcode"), is_staff=True)
    client.force_login(person)
    page = client.post(f"/admin/monitoring/healthcode/customer/{holder.pk}/hand-over/", {"identity": "KNOWN"})
    path = page.context["address"].removeprefix("http://testserver")
    assert client.post(path).status_code == 403
    assert HealthLink.objects.get().opened_at is None
    assert Client().post(path).status_code == 302
    assert HealthLink.objects.get().opened_at >= at


def test_a_reference_says_nothing_and_opens_its_share_once(holder, shown_to):
    made = share(holder)
    text = share_reference(made)
    raw = base64.urlsafe_b64decode(text.removeprefix("HS1.") + "==")
    assert raw == bytes(made.nonce)
    with pytest.raises(Refused):
        token_read(text)
    assert share_check(code=text, channel="API", at=NOW).colour == ""
    assert share_verify(code=text, access_code="guess", channel="API", at=NOW).colour == ""
    first, second = (
        share_verify(code=f"https://x.example/health/verify?c={text}", access_code=shown_to[1], channel="API", at=NOW)
        for _ in range(2)
    )
    assert (first.colour, second.result) == ("GREEN", "used")


def test_the_twin_a_token_made_for_showing_offline_holds_the_colour(holder):
    assert token_read(share_token(share=share(holder), at=NOW))[0].colour in COLOURS


def test_the_pages_show_the_colour_only_where_the_holder_asks_for_an_offline_code(holder, shown_to):
    at = timezone.now()
    world.key_make(at=at - DAY)
    made = share(holder, at)
    browser = Client()
    session = browser.session
    session["health_holder"] = {"link": made.link_id, "until": (at + VISIT).isoformat()}
    session.save()
    path = f"/health/mine/shares/{made.pk}"
    for page in (browser.get(path).content.decode(), browser.get(f"{path}.svg").content.decode()):
        assert "HC1." not in page
        assert not any(word in page for word in ("GREEN", "hc-green", "绿", "NOT ASSESSED", "未评估"))
    assert "NOT ASSESSED" in browser.get(f"{path}.svg?offline=1").content.decode()  # the review was long ago


def test_the_address_is_opened_only_for_the_message(holder):
    assert Identifier.objects.filter(customer=holder).count() == 1
    sent(holder)
    entries = AuditEntry.objects.filter(object_id=str(holder.pk))
    assert "13912340000" not in str([entry.payload for entry in entries])


def test_the_story_of_the_demo_goes_the_same_way(policies):
    world.green()
    people = {role: member(role) for role in ("administrator", "reviewer", "checker")}
    assert health_story_ensure(staff=people, at=NOW) == 1
    assert HealthShare.objects.filter(link__staff=people["reviewer"]).count() == 2
