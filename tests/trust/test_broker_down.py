"""With the broker gone or silent decisions are answered as before, and what they set off arrives later."""

import http.client
import json
import time
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from tests.factories.decisions import body
from tests.factories.stack import launcher
from tests.trust.faulty_broker import FaultyBroker
from tests.trust.running import Running, wait_until
from tests.trust.soak_file import IS_SOAK, Campaign

EACH = 500 if IS_SOAK else 15
OWN_DATABASE = "/13"
DRAIN_SECONDS = 60
FAULTS = ("refuse", "swallow")


@pytest.fixture(scope="module")
def broker() -> Iterator[FaultyBroker]:
    made = FaultyBroker(urlsplit(settings.CELERY_BROKER_URL).port or 6379)
    yield made
    made.close()


@pytest.fixture(scope="module")
def behind(broker: FaultyBroker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A product that reaches its broker through `broker`."""
    parts = urlsplit(settings.CELERY_BROKER_URL)
    credentials = parts.netloc.rpartition("@")[0]
    address = f"{credentials}@127.0.0.1:{broker.port}" if credentials else f"127.0.0.1:{broker.port}"
    url = urlunsplit(parts._replace(netloc=address, path=OWN_DATABASE))
    folder = tmp_path_factory.mktemp("broker") / "var"
    with launcher(folder, LOAD_DEMO="false", CELERY_BROKER_URL=url, IS_OTP_REQUIRED="false") as made:
        made.start()
        yield Running(made)


@pytest.mark.soak
def test_decisions_are_answered_and_the_outbox_drains_after_the_return(
    behind: Running, broker: FaultyBroker, campaign: Campaign
) -> None:
    campaign.planned = EACH * len(FAULTS)
    slowest, drained, calls = 0.0, [], 0
    decide(behind, f"{campaign.seed}-before")
    assert broker.callers > 0, "worker and beat reach their broker through the faulty one"
    assert wait_until(lambda: behind.waiting() == 0, DRAIN_SECONDS) is not None
    for fault in FAULTS:
        broker.become(fault)
        time.sleep(6)  # beat sends every five seconds: it has met the fault
        # With these two standing still, whoever connects is the web process.
        with behind.paused("worker", "beat"):
            before = broker.callers
            for number in range(EACH):
                status, seconds = decide(behind, f"{campaign.seed}-{fault}-{number}")
                assert status == 201
                slowest = max(slowest, seconds)
                campaign.injected += 1
            calls += broker.callers - before
        assert behind.waiting() >= EACH
        broker.become("pass")
        drained.append(wait_until(lambda: behind.waiting() == 0, DRAIN_SECONDS))
    campaign.more |= {
        "answered": campaign.injected,
        "slowest_answer_seconds": round(slowest, 3),
        "broker_calls_of_web": calls,
        "drained_seconds": [None if seconds is None else round(seconds, 1) for seconds in drained],
    }
    assert None not in drained
    assert calls == 0
    assert slowest < 2


def test_a_call_of_the_web_process_would_be_counted(behind: Running, broker: FaultyBroker) -> None:
    """The twin: /readyz looks whether the broker's port is open, and that is seen."""
    with behind.paused("worker", "beat"):
        before = broker.callers
        connection = http.client.HTTPConnection("127.0.0.1", behind.launcher.port, timeout=5)
        connection.request("GET", "/readyz")
        connection.getresponse().read()
        connection.close()
        assert wait_until(lambda: broker.callers > before, 5) is not None


def decide(product: Running, key: str) -> tuple[int, float]:
    """One decision: status and seconds."""
    asked = json.dumps({**body(), "external_id": key}).encode()
    headers = {"Authorization": product.api_key, "Idempotency-Key": key, "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", product.launcher.port, timeout=15)
    began = time.monotonic()
    connection.request("POST", "/api/v1/decisions", asked, headers)
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - began
