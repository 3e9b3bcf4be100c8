"""Tokens cannot be forged: altered, expired, revoked or signed by another key, none is accepted, offline or online."""

import io
import json
import subprocess
import sys
from contextlib import suppress
from datetime import UTC, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.management import call_command

from monitoring.models import HealthKey
from monitoring.services.health.keys import (
    LEAD,
    KeyNotPermitted,
    NoHealthKey,
    key_make,
    key_revoke,
    keys_file,
    keys_public,
    keys_rotate,
    token_sign,
)
from monitoring.services.health.shares import share_reference, share_revoke, share_start, share_token
from monitoring.services.health.verification import share_verify
from monitoring.verifier import verify_health_code as verifier
from monitoring.verifier.verify_health_code import (
    CONTEXT,
    Refused,
    Token,
    key_id_of,
    keys_from_json,
    token_read,
    token_text,
    verify,
)
from tests.factories.audit import user
from tests.health import world
from tests.health.world import DAY, NOW
from tests.trust.soak_file import IS_SOAK, campaign_of

pytestmark = pytest.mark.django_db
PLANNED = 5_000 if IS_SOAK else 200
AT = NOW + timedelta(minutes=5)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@pytest.fixture
def shared(shown_to):
    """A share, a token of it and the recipient's access code."""
    share, _code = share_start(
        link=world.visit(world.green()), recipient_code="bank", purpose="credit_application", at=NOW
    )
    return share, share_token(share=share, at=NOW), shown_to[1]


def foreign(share, rng, at=NOW):
    """A token in all as ours, signed by a key of somebody else's making."""
    key = Ed25519PrivateKey.from_private_bytes(rng.randbytes(32))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    key_id = rng.choice([key_id_of(public), HealthKey.objects.first().key_id])
    body = Token(key_id, 1, "GREEN", at, at + timedelta(minutes=9), bytes(share.nonce), 1, share.recipient_id).body()
    return token_text(body, key.sign(CONTEXT + body))


def altered(token, rng):
    place = rng.randrange(4, len(token))
    return token[:place] + rng.choice(_LETTERS.replace(token[place], "")) + token[place + 1 :]


def cut_or_longer(token, rng):
    return rng.choice([token[: rng.randrange(len(token))], token + rng.choice(_LETTERS), token.replace("HC1", "HC2")])


def closed(holder, access_code, *, is_taken_back):
    """The code, the reference and a token of a share that was taken back, or looked at."""
    share, code = share_start(link=world.visit(holder), recipient_code="bank", purpose="credit_application", at=NOW)
    texts = [code, share_reference(share), share_token(share=share, at=NOW)]
    if is_taken_back:
        share_revoke(share=share, actor="holder", at=NOW)
    else:
        assert looked(code, access_code, NOW).colour == "GREEN"
    return texts


def looked(text, access_code, at):
    return share_verify(code=text, access_code=access_code, channel="API", at=at)


@pytest.mark.soak
def test_altered_expired_revoked_foreign_and_replayed_tokens_are_never_accepted(shared, record_property):
    share, stale, access_code = shared
    campaign = campaign_of("health tokens")
    campaign.planned, rng = PLANNED, campaign.rng
    key_revoke(key=HealthKey.objects.get(), actor=world.administrator(), at=NOW)
    token, reference = share_token(share=share, at=NOW), share_reference(share)
    used, taken_back = (closed(share.customer, access_code, is_taken_back=way) for way in (False, True))
    keys, accepted, counts = keys_public(), [], dict.fromkeys(("offline", "online"), 0)
    makers = {
        "altered": lambda: (altered(token, rng), AT),
        "cut": lambda: (cut_or_longer(token, rng), AT),
        "expired": lambda: (token, NOW + timedelta(seconds=600 + rng.random() * 1e6)),
        "early": lambda: (token, NOW - timedelta(seconds=61 + rng.random() * 1e5)),
        "revoked": lambda: (stale, NOW + timedelta(seconds=rng.randrange(600))),
        "foreign": lambda: (foreign(share, rng), AT),
    }
    # Nobody offline knows of these; and of a reference there is nothing to read there.
    online_makers = {
        "replayed": lambda: (rng.choice(used), AT),
        "taken back": lambda: (rng.choice(taken_back), AT),
        "altered reference": lambda: (altered(reference, rng), AT),
        "expired reference": lambda: (reference, NOW + timedelta(hours=24, seconds=rng.random() * 1e6)),
    }
    kinds = [*makers, *online_makers]
    for number in range(PLANNED):
        kind = kinds[number % len(kinds)]
        text, at = (makers | online_makers)[kind]()
        campaign.injected += 1
        if kind in makers:
            counts["offline"] += 1
            with suppress(Refused):
                verify(text, keys, at)
                accepted.append((kind, "offline", text))
        counts["online"] += 1
        if looked(text, access_code, at).colour:
            accepted.append((kind, "online", text))
    campaign.more |= counts | {"accepted": len(accepted)}
    record_property("campaign", campaign.figures())
    print(campaign.told())
    assert accepted == []
    assert campaign.injected == PLANNED
    assert verify(token, keys, AT).colour == "GREEN"
    assert looked(reference, access_code, AT).colour == "GREEN"


def test_the_twin_without_the_signature_forgeries_would_be_accepted(shared, monkeypatch):
    share, _token, access_code = shared

    class Believing:
        @staticmethod
        def from_public_bytes(_data):
            return Believing()

        def verify(self, _signature, _data):
            """Believes everything."""

    monkeypatch.setattr(verifier, "Ed25519PublicKey", Believing)
    key_id = HealthKey.objects.first().key_id
    code = share.customer.health_codes.get().pk
    forged = Token(key_id, code, "GREEN", NOW, AT + timedelta(minutes=1), bytes(share.nonce), 1, share.recipient_id)
    text = token_text(forged.body(), bytes(64))
    assert share_verify(code=text, access_code=access_code, channel="API", at=AT).colour == "GREEN"


def test_a_token_lives_ten_minutes_and_says_no_more_than_it_must(shared):
    share, text, _access_code = shared
    token, body, _signature = token_read(text)
    assert token.expires_at - token.issued_at == timedelta(minutes=10)
    assert len(text) == 152
    assert str(share.customer_id).encode() not in body
    assert set(Token.__dataclass_fields__) == {
        "key_id", "code_id", "colour", "issued_at", "expires_at", "nonce", "purpose", "recipient"
    }  # fmt: skip


def test_a_token_that_lives_longer_is_refused_even_with_our_signature(shared):
    share, _text, _access_code = shared
    fields = {"code_id": 1, "colour": "GREEN", "nonce": bytes(share.nonce), "purpose": 1, "recipient": 1}
    text = token_sign({**fields, "issued_at": NOW, "expires_at": NOW + timedelta(seconds=601)}, NOW)
    with pytest.raises(Refused, match="life_too_long"):
        verify(text, keys_public(), NOW)


def test_the_one_file_verifies_offline_and_says_what_it_cannot_know(shared, tmp_path):
    share, text, _access_code = shared
    call_command("export_health_keys", str(tmp_path), stdout=io.StringIO())
    at = AT.astimezone(UTC).isoformat()

    def run(*more):
        command = [sys.executable, "-I", "verify_health_code.py", *more, "--key", "health_keys.json", "--at", at]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    done = run(text)
    told = json.loads(done.stdout)
    assert (done.returncode, told["colour"], told["revocation"]) == (0, "GREEN", "revocation not checked")
    assert told["purpose"] == "credit_application"
    assert run(text, "--recipient", str(share.recipient_id + 1)).returncode == 1
    assert json.loads(run(text[:-1] + "_").stdout)["is_genuine"] is False
    (tmp_path / "health_keys.json").write_text("[]")
    assert run(text).returncode == 2


def test_keys_overlap_when_they_rotate(policies):
    assert keys_rotate(at=NOW) is not None
    first = HealthKey.objects.get()
    assert keys_rotate(at=NOW + DAY) is None
    at = first.valid_until - 10 * DAY
    second = keys_rotate(at=at)
    assert (second.valid_from, keys_rotate(at=at)) == (at + LEAD, None)
    assert first.valid_until - second.valid_from > 7 * DAY
    fields = {"code_id": 1, "colour": "RED", "nonce": bytes(16), "purpose": 1, "recipient": 1}
    for moment, key in ((at, first), (at + LEAD, second)):
        text = token_sign({**fields, "issued_at": moment, "expires_at": moment + timedelta(minutes=5)}, moment)
        assert verify(text, keys_public(), moment).key_id == key.key_id


def test_revoking_the_key_that_signs_makes_another_at_once(shown_to):
    key = HealthKey.objects.get()
    key_revoke(key=key, actor=world.administrator(), at=NOW)
    signing = HealthKey.objects.get(revoked_at=None)
    assert signing.valid_from == NOW
    keys, _purposes = keys_from_json(keys_file(NOW))
    assert [one.revoked_at for one in keys] == [NOW, None]


def test_private_keys_are_sealed_and_only_administrators_handle_them(shown_to):
    key = HealthKey.objects.get()
    assert len(bytes(key.sealed)) == 12 + 32 + 16
    with pytest.raises(KeyNotPermitted):
        key_revoke(key=key, actor=user(is_checker=True), at=NOW)
    with pytest.raises(KeyNotPermitted):
        key_make(at=NOW, actor=user())


def test_without_a_key_no_token_is_made(policies):
    world.recipient()
    share, _code = share_start(
        link=world.visit(world.green()), recipient_code="bank", purpose="credit_application", at=NOW
    )
    with pytest.raises(NoHealthKey):
        share_token(share=share, at=NOW)


def test_a_token_of_its_keys_first_second_holds_and_one_of_the_second_before_does_not(shown_to):
    public = next(iter(keys_public()))
    began = public.valid_from.replace(microsecond=0)
    late = verifier.Key(public.key_id, public.public_key, began + timedelta(microseconds=900_000), public.valid_until)
    said = {"code_id": 1, "colour": "GREEN", "nonce": bytes(16), "purpose": 1, "recipient": 1}
    held = token_sign({**said, "issued_at": began, "expires_at": began + timedelta(minutes=5)}, NOW)
    assert verify(held, [late], began).colour == "GREEN"
    early = began - timedelta(seconds=1)
    with pytest.raises(Refused, match="key_not_valid"):
        verify(token_sign({**said, "issued_at": early, "expires_at": began}, NOW), [late], early)
