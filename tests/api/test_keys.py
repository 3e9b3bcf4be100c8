"""API keys: who gets in, how often, and how soon a revoked one stops working."""

from datetime import timedelta

import pytest

from audit.models import ApiKey
from audit.services.api_keys import api_key_revoke
from riskengine.api.authentication import KeyCache
from riskengine.api.throttling import TokenBucket
from tests.factories import decisions as make
from tests.factories.api_fixtures import Lender


def code_of(answer):
    assert answer["Content-Type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


def test_without_a_key_nobody_gets_in(lender):
    lender.authorization = ""
    answer = lender.post(make.body())
    assert code_of(answer)[0] == 401
    assert answer["WWW-Authenticate"] == "Api-Key"


@pytest.mark.parametrize(
    "header", ["Bearer x", "Api-Key", "Api-Key nodot", "Api-Key abcdef.short", "api-key abcdef.0123456789abcdef0"]
)
def test_a_malformed_header_is_401(lender, header):
    lender.authorization = header
    assert code_of(lender.post(make.body())) == (401, "api_key_malformed")


def test_a_wrong_secret_and_an_unknown_prefix_answer_alike(lender):
    prefix, secret = lender.authorization.removeprefix("Api-Key ").split(".")
    answers = []
    for wrong in (f"{prefix}.{secret[:-1]}{'A' if secret[-1] != 'A' else 'B'}", f"ffffffffffff.{secret}"):
        lender.authorization = f"Api-Key {wrong}"
        answers.append(lender.post(make.body()))
    assert answers[0].content == answers[1].content
    assert code_of(answers[0]) == (401, "api_key_invalid")


def test_an_expired_key_is_refused(small_policy):
    late = Lender(expires_at=make.now() - timedelta(seconds=1))
    assert code_of(late.post(make.body())) == (401, "api_key_expired")


def test_a_switched_off_client_is_refused(lender):
    lender.client.is_active = False
    lender.client.save()
    assert code_of(lender.post(make.body())) == (401, "api_key_invalid")


def test_a_revoked_key_stops_once_the_cache_forgets_it(lender):
    assert lender.post(make.body()).status_code == 201
    key = ApiKey.objects.get(client=lender.client)
    api_key_revoke(key=key, at=make.now(), actor="system:tests")
    make.forget()
    assert code_of(lender.post(make.body())) == (401, "api_key_invalid")


def test_the_cache_remembers_a_key_for_no_longer_than_it_says(lender):
    key = ApiKey.objects.get(client=lender.client)
    cache = KeyCache(ttl_seconds=0.0)
    assert cache.find(key.prefix) is not None
    api_key_revoke(key=key, at=make.now(), actor="system:tests")
    assert cache.find(key.prefix) is None


def test_a_key_without_the_scope_is_403(small_policy):
    reader = Lender(scopes=("read",))
    assert code_of(reader.post(make.body())) == (403, "scope_missing")
    reporter = Lender(scopes=("report",))
    assert code_of(reporter.get("/api/v1/products/instalment/schema")) == (403, "scope_missing")


def test_a_bucket_allows_its_rate_and_says_how_long_to_wait():
    bucket = TokenBucket(10, now=0.0)
    assert [bucket.take(0.0) for _ in range(10)] == [0.0] * 10
    assert bucket.take(0.0) == pytest.approx(0.1)
    assert bucket.take(0.1) == 0.0
    assert bucket.take(100.0) == 0.0


def test_a_key_beyond_its_rate_gets_429_with_retry_after(small_policy):
    hasty = Lender(rate=2)
    answers = [hasty.get("/api/v1/products/instalment/schema") for _ in range(4)]
    assert [answer.status_code for answer in answers[:2]] == [200, 200]
    assert code_of(answers[-1]) == (429, "rate_limited")
    assert int(answers[-1]["Retry-After"]) >= 1


def test_the_default_rate_holds_where_a_key_has_none(small_policy, settings):
    import msgspec

    settings.ENV = msgspec.structs.replace(settings.ENV, api_rate_limit_per_second=1)
    plain = Lender(rate=None)
    statuses = [plain.get("/api/v1/products/instalment/schema").status_code for _ in range(3)]
    assert statuses[0] == 200
    assert 429 in statuses


def test_rate_nought_is_unlimited(lender):
    assert {lender.get("/api/v1/products/instalment/schema").status_code for _ in range(120)} == {200}
