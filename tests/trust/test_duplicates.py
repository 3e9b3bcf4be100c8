"""Over the wire: many copies of one request at the same instant are one decision and one answer, to the byte."""

import http.client
import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.factories.decisions import body
from tests.trust.running import Running
from tests.trust.soak_file import IS_SOAK, Campaign

KEYS, COPIES = (100, 100) if IS_SOAK else (3, 30)
CLIENTS = """
import django; django.setup()
from tests.factories import decisions as make
for code in ("duplicates-test", "stranger-test"):
    print(make.lender(code)[1])
"""


@pytest.mark.soak
def test_copies_at_the_same_instant_get_the_first_ones_bytes(product: Running, campaign: Campaign) -> None:
    campaign.planned = KEYS * COPIES
    api_key, stranger = product.python(CLIENTS).splitlines()[-2:]
    # The first decision of a process loads what it needs: copies of it may be told to come again.
    assert _post(product, stranger, "warm", {**body(0), "external_id": "warm"})[0] == 201
    answers: dict[str, set[tuple[int, bytes]]] = {}
    with ThreadPoolExecutor(COPIES) as pool:
        for number in range(KEYS):
            key, start = f"{campaign.seed}-{number}", Barrier(COPIES)
            asked = {**body(number), "external_id": f"D-{key}"}
            sent = [pool.submit(_post, product, api_key, key, asked, start) for _ in range(COPIES)]
            answers[key] = {future.result() for future in sent}
            campaign.injected += len(sent)
    assert [key for key, found in answers.items() if len(found) != 1] == []
    assert {status for found in answers.values() for status, _body in found} == {201}
    stored = product.query(
        "SELECT count(*), count(DISTINCT d.application_id) FROM rules_decision d JOIN lending_application a "
        "ON a.id = d.application_id JOIN audit_apiclient c ON c.id = a.client_id WHERE c.code = 'duplicates-test'"
    )
    campaign.more |= {"keys": KEYS, "copies": COPIES, "decisions": stored[0][0]}
    assert stored == [(KEYS, KEYS)]
    key = f"{campaign.seed}-0"
    changed = {**body(0), "external_id": "another"}
    assert _post(product, api_key, key, changed)[0] == 422
    status, others = _post(product, stranger, key, {**body(0), "external_id": f"D-{key}"})
    assert status == 201
    assert others not in {text for _status, text in answers[key]}


def _post(product: Running, api_key: str, key: str, asked: object, start: Barrier | None = None) -> tuple[int, bytes]:
    text = json.dumps(asked).encode()
    headers = {"Authorization": api_key, "Idempotency-Key": key, "Content-Type": "application/json"}
    connection = http.client.HTTPConnection("127.0.0.1", product.launcher.port, timeout=30)
    if start is not None:
        start.wait(30)
    connection.request("POST", "/api/v1/decisions", text, headers)
    response = connection.getresponse()
    found = response.status, response.read()
    connection.close()
    return found
