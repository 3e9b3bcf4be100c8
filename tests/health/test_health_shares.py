"""Shares: started by the holder, seen once by their recipient, for a purpose that may be asked for; scans are kept."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from lending.services.customers import CustomerErasedError
from monitoring.health.purposes import PURPOSES, HealthPurposeRefused, HealthPurposeUnknown, purpose_of
from monitoring.models import HealthScan, HealthShare
from monitoring.services.health import recipients, shares
from monitoring.services.health.recipients import (
    PurposeNotOfRecipient,
    RecipientEnded,
    RecipientNotPermitted,
    RecipientUnknown,
    recipient_end,
)
from monitoring.services.health.shares import (
    ShareClosed,
    SharesTooMany,
    share_revoke,
    share_start,
    share_token,
)
from monitoring.services.health.verification import share_check, share_verify
from tests.factories.audit import user
from tests.health import world
from tests.health.world import NOW

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=5)


def started(customer, purpose="credit_application", recipient="bank", at=NOW):
    return share_start(link=world.visit(customer, at), recipient_code=recipient, purpose=purpose, at=at)


def looked(code, secret, at=LATER):
    return share_verify(code=code, access_code=secret, channel="API", at=at)


def results():
    return list(HealthScan.objects.order_by("id").values_list("result", flat=True))


def test_the_recipient_sees_the_colour_once_and_the_holder_sees_that(shown_to):
    _share, code = started(world.green())
    verdict = looked(code, shown_to[1])
    assert (verdict.result, verdict.colour, verdict.purpose, verdict.recipient) == (
        "shown", "GREEN", "credit_application", "Bank"
    )  # fmt: skip
    assert looked(code, shown_to[1]).result == "used"
    assert results() == ["shown", "used"]


def test_a_token_opens_its_share_once_too(shown_to):
    share, code = started(world.green())
    token = share_token(share=share, at=NOW)
    assert looked(f"https://x.example/health/verify?c={token}", shown_to[1]).colour == "GREEN"
    assert looked(code, shown_to[1]).result == "used"


def test_somebody_else_is_shown_nothing_and_uses_nothing_up(shown_to):
    _other, other = world.recipient("other")
    _share, code = started(world.green())
    assert looked(code, other) == looked(code, "guess")
    assert looked(code, other).colour == ""
    assert looked(code, shown_to[1]).colour == "GREEN"


def test_asking_whether_it_is_open_tells_no_colour(shown_to):
    share, code = started(world.green())
    for text in (code, share_token(share=share, at=NOW)):
        verdict = share_check(code=text, channel="API", at=LATER)
        assert (verdict.result, verdict.colour, verdict.recipient) == ("checked", "", "")
    assert results() == ["checked", "checked"]


def test_taken_back_it_counts_no_longer_from_that_moment(shown_to):
    share, code = started(world.green())
    token = share_token(share=share, at=NOW)
    share_revoke(share=share, actor="holder", at=LATER)
    assert {looked(text, shown_to[1]).result for text in (code, token)} == {"revoked"}
    with pytest.raises(ShareClosed):
        share_token(share=HealthShare.objects.get(), at=LATER)


def test_a_share_and_a_token_end(shown_to):
    share, code = started(world.green())
    token = share_token(share=share, at=NOW)
    assert looked(token, shown_to[1], at=NOW + timedelta(minutes=10)).result == "expired"
    assert looked(code, shown_to[1], at=NOW + timedelta(hours=24)).result == "expired"
    assert looked(code, shown_to[1], at=NOW + timedelta(hours=23)).colour == "GREEN"


def test_a_token_of_a_colour_that_changed_since_is_refused(shown_to):
    one = world.loan()
    world.reviewed({one: 0.02})
    share, code = started(one.customer)
    token = share_token(share=share, at=NOW)
    world.reviewed({one: 0.9}, at=NOW + timedelta(minutes=1))
    assert looked(token, shown_to[1]).result == "superseded"
    assert looked(code, shown_to[1]).colour == "RED"


@pytest.mark.parametrize("purpose", ["employment", "Housing", "travel", "pre_employment_check", " travel "])
def test_nobody_may_ask_for_it_for_employment_housing_or_travel(shown_to, purpose):
    with pytest.raises(HealthPurposeRefused):
        started(world.green(), purpose)
    assert not any(purpose.strip().lower() == one.code for one in PURPOSES)


def test_other_purposes_are_unknown_or_not_the_recipients(shown_to):
    customer = world.green()
    with pytest.raises(HealthPurposeUnknown):
        purpose_of("curiosity")
    with pytest.raises(PurposeNotOfRecipient):
        started(customer, "guarantee")
    with pytest.raises(RecipientUnknown):
        started(customer, recipient="nobody")


def test_a_recipient_that_ended_is_shown_nothing(shown_to):
    customer = world.green()
    _share, code = started(customer)
    recipient_end(recipient=shown_to[0], actor=world.administrator(), at=NOW)
    assert looked(code, shown_to[1]).result == "wrong_recipient"
    with pytest.raises(RecipientEnded):
        started(customer)


def test_only_administrators_register_recipients(policies):
    with pytest.raises(RecipientNotPermitted):
        recipients.recipient_register(code="x", name="X", purposes=["guarantee"], actor=user(is_checker=True), at=NOW)


def test_an_erased_customer_is_shown_to_nobody(shown_to):
    customer = world.green()
    _share, code = started(customer)
    type(customer).objects.filter(pk=customer.pk).update(wrapped_key=None, erased_at=NOW)
    assert looked(code, shown_to[1]).result == "expired"
    with pytest.raises(CustomerErasedError):
        started(customer)


def test_open_shares_are_limited(shown_to, monkeypatch):
    monkeypatch.setattr(shares, "MOST_OPEN", 2)
    customer = world.green()
    started(customer)
    started(customer)
    with pytest.raises(SharesTooMany):
        started(customer)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE monitoring_healthscan SET result = 'checked'",
        "DELETE FROM monitoring_healthscan",
        "UPDATE monitoring_healthshare SET used_at = NULL",
        "UPDATE monitoring_healthshare SET expires_at = expires_at + interval '1 year'",
        "DELETE FROM monitoring_healthshare",
    ],
)
def test_what_was_scanned_and_used_stays_so(shown_to, statement):
    _share, code = started(world.green())
    looked(code, shown_to[1])
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_neither_codes_nor_tokens_nor_access_codes_are_kept(shown_to):
    share, code = started(world.green())
    token = share_token(share=share, at=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(s)::text FROM monitoring_healthshare s")
        rows = str(cursor.fetchall())
    assert code not in rows
    assert token not in rows
    assert shown_to[1] not in rows
